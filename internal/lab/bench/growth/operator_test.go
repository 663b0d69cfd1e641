package growth

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
)

// Each limit is met by the right runs, and by no others.
func TestWhichLimitARunMet(t *testing.T) {
	first := applied(Stated.FirstBatches, virtual.Usual)
	run := func(perSecond, peak int) Result { return Result{Scenario: Scenario{PerSecond: perSecond}, Peak: peak} }
	for want, runs := range map[string][]Result{
		"writes of a new table":        {{Refused: map[string]int{partitionWrites: 1}}},
		"PutEvents":                    {{Refused: map[string]int{putEvents: 1}}},
		"deliveries of the bus":        {{Late: 1}},
		"concurrent batches, at first": {run(first+1, 5), run(20_000, 7)},
		"":                             {{}, run(first, 5), run(first, 20), run(first+1, 4), {Returned: 1, Dead: 1, Again: 1}},
	} {
		for _, x := range runs {
			for _, row := range limitRows(Stated, virtual.Usual) {
				if got := row.metBy != nil && row.metBy(&x); got != (row.limit == want) {
					t.Errorf("that %+v met the limit of %q is %v", x, row.limit, got)
				}
			}
		}
	}
}

// The operator's table has the loads at which each limit is met.
func TestTheLimitsOfTheTable(t *testing.T) {
	want := map[string]int{
		"HTTP API requests": 500, "writes of a new table": 4000, "PutEvents": 9090,
		"concurrent batches, at first": 13_888, "deliveries of the bus": 18_750, "writes of one table": 40_000, "concurrent batches": 138_888,
	}
	rows := limitRows(Stated, virtual.Usual)
	for _, row := range rows {
		if row.at != want[row.limit] {
			t.Errorf("the limit of %s is met at %d, want %d", row.limit, row.at, want[row.limit])
		}
	}
	if len(rows) != len(want) {
		t.Errorf("there are %d limits, want %d", len(rows), len(want))
	}
	if applied(maxBatches, virtual.Usual) != 138_888 {
		t.Errorf("%d batches at a time are %d changes/s", maxBatches, applied(maxBatches, virtual.Usual))
	}
}
