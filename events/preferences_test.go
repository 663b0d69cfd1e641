package events_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestValuesTravelToTheLetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyChange.Draw(t, "change")
		got, err := events.ParseChange(want.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-sent +read):\n%s", diff)
		}
		if err := want.Validate(); err != nil {
			t.Fatalf("Validate: %v", err)
		}
	})
}

func TestValueOf(t *testing.T) {
	for _, c := range []struct {
		name string
		in   any
		want events.Value
	}{
		{"nil", nil, events.Unset},
		{"nil pointer", (*int)(nil), events.Unset},
		{"text", "fr", `"fr"`},
		{"empty text", "", `""`},
		{"markup", "<b>", `"<b>"`},
		{"number", 1.5, `1.5`},
		{"map in order of its keys", map[string]any{"b": 1, "a": nil, "c": []int{}}, `{"a":null,"b":1,"c":[]}`},
	} {
		if got, err := events.ValueOf(c.in); err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	for name, in := range map[string]any{"NaN": math.NaN(), "a function": func() {}, "invalid UTF-8": "\xff"} {
		if got, err := events.ValueOf(in); err == nil {
			t.Errorf("%s: %q, want an error", name, got)
		}
	}
}

func TestPreferencesOf(t *testing.T) {
	got, err := events.PreferencesOf(map[string]any{"language": "fr", "tone": nil, "n": 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(events.Preferences{"language": `"fr"`, "tone": events.Unset, "n": `2`}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = events.PreferencesOf(map[string]any{"tone\n": "secret\xff"})
	if err == nil || !strings.Contains(err.Error(), "tone") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v, want an error that names the key and not the value", err)
	}
	checkPrintable(t, err)
}

func TestDecodeReadsAValue(t *testing.T) {
	var place struct{ City string }
	if err := events.Value(`{"City":"Lyon"}`).Decode(&place); err != nil || place.City != "Lyon" {
		t.Errorf("%v, %v", place, err)
	}
	nothing := new(int)
	if err := events.Unset.Decode(&nothing); err != nil || nothing != nil {
		t.Errorf("Unset: %v, %v, want null", nothing, err)
	}
	if err := events.Value(`"fr"`).Decode(new(int)); err == nil {
		t.Error("text was read as a number")
	}
}

func TestPreferencesAreWrittenInOrderOfTheirKeys(t *testing.T) {
	p := events.Preferences{"b": `1.0`, "a": events.Unset, "B": `"x"`, "a.b": `{}`}
	if got, want := string(p.AppendJSON([]byte("> "))), `> {"B":"x","a":null,"a.b":{},"b":1.0}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := string(events.Preferences(nil).AppendJSON(nil)), `{}`; got != want {
		t.Errorf("none: %s, want %s", got, want)
	}
}
