package patterns

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/race"
)

func TestCasesAreBalanced(t *testing.T) {
	race.Skip(t)
	const cases = 3000
	verdicts := map[peers.Verdict]int{}
	seen := map[peers.Verdict]map[string]bool{peers.Matched: {}, peers.NotMatched: {}}
	for seed := range uint64(cases) {
		c := Generate(seed)
		v := local(c.Question).Verdict
		verdicts[v]++
		for _, o := range c.Operators {
			if seen[v] != nil {
				seen[v][o] = true
			}
		}
	}
	for v, least := range map[peers.Verdict]int{peers.Matched: cases / 5, peers.NotMatched: cases / 5, peers.PatternRefused: cases / 20, peers.EventRefused: cases / 200} {
		if verdicts[v] < least {
			t.Errorf("%s is the verdict of %d of %d cases, want %d at least", v, verdicts[v], cases, least)
		}
	}
	operators := []string{"$or"}
	for _, k := range kinds {
		operators = append(operators, k.name)
	}
	for v, names := range seen {
		for _, o := range operators {
			if !names[o] {
				t.Errorf("no case with %s has the verdict %s; those that have: %v", o, v, slices.Sorted(maps.Keys(names)))
			}
		}
	}
}

func TestACaseComesFromItsSeedAlone(t *testing.T) {
	for seed := range uint64(200) {
		a, b := Generate(seed), Generate(seed)
		if a.Question != b.Question || !slices.Equal(a.Operators, b.Operators) {
			t.Fatalf("seed %d gives %+v and %+v", seed, a, b)
		}
	}
}

// peerThat answers like localaws, except to some questions.
func peerThat(otherwise func(peers.Question) bool) ask {
	return func(questions []peers.Question) ([]peers.Answer, error) {
		var answers []peers.Answer
		for _, q := range questions {
			a := local(q)
			if otherwise(q) {
				a.Verdict = map[peers.Verdict]peers.Verdict{peers.Matched: peers.NotMatched}[a.Verdict]
			}
			answers = append(answers, a)
		}
		return answers, nil
	}
}

func newReport(peer ask, out *bytes.Buffer) *report {
	return &report{peer: peer, out: out, verdicts: map[peers.Verdict]int{}, declared: map[string]int{}}
}

func TestAPlantedDifferenceIsFoundAndReplayed(t *testing.T) {
	race.Skip(t)
	const planted = 500
	odd := Generate(planted).Question
	peer := peerThat(func(q peers.Question) bool { return q.Pattern == odd.Pattern && q.Event == odd.Event })
	var out, again bytes.Buffer
	if err := newReport(peer, &out).play(0, 1000); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"seed 500\n", odd.Pattern, odd.Event, "--seed 500 --cases 1\n"} {
		if strings.Count(out.String(), want) != 1 {
			t.Errorf("the report does not have once %q:\n%s", want, &out)
		}
	}
	if err := newReport(peer, &again).play(planted, 1); err != nil {
		t.Fatal(err)
	}
	if again.String() != out.String() {
		t.Errorf("played alone, the case gives\n%s\nand not\n%s", &again, &out)
	}
}

func TestItStopsAfterAFewDifferences(t *testing.T) {
	var out bytes.Buffer
	r := newReport(peerThat(func(peers.Question) bool { return true }), &out)
	if err := r.play(0, 200); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "replay"); got != tolerated || r.undeclared != tolerated {
		t.Errorf("%d are shown and %d counted, want %d", got, r.undeclared, tolerated)
	}
}

func TestADeclaredDifferenceHasToBeThere(t *testing.T) {
	err := compare(t.Context(), peerThat(func(peers.Question) bool { return false }), 0, 10, &bytes.Buffer{})
	if err == nil || strings.Count(err.Error(), "not there any more") != len(differences) {
		t.Errorf("got %v, want all %d declared differences named as stale", err, len(differences))
	}
}
