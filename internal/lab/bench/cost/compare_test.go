package cost

import (
	"context"
	"errors"
	"math"
	"testing"
)

func TestWhoeverEndsAComparisonDoesNotWaitForTheRest(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	var told []string
	r, err := Compare(ctx, "../../../..", func(what string) {
		told = append(told, what)
		end()
	})
	if !errors.Is(err, context.Canceled) || r != nil || len(told) != 1 {
		t.Errorf("%v, %v, told %q", r, err, told)
	}
	c := &comparer{root: "../../../..", report: &Report{}}
	if err := c.levers(ctx); !errors.Is(err, context.Canceled) || len(c.report.Levers) > 0 {
		t.Errorf("%d levers, %v", len(c.report.Levers), err)
	}
}

// Each lever makes a bill smaller, and describes the deployed stack correctly.
func TestEachLeverTurns(t *testing.T) {
	c := &comparer{root: "../../../..", report: &Report{}}
	fewer := func(s side) side {
		s.load.Changes = 60
		return s
	}
	for _, l := range turns() {
		l.before, l.after = fewer(l.before), fewer(l.after)
		if err := c.turn(l); err != nil {
			t.Fatal(err)
		}
		if l := c.report.Levers[len(c.report.Levers)-1]; l.After <= 0 || l.After >= l.Before {
			t.Errorf("%s, from %s to %s at %s: from %v to %v", l.Name, l.From, l.To, l.At, l.Before, l.After)
		}
	}
	deployed, err := c.usd(side{OverBus, light(44), nil})
	if two, also := c.usd(side{OverBus, light(44), lanes(2)}); errors.Join(err, also) != nil || math.Abs(two-deployed) > 0.001 { // a logged time may be a digit longer
		t.Errorf("with two republishers %v, and as deployed %v", two, deployed)
	}
}
