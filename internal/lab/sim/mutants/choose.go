package mutants

import (
	"fmt"
	"strings"
)

// fastest lists mutants that the simulator finds soon, with the history that found
// each, as make mutants prints it. Those found in the fewest histories come first.
// .ci/run plants the first ten. Many are found by history 1: among these the first
// ten break as many guarantees as possible.
var fastest = []struct {
	name    string
	history int
}{
	{"lower the fence", 1},
	{"forget to take expires_at off", 1},
	{"collect tombstones within the horizon", 1},
	{"take the smaller stamp in a fold", 1},
	{"see what lies below the fence", 1},
	{"apply what is too old", 1},
	{"fail the whole batch for a refused change", 1},
	{"fold records in the wrong order", 1},
	{"announce a write that made no revision", 1},
	{"let an earlier announcement replace a copy", 1},
	{"write without the condition on a key's stamp", 1},
	{"let an equal stamp write again", 1},
	{"forget the tombstone of an unset key", 1},
	{"remove hidden entries without looking at their stamps", 1},
	{"leave in the item what a replace hides", 1},
	{"announce only the last step of a fold", 1},
	{"let an item expire too early", 1},
	{"take a user's oldest announcement for the newest", 1},
	{"count a duplicate twice", 1},
	{"keep negative delays", 1},
	{"start revisions at zero when an item comes back", 6},
	{"acknowledge what a subscriber failed at", 9},
	{"write entries from below the fence", 10},
	{"ignore the failed messages of a batch", 11},
	{"ignore FailedEntryCount", 13},
}

// choose returns the mutants whose name contains only: all of them, or the first
// n of fastest.
func choose(only string, n int) ([]*mutant, error) {
	var chosen []*mutant
	for i := range mutants {
		if strings.Contains(mutants[i].name, only) {
			chosen = append(chosen, &mutants[i])
		}
	}
	if n > 0 {
		byName := map[string]*mutant{}
		for _, m := range chosen {
			byName[m.name] = m
		}
		chosen = nil
		for _, f := range fastest {
			if m := byName[f.name]; m != nil && len(chosen) < n {
				chosen = append(chosen, m)
			}
		}
		if len(chosen) < n {
			return nil, fmt.Errorf("of the mutants that are found soon only %d have the name %q", len(chosen), only)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no mutant has a name with %q in it", only)
	}
	return chosen, nil
}
