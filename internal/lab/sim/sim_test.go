package sim

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func pipeline(t *testing.T) *stack.Stack {
	t.Helper()
	s, err := stack.Load("../../../serverless.yml", stack.Options{Params: map[string]string{"history": "on"}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// histories is few: 20,000 of them are a stage of their own (make sim).
const histories = 27 // from seed 1488 on: in these everything happens

func TestEveryGuaranteeHolds(t *testing.T) {
	c := Campaign{Stack: pipeline(t), From: 1488, Seeds: histories, Workers: 2}
	sum, failed := c.Run(context.Background())
	if failed != nil {
		t.Fatalf("seed %d: %v\nTo replay it: go run ./internal/lab/cmd/lab sim --seed %d", failed.Seed, failed.Violation, failed.Seed)
	}
	if sum.Histories != histories || sum.Steps < histories*minSteps {
		t.Errorf("%d histories of %d steps were played", sum.Histories, sum.Steps)
	}
	comesByEverything(t, sum)
}

// everything lists what must happen in some history, in addition to the outcomes of
// requests.
var everything = []string{
	"announcement", "announcement given up by name", "change published", "days or weeks pass", "half a day passes",
	"dead letter from_the_future", "dead letter too_old", "dead letter malformed", "dead letter unknown_version",
	"dead letter redriven", "event delivered twice", "item expired", "message received too often",
	"message replayed", "profile read", "message visible again while somebody works on it", "publisher told: not taken",
	"delivery of the bus fails, and is tried again", "delivery of the bus fails for good", "dead letter NO_PERMISSIONS", "stream batch tried again", "task killed", "dead letter profile_too_large",
	"write over HTTP answered 200", "write over HTTP answered 202", "write over HTTP answered 409", "write over HTTP answered 413",
	"write over HTTP answered 503", "item deleted by hand", "profile filled", "writers crowd at one profile", "apply did nothing", "republish did nothing",
	"batch of the history", "event delivered twice to the history", "gap of the history closed",
	"change told as won", "change told as superseded", "change told as erased", "change told as refused", "change told as too_old",
}

// A simulator proves nothing about things that it never does.
func comesByEverything(t *testing.T, sum Sum) {
	t.Helper()
	for f := range requestOutcomes {
		if sum.Seen["request "+requestOutcomeNames[f]] == 0 {
			t.Errorf("no request was ever %q", requestOutcomeNames[f])
		}
	}
	for _, what := range everything {
		if sum.Seen[what] == 0 {
			t.Errorf("%d histories never came by: %s", sum.Histories, what)
		}
	}
}

func TestSameSeedGivesTheSameHistory(t *testing.T) {
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
	s.handlers.apply.Merge = func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
		if n++; n%10 == 0 {
			return consumers.Merged{}, nil
		}
		return store(ctx, userID, delta, traces)
	}
}

func TestALossIsFoundAndMadeSmall(t *testing.T) {
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
	c := Campaign{Stack: pipeline(t), From: 1, Seeds: 20, Workers: 1, broken: sloppy}
	sum, failed := c.Run(context.Background())
	if failed == nil || failed.Seed == 0 || sum.Histories != int(failed.Seed) {
		t.Errorf("after %d histories: %+v", sum.Histories, failed)
	}
}
