package sim

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/race"
)

func pipeline(t *testing.T) *stack.Stack {
	t.Helper()
	s, err := stack.Load("../../../serverless.yml", stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// histories is few: 20,000 of them are a stage of their own (make sim).
const histories = 37 // from seed 1303 on: in these everything happens

// raced is how many histories run under the race detector. A history runs one thing at
// a time, so a few are enough to check the handlers and localaws.
const raced = 4

func TestEveryGuaranteeHolds(t *testing.T) {
	n := histories
	if race.Enabled {
		n = raced
	}
	c := Campaign{Stack: pipeline(t), From: 1303, Seeds: uint64(n), Workers: 2}
	sum, failed := c.Run(context.Background())
	if failed != nil {
		t.Fatalf("seed %d: %v\nTo see it: go run ./internal/lab/cmd/lab sim --seed %d", failed.Seed, failed.Violation, failed.Seed)
	}
	if sum.Histories != n || sum.Steps < n*minSteps {
		t.Errorf("%d histories of %d steps were played", sum.Histories, sum.Steps)
	}
	if !race.Enabled {
		comesByEverything(t, sum)
	}
}

// everything lists what must happen in some history, in addition to the outcomes of
// requests.
var everything = []string{
	"announcement", "announcement given up by name", "change published", "days or weeks pass", "half a day passes",
	"dead letter from_the_future", "dead letter too_old", "dead letter malformed", "dead letter unknown_version",
	"dead letter redriven", "erasure over HTTP", "event delivered twice", "item expired", "message received too often",
	"message replayed", "profile read", "message visible again while somebody works on it", "publisher told: not taken",
	"delivery of the bus fails, and is tried again", "delivery of the bus fails for good", "dead letter NO_PERMISSIONS", "stream batch tried again", "task killed", "dead letter profile_too_large",
}

// A simulator proves nothing about things that it never does.
func comesByEverything(t *testing.T, sum Sum) {
	t.Helper()
	for f := range fates {
		if sum.Seen["request "+fateNames[f]] == 0 {
			t.Errorf("no request was ever %q", fateNames[f])
		}
	}
	for _, what := range everything {
		if sum.Seen[what] == 0 {
			t.Errorf("%d histories never came by: %s", sum.Histories, what)
		}
	}
}

func TestSameSeedGivesTheSameHistory(t *testing.T) {
	race.Skip(t)
	s := pipeline(t)
	for seed := range uint64(4) {
		var first, second bytes.Buffer
		a, b := Run(s, seed, nil, &first), Run(s, seed, nil, &second)
		if first.String() != second.String() || a.Requests != b.Requests {
			t.Errorf("seed %d: two runs differ", seed)
		}
		c, d := play(s, seed, nil, nil, sloppy), play(s, seed, nil, nil, sloppy)
		if diff := cmp.Diff(c, d); diff != "" {
			t.Errorf("seed %d: two runs that go wrong differ:\n%s", seed, diff)
		}
	}
}

// sloppy acknowledges every tenth merge without storing it.
func sloppy(s *Simulation) {
	store, n := s.handlers.apply.Merge, 0
	s.handlers.apply.Merge = func(ctx context.Context, userID string, delta events.State) (bool, error) {
		if n++; n%10 == 0 {
			return true, nil
		}
		return store(ctx, userID, delta)
	}
}

func TestALossIsFoundAndMadeSmall(t *testing.T) {
	race.Skip(t)
	s := pipeline(t)
	var failed History
	for seed := uint64(16); failed.Violation == nil && seed < 40; seed++ {
		failed = play(s, seed, nil, nil, sloppy)
	}
	if failed.Violation == nil || failed.Violation.Guarantee != oracle.G1 {
		t.Fatalf("a consumer that loses changes violates %v", failed.Violation)
	}
	small := shrink(s, failed, sloppy)
	if len(small) >= len(failed.Taken)/2 {
		t.Errorf("%d of %d steps are left", len(small), len(failed.Taken))
	}
	var told strings.Builder
	if again := play(s, failed.Seed, small, &told, sloppy); again.Violation == nil || again.Violation.Guarantee != oracle.G1 {
		t.Errorf("the small history violates %v", again.Violation)
	}
	if !strings.Contains(told.String(), "apply is invoked") {
		t.Errorf("the history is not told: %q", told.String())
	}
}

func TestCampaignNamesTheFailedSeed(t *testing.T) {
	race.Skip(t)
	c := Campaign{Stack: pipeline(t), From: 1, Seeds: 20, Workers: 1, broken: sloppy}
	sum, failed := c.Run(context.Background())
	if failed == nil || failed.Seed == 0 || sum.Histories != int(failed.Seed) {
		t.Errorf("after %d histories: %+v", sum.Histories, failed)
	}
}
