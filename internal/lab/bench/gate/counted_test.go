package gate

import (
	"math"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/throughput"
)

// It is tested here, because this folder is tested without the race detector,
// which allocates too.
func TestCountedIsTheSameEachTime(t *testing.T) {
	first, err := throughput.Counted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := throughput.Counted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range first {
		if math.Abs(again[name]-n) > n/100 {
			t.Errorf("%s: %v, then %v", name, n, again[name])
		}
	}
	for name, want := range map[string]float64{
		"apply fold 1: requests per change": 1, "apply fold 3: requests per change": 0.34, "apply fold 10: requests per change": 0.1,
		"apply fold 1: reads per change": 0, "apply fold 3: reads per change": 0, "apply fold 10: reads per change": 0,
	} {
		if got, ok := first[name]; !ok || got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	one, ten := first["apply fold 1: allocations per change"], first["apply fold 10: allocations per change"]
	if len(first) != 12 || ten < 5 || one < ten || one > 500 {
		t.Errorf("%d figures, %v allocations per change and %v where ten fold", len(first), one, ten)
	}
}
