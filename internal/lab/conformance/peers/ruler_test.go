package peers

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRulerAnswersInOrder(t *testing.T) {
	if !slices.Contains(strings.Split(os.Getenv("BOTPREFS_CONFORMANCE"), ","), "ruler") {
		t.Skip("BOTPREFS_CONFORMANCE does not name ruler")
	}
	r, err := StartRuler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	answers, err := r.Ask([]Question{
		{Pattern: `{"a":["x"]}`, Event: `{"a":"x"}`}, {Pattern: `{"a":["x"]}`, Event: `{"a":"y"}`},
		{Pattern: `{"a":[]}`, Event: `{"a":"y"}`}, {Pattern: `{"a":["x"]}`, Event: `[]`},
		{Pattern: `{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}`, Event: `{}`},
		{Pattern: `{"a":["x","y"],"b":[1,2]}`, Event: `{"a":"y","b":2}`, Apart: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Verdict{Matched, NotMatched, PatternRefused, EventRefused, PatternRefused, Matched} {
		if answers[i].Verdict != want {
			t.Errorf("answer %d is %+v, want %s", i, answers[i], want)
		}
	}
	if answers[4].Complexity != 11 {
		t.Errorf("got complexity %d, want 11", answers[4].Complexity)
	}
	var refused *Refusal
	if _, err := r.Match(`{"a":[]}`, `{}`); !errors.As(err, &refused) || !strings.Contains(err.Error(), "Empty arrays are not allowed") {
		t.Errorf("got %v, want the refusal of an empty array", err)
	}
}

func TestRulerSaysWhatIsMissing(t *testing.T) {
	t.Setenv("BOTPREFS_PEERS", t.TempDir())
	if _, err := StartRuler(t.Context()); err == nil || !strings.Contains(err.Error(), "peers/install installs it") {
		t.Errorf("got %v, want what to run", err)
	}
}
