package events_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
)

// seeds adds the goldens that are small enough to mutate well.
func seeds(f *testing.F, text func(*changes.Case) []byte) {
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if seed := text(&c); len(seed) < 4<<10 {
			f.Add(seed)
		}
	}
}

// mustRefuse holds a refusal to naming one of the contract's codes, the rule, and
// the field, unless it is about the whole text.
func mustRefuse(t *testing.T, err error) {
	t.Helper()
	r, ok := errors.AsType[*events.Refusal](err)
	if !ok {
		t.Fatalf("%v (%T), want a refusal", err, err)
	}
	codes := []events.Code{events.Malformed, events.UnknownVersion, events.TooLarge}
	whole := strings.HasPrefix(r.Rule, "the input ") || strings.HasPrefix(r.Rule, "the change ")
	if !slices.Contains(codes, r.Code) || r.Rule == "" || (r.Field == "") != whole {
		t.Fatalf("code %q, field %q, rule %q", r.Code, r.Field, r.Rule)
	}
	checkPrintable(t, err)
}

// outOfRange are times that RFC 3339 can write only with a zone's offset.
func outOfRange(t time.Time) bool { return t.UTC().Year() < 0 || t.UTC().Year() > 9999 }

func FuzzParseChange(f *testing.F) {
	seeds(f, func(c *changes.Case) []byte { return c.Text })
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := events.ParseChange(text)
		if err != nil {
			mustRefuse(t, err)
			return
		}
		again := c.AppendJSON(nil)
		if len(again) > events.MaxChangeBytes {
			return // at the limit, the version is what was too much
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("parsed, but not valid: %v", err)
		}
		same, err := events.ParseChange(again)
		if err != nil {
			t.Fatalf("written again as %s: %v", again, err)
		}
		if diff := cmp.Diff(c, same, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
	})
}

func FuzzDecodeEnvelope(f *testing.F) {
	seeds(f, func(c *changes.Case) []byte { return c.Body(envelopeID, changes.Now) })
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := events.DecodeEnvelope(body)
		if err != nil {
			mustRefuse(t, err)
			return
		}
		if outOfRange(e.Time) {
			return
		}
		same, err := events.DecodeEnvelope(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		e.Time, e.ReplayName = e.Time.Truncate(1e9), "" // neither is written
		if diff := cmp.Diff(e, same); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
	})
}

func FuzzDecodeChange(f *testing.F) {
	seeds(f, func(c *changes.Case) []byte { return c.Body(envelopeID, changes.Now) })
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := events.DecodeChange(body)
		if err != nil {
			mustRefuse(t, err)
			return
		}
		if c.ID.IsZero() {
			t.Fatal("decoded without an id")
		}
		e := events.ChangeEnvelope("fuzz", &c, changes.Now)
		if len(e.Detail) > events.MaxChangeBytes {
			return
		}
		same, err := events.DecodeChange(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, same, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
	})
}

func FuzzPreferencesUpdated(f *testing.F) {
	for _, folder := range []string{"valid", "malformed"} {
		for _, text := range updatedGoldens(f, folder) {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var u, same events.PreferencesUpdated
		if err := u.UnmarshalJSON(text); err != nil {
			mustRefuse(t, err)
			return
		}
		if outOfRange(u.UpdatedAt) {
			return
		}
		if err := same.UnmarshalJSON(u.AppendJSON(nil)); err != nil {
			t.Fatalf("%s: %v", u.AppendJSON(nil), err)
		}
		u.UpdatedAt, same.UpdatedAt = u.UpdatedAt.Truncate(1e6).UTC(), same.UpdatedAt.UTC()
		if diff := cmp.Diff(u, same, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
	})
}

// Preferences keep every value's text, and read it as JSON does.
func FuzzPreferences(f *testing.F) {
	for _, text := range []string{`{}`, `null`, `{"a":1.0,"b":null}`, `{"a":1e400}`, `{"a" : [1 , {"x":"\u00e9"}] }`, `{"a":1,"a":2}`, `{"":"\ud800"}`, `[1]`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p, same events.Preferences
		if json.Unmarshal(text, &p) != nil {
			return
		}
		if err := json.Unmarshal(p.AppendJSON(nil), &same); err != nil {
			t.Fatalf("%s: %v", p.AppendJSON(nil), err)
		}
		if diff := cmp.Diff(p, same, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
		var whole map[string]any
		if json.Unmarshal(text, &whole) != nil {
			return // a number that Go's types cannot hold
		}
		if len(whole) != len(p) {
			t.Fatalf("%d keys of %v", len(p), whole)
		}
		for key, v := range p {
			var value any
			if err := v.Decode(&value); err != nil || (value == nil) != (v == events.Unset) {
				t.Fatalf("%s: %q decodes to %v, %v", key, v, value, err)
			}
			if diff := cmp.Diff(whole[key], value); diff != "" {
				t.Fatalf("%s (-JSON +value):\n%s", key, diff)
			}
		}
	})
}

// A stamp is read in either case, and its text and bytes sort alike.
func FuzzParseStamp(f *testing.F) {
	f.Add("01M83XJ880T9QF8Y2V6JX4ZB7C", "01m83xj880t9qf8y2v6jx4zb7d")
	f.Add("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "80000000000000000000000000")
	f.Add("00000000000000000000000000", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		s, err := events.ParseStamp(a)
		if err != nil {
			if !s.IsZero() {
				t.Fatalf("%s beside %v", s, err)
			}
			checkPrintable(t, err)
			return
		}
		if want := strings.ToUpper(a); !s.IsZero() && s.String() != want {
			t.Fatalf("%q was read as %s", a, s)
		}
		var back events.Stamp
		if text, _ := s.MarshalText(); back.UnmarshalText(text) != nil || back != s {
			t.Fatalf("%s came back as %s", s, back)
		}
		if s.Time().UnixMilli() < 0 || len(s.UUID()) != 36 {
			t.Fatalf("time %s, UUID %s", s.Time(), s.UUID())
		}
		other, err := events.ParseStamp(b)
		if err == nil && s.Compare(other) != strings.Compare(strings.ToUpper(a), strings.ToUpper(b)) {
			t.Fatalf("%s and %s do not sort as their texts", s, other)
		}
	})
}

// A derived stamp is the same for every redelivery of an envelope, keeps its
// millisecond, and is none where no ULID carries the time.
func FuzzDeriveStamp(f *testing.F) {
	f.Add(int64(1795428000000), "e1")
	f.Add(int64(-1), "")
	f.Add(int64(1)<<48, "e1")
	f.Fuzz(func(t *testing.T, ms int64, id string) {
		at := time.UnixMilli(ms)
		s, err := events.DeriveStamp(at, id)
		if fits := ms >= 0 && ms < 1<<48; fits != (err == nil) {
			t.Fatalf("%d ms: %v", ms, err)
		}
		if err != nil {
			return
		}
		again, _ := events.DeriveStamp(at.In(time.FixedZone("", 7200)), id)
		other, _ := events.DeriveStamp(at, id+"x")
		if again != s || other == s || s.Time().UnixMilli() != ms {
			t.Fatalf("%s, again %s, of another envelope %s, at %d ms", s, again, other, ms)
		}
	})
}

// The laws of the merge, by inputs that are kept where they reach new code.
func FuzzMergeLaws(f *testing.F) { f.Fuzz(rapid.MakeFuzz(mergeLaws)) }

// FuzzFoldAgreesWithReplay holds the merge to the plain way of doing it.
func FuzzFoldAgreesWithReplay(f *testing.F) { f.Fuzz(rapid.MakeFuzz(foldAgreesWithReplay)) }
