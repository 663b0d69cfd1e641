package cost

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

func TestAdd(t *testing.T) {
	a := Bill{1, 2, 3, 4, 5}
	a.Add(Bill{10, 20, 30, 40, 50})
	if a != (Bill{11, 22, 33, 44, 55}) {
		t.Errorf("got %+v", a)
	}
}
