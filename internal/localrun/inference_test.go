package localrun

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestInferenceOf(t *testing.T) {
	french, german := events.Text("fr"), events.Text("de")
	change := func(n byte, origin events.Origin, v events.Value) events.PreferenceChange {
		return events.PreferenceChange{ID: events.Stamp{n}, Origin: origin, Preferences: events.Preferences{"language": v}}
	}
	for _, c := range []struct {
		name   string
		before []events.PreferenceChange
		change events.PreferenceChange
		want   string
	}{
		{"stated alone", nil, change(2, events.Stated, french), ""},
		{"stated over stated", []events.PreferenceChange{change(1, events.Stated, german)}, change(2, events.Stated, french), ""},
		{"inferred alone", nil, change(2, events.Inferred, french), "inferred"},
		{"inferred over inferred", []events.PreferenceChange{change(1, events.Inferred, german)}, change(2, events.Inferred, french), "inferred"},
		{"inferred after it was stated", []events.PreferenceChange{change(1, events.Stated, german)}, change(2, events.Inferred, french), "inferred, and overruled by what the person stated"},
		{"inferred before it was stated, and late", []events.PreferenceChange{change(3, events.Stated, german)}, change(2, events.Inferred, french), "inferred, and overruled by what the person stated"},
		{"inferred after it was forgotten", []events.PreferenceChange{change(1, events.Stated, events.Unset)}, change(2, events.Inferred, french), "inferred"},
		{"stated over inferred", []events.PreferenceChange{change(1, events.Inferred, german)}, change(2, events.Stated, french), "overrules what a bot inferred"},
		{"the same value stated", []events.PreferenceChange{change(1, events.Inferred, french)}, change(2, events.Stated, french), "overrules what a bot inferred"},
		{"forgotten over inferred", []events.PreferenceChange{change(1, events.Inferred, german)}, change(2, events.Stated, events.Unset), "forgets what a bot inferred"},
		{"forgotten, earlier than inferred", []events.PreferenceChange{change(3, events.Inferred, german)}, change(2, events.Stated, events.Unset), ""},
		{"an inference withdrawn", []events.PreferenceChange{change(1, events.Inferred, german)}, change(2, events.Inferred, events.Unset), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := events.Profile{State: events.Fold(c.before...)}
			after := events.Profile{State: before.Clone()}
			after.Apply(&c.change)
			if got := inferenceOf(c.change.ID, []string{"(erase)", "language"}, &before, &after); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestALineTellsOfAnInference(t *testing.T) {
	j := journey{user: "u1", keys: []string{"language"}, outcome: "announced", inferred: "inferred"}
	if got, want := j.String(), "u1 language: = 0.0 ms, announced, inferred"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
