package procedures_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
)

// seeds is how many histories the procedure is played in.
func seeds() uint64 { return uint64(nightly.Size(3, 12)) }

// day is how far back a restore goes in these histories.
const day = 24 * time.Hour

func TestTheProcedureRebuildsALostTable(t *testing.T) {
	for what, age := range map[string]time.Duration{"deleted": 0, "damaged for two days": 2 * day, "damaged for 20 days": 20 * day} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds() {
				if problems := play(t, seed, procedure, func(l *loss) { l.age = age }); len(problems) > 0 {
					t.Fatalf("seed %d: %s", seed, strings.Join(problems, "\n"))
				}
			}
		})
	}
}

// swapped returns the procedure with a step moved before another one, or without it.
func swapped(step, before string) []string {
	steps := slices.DeleteFunc(slices.Clone(procedure), func(s string) bool { return s == step })
	if before == "" {
		return steps
	}
	return slices.Insert(steps, slices.Index(steps, before), step)
}

// Each step is necessary, and at the right place.
func TestWhatHappensWithoutAStepOrInAnotherOrder(t *testing.T) {
	for _, c := range []struct {
		what   string
		steps  []string
		change func(*loss)
		want   string // among the problems, in some history
	}{
		{"no advance", swapped("advance", ""), nil, "G6 Revisions only grow"},
		{"no advance, for subscribers", swapped("advance", ""), nil, "G5 Subscribers converge"},
		{"advance after announcements", swapped("advance", "snapshot"), nil, "G6 Revisions only grow"},
		{"an advance to the time of the backup", procedure, func(l *loss) { l.to = func(l *loss) time.Time { return l.taken } }, "G6 Revisions only grow"},
		{"no replay", swapped("replay", ""), nil, "G1 Convergence"},
		{"a replay from the backup on", procedure, func(l *loss) { l.late = true }, "G1 Convergence"},
		{"no redrive", swapped("redrive", ""), func(l *loss) { l.users = 40 }, "G1 Convergence"},
		{"no snapshot", swapped("snapshot", ""), nil, "G5 Subscribers converge"},
		{"the stream before the replay", swapped("stream", "open apply"), nil, "what was erased before the loss is announced"},
		{"the stream before the advance", swapped("stream", "advance"), nil, "what was unset or replaced before the loss is announced"},
		{"the snapshot before the replay", swapped("snapshot", "open apply"), nil, "what was erased before the loss is announced"},
		{"the API before the replay", swapped("open the API", "advance"), nil, "what was erased before the loss is served"},
		{"a replay to all rules", procedure, func(l *loss) { l.filtered = false }, "a rule that is none of ours sees changes again"},
		{"changes past the bus", procedure, func(l *loss) { l.queueInBetween = true }, "G1 Convergence"},
		{"no pass, of foreign revisions", swapped("pass", ""), func(l *loss) { l.since = year2100 }, "G6 Revisions only grow"},
		{"no pass, for subscribers", swapped("pass", ""), func(l *loss) { l.before, l.since = year2100, microseconds }, "G5 Subscribers converge"},
		{"a pass before the replay", swapped("pass", "open apply"), func(l *loss) { l.since = year2100 }, "G5 Subscribers converge"},
		{"a pass after announcements", swapped("pass", "snapshot"), func(l *loss) { l.since = year2100 }, "G6 Revisions only grow"},
		{"large profiles, and the API closed", swapped("open the API", ""), func(l *loss) { l.heavy = true }, "G5 Subscribers converge"},
		{"a backup beyond the horizon", procedure, func(l *loss) { l.age, l.users, l.eraseAll = 80*day, 40, true }, "what was erased before the loss is served"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(12) {
				for _, problem := range play(t, seed, c.steps, c.change) {
					if strings.HasPrefix(problem, c.want) {
						t.Logf("found in seed %d", seed)
						return
					}
				}
			}
			t.Errorf("nothing is found: %s", c.want)
		})
	}
}
