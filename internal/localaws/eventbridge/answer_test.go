package eventbridge

import (
	"testing"
	"time"
)

// The endpoint chooses the header. No text in it may overflow, or make an event wait
// longer than it can live.
func TestNoRetryAfterIsBeyondADay(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		header string
		wait   time.Duration
		final  bool
	}{
		{"", 0, false},
		{"soon", 0, false},
		{"0", 0, false},
		{"60", time.Minute, false},
		{"86399", day - time.Second, false},
		{"86401", day, false},
		{"9223372037", day, false}, // as nanoseconds: more than an int64 has
		{"9223372036854775807", day, false},
		{"99999999999999999999999", day, false},
		{"1e9", 0, false},
		{"-1", 0, true},
		{"-9223372036854775808", 0, true},
		{"-99999999999999999999999", 0, true},
		{"Mon, 23 Nov 2026 10:02:00 GMT", 2 * time.Minute, false},
		{"Mon, 23 Nov 2026 09:00:00 GMT", 0, false},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0, false},
		{"Fri, 31 Dec 9999 23:59:59 GMT", day, false},
	} {
		a := Answer{Status: 503, RetryAfter: c.header}
		if wait, final := a.retryAfter(now); wait != c.wait || final != c.final {
			t.Errorf("%q: wait %v, final %t; want %v, %t", c.header, wait, final, c.wait, c.final)
		}
	}
}
