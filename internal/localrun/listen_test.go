package localrun

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	taken, err := listen("127.0.0.1:0", "--aws-addr", "the AWS endpoint", false)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name, addr string
		want       []string // parts of the error; nil: none
	}{
		{"any port", "127.0.0.1:0", nil},
		{"by name", "localhost:0", nil},
		{"no port", "127.0.0.1", []string{"--http-addr", "127.0.0.1:8080"}},
		{"nothing", "", []string{"--http-addr", "127.0.0.1:8080"}},
		{"every interface", "0.0.0.0:0", []string{"--http-addr", "only this machine"}},
		{"every interface, in short", ":8080", []string{"--http-addr", "only this machine"}},
		{"another machine", "192.0.2.1:0", []string{"--http-addr", "only this machine"}},
		{"another machine's name", "example.com:0", []string{"--http-addr", "only this machine"}},
		{"a port that is none", "127.0.0.1:many", []string{"--http-addr"}},
		{"taken", taken.Addr().String(), []string{"port " + strings.TrimPrefix(taken.Addr().String(), "127.0.0.1:"), "the HTTP API", "taken", "--http-addr 127.0.0.1:0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := listen(c.addr, "--http-addr", "the HTTP API", false)
			if err == nil {
				defer l.Close()
			}
			if (err == nil) != (c.want == nil) {
				t.Fatalf("error %v", err)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
		})
	}
}

func TestAddressesOfOtherMachinesNeedExpose(t *testing.T) {
	for addr, allowed := range map[string]bool{"0.0.0.0:4566": true, ":4566": true, "192.0.2.1:4566": true, "127.0.0.1:4566": true, "0.0.0.0": false} {
		if port, err := checkAddress(addr, "--aws-addr", true); (err == nil) != allowed || allowed && port != "4566" {
			t.Errorf("%s: port %q, %v", addr, port, err)
		}
	}
	_, err := checkAddress("0.0.0.0:4566", "--aws-addr", false)
	if err == nil || !strings.Contains(err.Error(), "--expose") {
		t.Errorf("without the flag: %v", err)
	}
	for at, want := range map[string]string{"0.0.0.0": "http://127.0.0.1:4566", "::": "http://127.0.0.1:4566", "192.0.2.1": "http://192.0.2.1:4566"} {
		if got := urlOf(&net.TCPAddr{IP: net.ParseIP(at), Port: 4566}); got != want {
			t.Errorf("this machine reaches %s at %s, want %s", at, got, want)
		}
	}
}

// Whoever reached the Runtime API from another machine could answer for a function.
func TestTheRuntimeAPIIsForThisMachine(t *testing.T) {
	h := local(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	own := &net.TCPAddr{IP: net.ParseIP("192.0.2.1"), Port: 4566}
	for remote, want := range map[string]int{"127.0.0.1:5": 200, "[::1]:5": 200, "192.0.2.1:5": 200, "192.0.2.2:5": 403, "nonsense": 403} {
		r := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, own), http.MethodGet, "/_runtime/f/1/next", nil)
		r.RemoteAddr = remote
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("from %s: %d, want %d", remote, w.Code, want)
		}
	}
}
