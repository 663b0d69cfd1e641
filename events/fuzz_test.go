package events_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/eventstest"
)

// seeds adds the goldens that are small enough to mutate well.
func seeds(f *testing.F, text func(*eventstest.Case) []byte) {
	for _, c := range append(eventstest.Valid(), eventstest.Malformed()...) {
		if seed := text(&c); len(seed) < 4<<10 {
			f.Add(seed)
		}
	}
}

func mustRefuse(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*events.Refusal](err); !ok {
		t.Fatalf("%v (%T), want a refusal", err, err)
	}
	checkPrintable(t, err)
}

// outOfRange are times that RFC 3339 can write only with a zone's offset.
func outOfRange(t time.Time) bool { return t.UTC().Year() < 0 || t.UTC().Year() > 9999 }

func FuzzParseChange(f *testing.F) {
	seeds(f, func(c *eventstest.Case) []byte { return c.Text })
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
	seeds(f, func(c *eventstest.Case) []byte { return c.Body(envelopeID, eventstest.Now) })
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
		e.Time = e.Time.Truncate(1e9)
		if diff := cmp.Diff(e, same); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
	})
}

func FuzzDecodeChange(f *testing.F) {
	seeds(f, func(c *eventstest.Case) []byte { return c.Body(envelopeID, eventstest.Now) })
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := events.DecodeChange(body)
		if err != nil {
			mustRefuse(t, err)
			return
		}
		if c.ID.IsZero() {
			t.Fatal("decoded without an id")
		}
		e := events.ChangeEnvelope("fuzz", &c, eventstest.Now)
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
