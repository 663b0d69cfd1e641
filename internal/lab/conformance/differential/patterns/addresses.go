package patterns

import (
	"fmt"
	"net/netip"
)

// spellings are texts of the same addresses, and two that are none.
var spellings = [][]string{
	{"10.0.0.1", "10.0.0.01", "::ffff:a00:1", "010.0.0.1"},
	{"10.0.0.255"}, {"10.0.1.0"}, {"255.255.255.255"}, {"0.0.0.0"}, {"10.9.9.9"}, {"10.0.0.9"}, {"10.0.0.15"},
	{"::1", "0:0:0:0:0:0:0:1", "0::1", "0000::0001"},
	{"::", "0::0"}, {"2001:db8::1", "2001:0DB8:0::0001", "2001:db8:0:0:0:0:0:1"}, {"2001:db8::f"}, {"2001:db8::9"}, {"fe80::a"},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}, {"10.0.0.256"}, {"1:2"}, {":"}, {"1.2.3"},
}

func (g *generator) address() string { return pick(g, pick(g, spellings)) }

func drawAddress(g *generator) test {
	same := pick(g, spellings)
	return test{pick(g, same), func() any { return pick(g, same) }, func() any { return g.address() }}
}

func drawCIDR(g *generator) test {
	text := g.address()
	address, err := netip.ParseAddr(text)
	if err != nil || g.one(20) {
		return test{operator("cidr", text+"/"+fmt.Sprint(g.IntN(30))), func() any { return text }, func() any { return g.address() }}
	}
	bits := g.IntN(address.BitLen())
	if g.one(2) {
		bits = address.BitLen() - 1 - g.IntN(8)
	}
	if g.one(40) {
		bits += g.IntN(9)
	}
	inside := func() any { return g.change(address, bits) }
	return test{operator("cidr", fmt.Sprintf("%s/%d", text, bits)), inside, func() any {
		if g.one(8) {
			return g.number()
		}
		return g.change(address, max(bits-1-g.IntN(8), 0))
	}}
}

// change draws the bits of an address anew that lie behind the first ones.
func (g *generator) change(a netip.Addr, fixed int) string {
	b := a.AsSlice()
	for i := fixed; i < len(b)*8; i++ {
		b[i/8] &^= 1 << (7 - i%8)
		b[i/8] |= byte(g.IntN(2)) << (7 - i%8)
	}
	changed, _ := netip.AddrFromSlice(b) // as long as before
	return changed.String()
}
