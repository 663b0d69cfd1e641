package httpapi

import (
	"testing"
	"time"
)

func TestWaitTime(t *testing.T) {
	for header, want := range map[string]time.Duration{
		``: 0, `wait=3`: 3, `Wait = 3`: 3, `wait="3"`: 3, `wait=0`: 0, `wait=10`: 10, `wait=11`: 10,
		`wait=99999999999999999999`: 10, `wait="\3"`: 3,
		`respond-async, wait=3`: 3, `return=minimal;foo="wait=9, wait=8", wait=3`: 3,
		`foo="a, wait=9"`: 0, `foo="\", wait=9", wait=2`: 2,
		`wait=3; param=1`: 3, `wait=2, wait=9`: 2, `wait=x, wait=9`: 0,
		`wait`: 0, `wait=`: 0, `wait=-1`: 0, `wait=1.5`: 0, `wait=+3`: 0, `wait="3`: 0, `wait="`: 0,
		`waiting=3`: 0, `,, wait=3,`: 3, `return=representation`: 0, "wait\t=\t4": 4,
	} {
		if got := waitTime(header); got != want*time.Second {
			t.Errorf("Prefer: %s: got %s, want %s", header, got, want*time.Second)
		}
	}
}

func FuzzWaitTime(f *testing.F) {
	f.Add(`foo="\", wait=9", wait=2;a="`)
	f.Fuzz(func(t *testing.T, header string) {
		if got := waitTime(header); got < 0 || got > MaxWait {
			t.Errorf("got %s", got)
		}
	})
}
