package events

import (
	"bytes"
	"testing"
	"time"
)

// No clock gets here within a lifetime, so the test sets it there.
func TestClockGoesOnInTheNextMillisecondWhenItsBitsAreUsedUp(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	clock := NewClockOf(func() time.Time { return noon }, bytes.NewReader(make([]byte, 100)))
	full, err := DeriveStamp(noon, "x")
	if err != nil {
		t.Fatal(err)
	}
	copy(full[6:], bytes.Repeat([]byte{0xff}, 10))
	clock.last = full
	if got := clock.Next(); !got.After(full) || !got.Time().Equal(noon.Add(time.Millisecond)) {
		t.Errorf("%s after %s", got, full)
	}
}
