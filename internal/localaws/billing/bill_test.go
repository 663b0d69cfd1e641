package billing

import (
	"math"
	"testing"
	"time"
)

func TestBills(t *testing.T) {
	invoked := func(took time.Duration, memory int) (b Bill) { b.Invoked(took, memory); return b }
	for _, c := range []struct {
		name string
		bill Bill
		n    int
		want float64
	}{
		{"a million events", Bill{Events: 1_000_000}, 1_000_000, 1},
		{"three requests for each", Bill{QueueRequests: 3}, 1, 1.2},
		{"an invocation of less than a millisecond is one", invoked(time.Microsecond, 1024), 1, 0.20 + 0.0133334},
		{"and one of a little more is two", invoked(time.Millisecond+1, 512), 1, 0.20 + 0.0133334},
		{"destinations", Bill{Destinations: 5}, 5, 0.20},
		{"writes", Bill{WriteUnits: 2}, 1, 1.25},
		{"reads", Bill{ReadUnits: 0.5}, 1, 0.0625},
		{"HTTP requests", Bill{APIRequests: 1}, 1, 1},
		{"a KB in an archive", Bill{ArchivedBytes: 1 << 10}, 1, 0.10 * 1e6 / (1 << 20)},
		{"a KB of logs", Bill{LoggedBytes: 1 << 10}, 1, 0.50 * 1e6 / (1 << 20)},
		{"nothing", Bill{}, 0, 0},
	} {
		if got := c.bill.PerMillion(c.n); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v dollars per million, want %v", c.name, got, c.want)
		}
	}
}

func TestChunks(t *testing.T) {
	for bytes, want := range map[int]int64{0: 1, 1: 1, 64 << 10: 1, 64<<10 + 1: 2, 256 << 10: 4} {
		if got := Chunks(bytes); got != want {
			t.Errorf("%d bytes are %d chunks, want %d", bytes, got, want)
		}
	}
}

func TestAddAndLess(t *testing.T) {
	a, b := Bill{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Bill{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}
	sum := a
	sum.Add(b)
	if sum != (Bill{11, 22, 33, 44, 55, 66, 77, 88, 99, 110}) {
		t.Errorf("got %+v", sum)
	}
	if left := sum.Less(a); left != b {
		t.Errorf("got %+v", left)
	}
}

func TestIdleReceives(t *testing.T) {
	b := Bill{QueueRequests: IdleReceivesPerMonth}
	if usd := b.USD(); math.Abs(usd-0.2592) > 1e-9 {
		t.Errorf("an idle queue costs %v dollars a month", usd)
	}
}
