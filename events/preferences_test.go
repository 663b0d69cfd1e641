package events_test

import (
	"errors"
	"log/slog"
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
		{"text", "fr", events.Text("fr")},
		{"empty text", "", events.Text("")},
		{"markup", "<b>", events.JSON(`"<b>"`)},
		{"number", 1.5, events.JSON(`1.5`)},
		{"map in order of its keys", map[string]any{"b": 1, "a": nil, "c": []int{}}, events.JSON(`{"a":null,"b":1,"c":[]}`)},
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
	if diff := cmp.Diff(events.Preferences{"language": events.Text("fr"), "tone": events.Unset, "n": events.JSON(`2`)}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = events.PreferencesOf(map[string]any{"tone\n": "secret\xff"})
	if err == nil || !strings.Contains(err.Error(), "tone") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v, want an error that names the key and not the value", err)
	}
	checkPrintable(t, err)
}

func TestConstructorsWriteJSON(t *testing.T) {
	for _, c := range []struct {
		got  events.Value
		want string
	}{
		{events.Text("fr"), `"fr"`}, {events.Text(`"\` + "\n<é>"), `"\"\\\n<é>"`}, {events.Text(""), `""`},
		{events.Number(7), `7`}, {events.Number(-1.5), `-1.5`}, {events.Number(1e21), `1e+21`}, {events.Number(float32(0.1)), `0.1`},
		{events.Number(uint64(math.MaxUint64)), `18446744073709551615`}, {events.Number(int64(math.MinInt64)), `-9223372036854775808`},
		{events.Bool(true), `true`}, {events.Bool(false), `false`},
		{events.JSON(`[1.0]`), `[1.0]`}, {events.JSON(`null`), `null`}, {events.Unset, `null`},
	} {
		if c.got.JSON() != c.want || c.got.String() != c.want {
			t.Errorf("%s, want %s", c.got.JSON(), c.want)
		}
		if read := events.JSON(c.want); read != c.got || !read.Equal(c.got) {
			t.Errorf("%s and the value read from its text differ", c.want)
		}
	}
}

// Constructors return no error, so validation must find what they could not write.
func TestWhatConstructorsCannotWriteIsRefused(t *testing.T) {
	for name, v := range map[string]events.Value{
		"invalid UTF-8": events.Text("a\xff"), "NaN": events.Number(math.NaN()), "infinity": events.Number(math.Inf(-1)),
		"empty text": events.JSON(""), "no JSON": events.JSON("de"), "white space": events.JSON(" 1"), "spaced null": events.JSON("null "),
	} {
		c := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"a": v}}
		refusal, ok := errors.AsType[*events.Refusal](c.Validate())
		if !ok || refusal.Code != events.Malformed || refusal.Field != "preferences.a" {
			t.Errorf("%s: %v, want a refusal of preferences.a", name, c.Validate())
		}
	}
}

func TestTextIsTheStringThatAValueHolds(t *testing.T) {
	for _, want := range []string{"", "fr", "\"\\\n\u2028é"} {
		if got, ok := events.Text(want).Text(); got != want || !ok {
			t.Errorf("%q: %q, %t", want, got, ok)
		}
	}
	if got, ok := events.JSON(`"\u00e9"`).Text(); got != "é" || !ok {
		t.Errorf("an escape: %q, %t", got, ok)
	}
	for _, v := range []events.Value{events.Unset, events.Number(1), events.JSON(`["a"]`), events.JSON(`"`), events.JSON("")} {
		if got, ok := v.Text(); got != "" || ok {
			t.Errorf("%s: %q, %t, want no text", v, got, ok)
		}
	}
}

func TestAStructuredLogHasNoValue(t *testing.T) {
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("learned", "value", events.Text("s3cret"))
	if strings.Contains(out.String(), "s3cret") || !strings.Contains(out.String(), "8 bytes") {
		t.Error(out.String())
	}
}

func TestDecodeReadsAValue(t *testing.T) {
	var place struct{ City string }
	if err := events.JSON(`{"City":"Lyon"}`).Decode(&place); err != nil || place.City != "Lyon" {
		t.Errorf("%v, %v", place, err)
	}
	nothing := new(int)
	if err := events.Unset.Decode(&nothing); err != nil || nothing != nil {
		t.Errorf("Unset: %v, %v, want null", nothing, err)
	}
	if err := events.Text("fr").Decode(new(int)); err == nil {
		t.Error("text was read as a number")
	}
}

func TestPreferencesAreWrittenInOrderOfTheirKeys(t *testing.T) {
	p := events.Preferences{"b": events.JSON(`1.0`), "a": events.Unset, "B": events.Text("x"), "a.b": events.JSON(`{}`)}
	if got, want := string(p.AppendJSON([]byte("> "))), `> {"B":"x","a":null,"a.b":{},"b":1.0}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := string(events.Preferences(nil).AppendJSON(nil)), `{}`; got != want {
		t.Errorf("none: %s, want %s", got, want)
	}
}
