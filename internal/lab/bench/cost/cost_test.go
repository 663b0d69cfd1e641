package cost

import (
	"math"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/growth"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
)

// some shortens a load, so that a test is fast.
func some(l Load) Load {
	l.Changes = 100
	return l
}

func light(changes int) Load {
	l := Light()
	l.Changes = changes
	return l
}

// What each design needs for a change: an event, a send, a write and an announcement.
// Costs that changes can share are shared.
func TestWhatEachDesignIsBilledFor(t *testing.T) {
	type counts struct{ events, queue, writes, reads, api float64 } // per change
	perMessage := 1.2                                               // sent one by one, received and deleted by ten
	for _, c := range []struct {
		design Design
		load   Load
		want   counts
	}{
		{Pipeline(OverBus), Steady(), counts{events: 2, queue: perMessage, writes: 1}},
		{Pipeline(OverHTTP), Steady(), counts{events: 2, queue: perMessage, writes: 1, reads: 1, api: 1}},
		{Pipeline(Lingering), Chatty(), counts{events: 0.1, queue: 0.3, writes: 0.1}},
		{Designs()[4], Chatty(), counts{writes: 1, reads: 0.5, api: 1}},
		{Designs()[5], Chatty(), counts{events: 1, queue: perMessage, writes: 1}},
		{Designs()[6], Chatty(), counts{events: 1, queue: perMessage, writes: 1, reads: 1}},
	} {
		r, err := Run("../../../..", c.design, some(c.load), nil)
		if err != nil {
			t.Fatal(err)
		}
		n := float64(r.Load.Changes)
		got := counts{float64(r.Bill.Events) / n, float64(r.Bill.QueueRequests) / n, r.Bill.WriteUnits / n, r.Bill.ReadUnits / n, float64(r.Bill.APIRequests) / n}
		if got != c.want {
			t.Errorf("%s, %s: %+v for each change, want %+v", c.design.Name, c.load.Name, got, c.want)
		}
	}
}

// Package cost assumes the same new table as package growth.
func TestATableIsAsNewAsInGrowth(t *testing.T) {
	if shards != growth.Stated.Partitions {
		t.Errorf("%d shards, and growth has %d", shards, growth.Stated.Partitions)
	}
}

// The functions' own lines are billed with Lambda's, of 600 bytes an invocation.
func TestLogsAreBilled(t *testing.T) {
	r, err := Run("../../../..", Pipeline(OverBus), some(Steady()), nil)
	if b := r.Bill; err != nil || b.LoggedBytes < 700*b.Invocations || b.LoggedBytes > 1200*b.Invocations {
		t.Errorf("%d bytes are logged in %d invocations, %v", b.LoggedBytes, b.Invocations, err)
	}
}

func TestAVariationChangesTheStack(t *testing.T) {
	invocations := func(l Load, vary Variation) int64 {
		r, err := Run("../../../..", Pipeline(OverQueue), l, vary)
		if err != nil {
			t.Fatal(err)
		}
		return r.Bill.Invocations
	}
	if large, small := invocations(some(Steady()), Batch(100, 1)), invocations(some(Steady()), Batch(10, 0)); small < large+8 {
		t.Errorf("%d invocations with batches of 100, %d with batches of 10", large, small)
	}
	// Eleven changes each 1.1 s, in a batch for apply, fall to four shards.
	if two, one := invocations(light(44), nil), invocations(light(44), lanes(1)); one <= 4*4 || one > 4*5 || two < one+8 {
		t.Errorf("%d invocations with two republishers for each shard, %d with one", two, one)
	}
}

func TestReport(t *testing.T) {
	bill := billing.Bill{Events: 4_000, WriteUnits: 2_000, ArchivedBytes: 1 << 19}
	c := &comparer{report: &Report{}}
	for _, d := range Designs() {
		var row []Result
		for _, l := range Loads() {
			row = append(row, Result{Design: d, Load: l, Bill: bill, MetricBytes: 1 << 20})
		}
		c.report.Results = append(c.report.Results, row)
	}
	c.reckon()
	c.report.Targets = c.targets()
	var out strings.Builder
	if err := c.report.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"steady, 1000/s | trickle, 1/s | chatty, 1000/s | burst, 10000/s | announces |",
		"| this pipeline, over the bus                       |           2.65 |",
		"| design                                            | events | write units | archived bytes |",
		"| over the bus, steady | 3.15 | 2.63 | yes | 2.65 |",
		"| over the queue, lingering, chatty | 0.40 | 2.63 | no | 2.65 |",
		"| announcing | every change |       half of them |",
		"| metrics | on | off | 1,000/s, computed | 2.65 | 2.41 |",
		"The functions' 13 metrics cost $3.90 a month and stage",
		"Lambda polls an idle queue 648000 times a month, for $0.26",
	} {
		if !strings.Contains(squeeze(out.String()), squeeze(want)) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
}

// squeeze removes spaces, so that the widths of columns do not matter.
func squeeze(text string) string { return strings.ReplaceAll(text, " ", "") }

func TestTargetsMeasureWhatTheyName(t *testing.T) {
	c := &comparer{report: &Report{Results: [][]Result{
		{{Design: Pipeline(OverBus), Load: Steady(), Bill: billing.Bill{Events: 1}}, {Design: Pipeline(OverBus), Load: Chatty(), Bill: billing.Bill{Events: 2}}},
		{{Design: Pipeline(OverQueue), Load: Steady(), Bill: billing.Bill{Events: 3}}},
		{{Design: Pipeline(Lingering), Load: Steady(), Bill: billing.Bill{Events: 4}}, {Design: Pipeline(Lingering), Load: Chatty(), Bill: billing.Bill{Events: 5, ArchivedBytes: 1 << 40}}},
	}}}
	for i, want := range []float64{1, 3, 4, 2, 5} {
		if got := c.targets()[i].Measured * 2_000; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is measured by %v, want %v", c.targets()[i].Name, got, want)
		}
	}
}
