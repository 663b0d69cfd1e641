package apigateway

import (
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// framing lists the headers that the connection sets; a function's own are dropped.
var framing = map[string]bool{
	"Connection": true, "Content-Length": true, "Keep-Alive": true,
	"Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
}

// headers copies a function's headers: strings, numbers and booleans. If two names
// differ only in case, the last one in the order of their bytes counts. It fails if a
// value has another type or cannot be in a header.
func (a *Answer) headers(all map[string]jsontext.Value) bool {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		raw := all[name]
		value := string(raw)
		switch raw.Kind() {
		case '"':
			if json.Unmarshal(raw, &value) != nil {
				return false
			}
		case 'n':
			continue
		case '{', '[':
			return false
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		if !token(name) || !printable(value) {
			return false
		}
		if !framing[name] {
			a.Header.Set(name, value)
		}
	}
	return true
}

func (a *Answer) cookies(all []string) bool {
	for _, cookie := range all {
		if !printable(cookie) {
			return false
		}
		a.Header.Add("Set-Cookie", cookie)
	}
	return true
}

func token(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	})
}

func printable(value string) bool {
	return !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

// Write answers r. 204 and 304 have no body. The answer to a HEAD has none either, but
// its length.
func (a *Answer) Write(w http.ResponseWriter, r *http.Request) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		w.Header().Del("Content-Type")
		w.WriteHeader(a.Status)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.Body) // an error means that the client has gone
	}
}
