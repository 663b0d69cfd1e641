package localrun

import (
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	taken, err := listen("127.0.0.1:0", "--aws-addr", "the AWS endpoint")
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
			l, err := listen(c.addr, "--http-addr", "the HTTP API")
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
