package mutants

import "testing"

func TestTheFastestMutantsAreThere(t *testing.T) {
	chosen, err := choose("", len(fastest))
	if err != nil || len(chosen) != len(fastest) || len(fastest) < 10 {
		t.Fatalf("%d of %d chosen: %v", len(chosen), len(fastest), err)
	}
	for i, f := range fastest {
		if chosen[i].name != f.name || i > 0 && f.history < fastest[i-1].history {
			t.Errorf("%q, found by history %d, is at place %d", f.name, f.history, i)
		}
	}
	if _, err := choose("", len(fastest)+1); err == nil {
		t.Error("more are chosen than are known to be found soon")
	}
}

func TestMutantsAreChosenByTheirName(t *testing.T) {
	all, err := choose("", 0)
	if err != nil || len(all) != len(mutants) {
		t.Errorf("%d of %d, %v", len(all), len(mutants), err)
	}
	if some, err := choose("fence", 0); err != nil || len(some) != 3 {
		t.Errorf("%d have a fence in their name, %v", len(some), err)
	}
	if _, err := choose("no such mistake", 0); err == nil {
		t.Error("a name that no mutant has is no error")
	}
}
