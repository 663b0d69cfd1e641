package pattern

import (
	"encoding/hex"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

var (
	ipv4 = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$`)
	ipv6 = regexp.MustCompile(`^[0-9a-fA-F:]*:[0-9a-fA-F:]*$`)
)

// hexRange is a range of addresses, both ends included, as hexadecimal digits:
// 8 for IPv4, 32 for IPv6.
type hexRange struct{ bottom, top string }

// passes walks digit by digit and decides as soon as the value has left both
// ends, which is how event-ruler does it. An address of the other family can
// therefore pass, and so can a JSON number, whose digits are read as they are.
func (r hexRange) passes(v value) bool {
	text := v.text
	if v.isString() {
		address, ok := parseAddress(strings.TrimSuffix(strings.TrimPrefix(text, `"`), `"`))
		if !ok {
			return false
		}
		text = digits(address)
	} else if v.asNumber {
		return false
	}
	onBottom, onTop := true, true
	for i := range min(len(text), len(r.bottom)) {
		c := text[i]
		if !strings.ContainsRune("0123456789ABCDEF", rune(c)) {
			return false
		}
		if onBottom && c < r.bottom[i] || onTop && c > r.top[i] {
			return false
		}
		onBottom = onBottom && c == r.bottom[i]
		onTop = onTop && c == r.top[i]
		if !onBottom && !onTop {
			return true
		}
	}
	return len(text) >= len(r.bottom)
}

// addressRange reads a string test that is an IP address: it stands for all
// spellings of that address.
func addressRange(s string) (hexRange, bool) {
	address, ok := parseAddress(s)
	if !ok {
		return hexRange{}, false
	}
	return hexRange{digits(address), digits(address)}, true
}

func compileCIDR(path string, n node) (test, error) {
	if n.kind != '"' {
		return test{}, refuse(path, "prefix match pattern must be a string")
	}
	// Slashes at the end do not count: Java splits the text so.
	base, bitsText, slash := strings.Cut(strings.TrimRight(n.text, "/"), "/")
	if !slash || bitsText == "" || strings.Contains(bitsText, "/") {
		return test{}, refuse(path, "Malformed CIDR, one '/' required")
	}
	bits, err := strconv.ParseInt(bitsText, 10, 32)
	if err != nil {
		return test{}, refuse(path, "Malformed CIDR, mask bits must be an integer")
	}
	if bits < 0 {
		return test{}, refuse(path, "Malformed CIDR, mask bits must not be negative")
	}
	address, ok := parseAddress(base)
	switch {
	case !ok:
		return test{}, refuse(path, "Nonstandard IP address: %s", base)
	case address.Is4() && bits > 31:
		return test{}, refuse(path, "IPv4 mask bits must be < 32")
	case bits > 127:
		return test{}, refuse(path, "IPv6 mask bits must be < 128")
	}
	bottom := netip.PrefixFrom(address, int(bits)).Masked().Addr().AsSlice()
	top := make([]byte, len(bottom))
	for i := range top {
		free := min(max((i+1)*8-int(bits), 0), 8)
		top[i] = bottom[i] | byte(1<<free-1)
	}
	r := hexRange{upperHex(bottom), upperHex(top)}
	return test{passes: r.passes}, nil
}

// parseAddress takes what Java's InetAddress takes: leading zeros are decimal,
// and an IPv4 address in IPv6 clothes is an IPv4 address.
func parseAddress(s string) (netip.Addr, bool) {
	switch {
	case ipv4.MatchString(s):
		var b [4]byte
		for i, part := range strings.Split(s, ".") {
			n, err := strconv.ParseUint(part, 10, 8)
			if err != nil {
				return netip.Addr{}, false
			}
			b[i] = byte(n)
		}
		return netip.AddrFrom4(b), true
	case ipv6.MatchString(s):
		address, err := netip.ParseAddr(s)
		return address.Unmap(), err == nil
	}
	return netip.Addr{}, false
}

func digits(a netip.Addr) string { return upperHex(a.AsSlice()) }

func upperHex(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
