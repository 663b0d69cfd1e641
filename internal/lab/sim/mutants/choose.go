package main

import (
	"fmt"
	"strings"
)

// fastest lists mutants that the simulator finds soon, those found in the fewest
// histories first, with the history that found them. .ci/run plants these alone.
// make mutants prints the history of every mutant.
var fastest = []struct {
	name    string
	history int
}{}

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
