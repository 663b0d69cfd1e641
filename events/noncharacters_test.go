package events_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

const noncharacters = "a\uFFFEb\uFFFFc"

func TestWhatTravelsFitsIntoAQueue(t *testing.T) {
	change := events.PreferenceChange{
		ID: events.NewClock().Next(), UserID: noncharacters,
		Preferences: events.Preferences{"name": events.JSON(`"` + noncharacters + `"`)},
	}
	if err := change.Validate(); err != nil {
		t.Fatal(err)
	}
	e := events.ChangeEnvelope("test", &change, noon)
	announcement := events.Announce(&events.Profile{}, &events.Profile{UserID: noncharacters, Revision: 1, State: events.Fold(change)})
	for what, text := range map[string][]byte{"change": e.Detail, "announcement": announcement.Fit()} {
		if strings.ContainsAny(string(text), "\uFFFE\uFFFF") {
			t.Errorf("the %s holds a character that SQS refuses: %q", what, text)
		}
	}
	decoded, err := events.DecodeChange(e.AppendJSON(nil))
	if err != nil || decoded.UserID != noncharacters {
		t.Errorf("decoded %q, %v: an escape must mean the same", decoded.UserID, err)
	}
}

// What Validate takes is not refused for its size on arrival, though the escapes
// are longer.
func TestSizesAreThoseOfWhatTravels(t *testing.T) {
	value := func(noncharacters, others int) events.Value {
		return events.JSON(`"` + strings.Repeat("\uFFFE", noncharacters) + strings.Repeat("x", others) + `"`)
	}
	const many = 2000 // 6 bytes each as an escape, 3 without
	fits := value(many, events.MaxValueBytes-2-6*many)
	wide := func(last events.Value) events.Preferences {
		return events.Preferences{"a": fits, "b": fits, "c": fits, "d": fits, "e": fits, "f": fits, "g": fits, "h": last}
	}
	least := events.PreferenceChange{ID: stampAt(1), UserID: "u1", Preferences: wide(value(many, 0))}
	left := events.MaxChangeBytes - len(events.ChangeEnvelope("test", &least, noon).Detail)
	for name, tt := range map[string]struct {
		preferences events.Preferences
		field       string // that is too large; "-": none is
	}{
		"a value at its limit":    {events.Preferences{"a": fits}, "-"},
		"a value over its limit":  {events.Preferences{"a": value(many+1, events.MaxValueBytes-2-6*many-3)}, "preferences.a"},
		"a change at its limit":   {wide(value(many, left)), "-"},
		"a change over its limit": {wide(value(many, left+1)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := events.PreferenceChange{ID: stampAt(1), UserID: "u1", Preferences: tt.preferences}
			err := c.Validate()
			e := events.ChangeEnvelope("test", &c, noon)
			if _, refused := events.DecodeChange(e.AppendJSON(nil)); (err == nil) != (refused == nil) {
				t.Fatalf("Validate: %v, on arrival: %v", err, refused)
			}
			r, refused := errors.AsType[*events.Refusal](err)
			if refused != (tt.field != "-") || refused && (r.Code != events.TooLarge || r.Field != tt.field) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhatIsLeftOfALongAnnouncementFitsIntoAQueue(t *testing.T) {
	for name, n := range map[string]int{"without preferences": 20, "without changes too": 40} {
		p := wideProfile(1, "a", n, 10<<10)
		p.UserID = noncharacters
		u := events.Announce(&events.Profile{}, &p)
		if n == 20 {
			u.Changes = events.Preferences{}
			u.Preferences["b"] = events.JSON(`"` + strings.Repeat("x", events.MaxAnnouncementBytes) + `"`)
		}
		if text := u.Fit(); !u.Truncated || strings.ContainsAny(string(text), "\uFFFE\uFFFF") {
			t.Errorf("%s: truncated %t, and it holds a character that SQS refuses", name, u.Truncated)
		}
	}
}
