package events_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestParseTraceparent(t *testing.T) {
	const trace, parent = "6a1b2c3d4e5f60718293a4b5c6d7e8f9", "00f067aa0ba902b7"
	valid := "00-" + trace + "-" + parent + "-01"
	for text, want := range map[string]string{
		valid:                                                  valid,
		"00-" + trace + "-" + parent + "-00":                   "00-" + trace + "-" + parent + "-00",
		"00-" + trace + "-" + parent + "-ff":                   "00-" + trace + "-" + parent + "-ff",
		"01-" + trace + "-" + parent + "-01":                   valid,
		"01-" + trace + "-" + parent + "-0a":                   "00-" + trace + "-" + parent + "-00",
		"fe-" + trace + "-" + parent + "-0d-extra":             valid,
		"01-" + trace + "-" + parent + "-01.extra":             "",
		"00-" + trace + "-" + parent + "-01-":                  "",
		"ff-" + trace + "-" + parent + "-01":                   "",
		"0-" + trace + "-" + parent + "-001":                   "",
		"00-" + trace + "-" + parent + "-0":                    "",
		"00_" + trace + "-" + parent + "-01":                   "",
		"00-" + trace + "_" + parent + "-01":                   "",
		"00-" + trace + "-" + parent + "_01":                   "",
		"0A-" + trace + "-" + parent + "-01":                   "",
		"00-" + trace + "-" + parent + "-0A":                   "",
		"00-" + trace[1:] + "F-" + parent + "-01":              "",
		"00-" + trace + "-" + parent[1:] + "g-01":              "",
		"00-" + strings.Repeat("0", 32) + "-" + parent + "-01": "",
		"00-" + trace + "-" + strings.Repeat("0", 16) + "-01":  "",
		"": "", "00": "",
	} {
		got, ok := events.ParseTraceparent(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %t, want %q", text, got, ok, want)
		}
	}
}

// What is read once is read the same again, whatever the text.
func FuzzParseTraceparent(f *testing.F) {
	for _, text := range []string{traceparent, "01" + traceparent[2:] + "-x", "ff" + traceparent[2:], "", strings.ToUpper(traceparent)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := events.ParseTraceparent(text)
		if !ok {
			if got != "" {
				t.Fatalf("%q beside a refusal", got)
			}
			return
		}
		again, ok := events.ParseTraceparent(got)
		if len(got) != events.TraceparentBytes || got[:3] != "00-" || got[3:52] != text[3:52] || again != got || !ok {
			t.Fatalf("%q was read as %q, and that as %q, %t", text, got, again, ok)
		}
	})
}

func TestAnInvalidTraceparentIsNotSent(t *testing.T) {
	c := events.PreferenceChange{UserID: "u1", Replace: true, Traceparent: "no trace"}
	if text := string(c.AppendJSON(nil)); strings.Contains(text, "trace") {
		t.Error(text)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	u := events.PreferencesUpdated{UserID: "u1", Traceparent: "no trace"}
	if text := string(u.AppendJSON(nil)); strings.Contains(text, "trace") {
		t.Error(text)
	}
}

func TestAnAnnouncementIgnoresWhatIsNoTraceparent(t *testing.T) {
	text := string(updatedGoldens(t, "valid")["traceparent.json"])
	for _, bad := range []string{`null`, `1`, `["x"]`, `"x"`, `"` + strings.ToUpper(traceparent) + `"`} {
		var u events.PreferencesUpdated
		if err := u.UnmarshalJSON([]byte(strings.Replace(text, `"`+traceparent+`"`, bad, 1))); err != nil || u.Traceparent != "" || u.UserID != "u1" {
			t.Errorf("%s: %q, %v", bad, u.Traceparent, err)
		}
	}
}

func TestAnnouncementsCarryTheProfilesTraceparent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		previous, next := anyStep(t)
		previous.Traceparent, next.Traceparent = anyTraceparent.Draw(t, "before"), anyTraceparent.Draw(t, "after")
		u := events.Announce(&previous, &next)
		if u.Traceparent != next.Traceparent {
			t.Fatalf("announced %q, stored %q", u.Traceparent, next.Traceparent)
		}
		if s := events.Snapshot(&next); s.Traceparent != "" {
			t.Fatalf("a snapshot carries %q", s.Traceparent)
		}
		if r := events.AnnounceRemoval(&previous, &next, next.UpdatedAt); r.Traceparent != "" {
			t.Fatalf("a removal carries %q", r.Traceparent)
		}
	})
}

func TestTracesKeepTheFirstOfAStamp(t *testing.T) {
	id, other := stampAt(1), stampAt(2)
	var traces events.Traces
	traces.Add(&events.PreferenceChange{ID: other})
	if traces != nil {
		t.Error("a change without a trace needs no map")
	}
	for _, trace := range []string{"", traceparent, "00" + traceparent[2:53] + "00"} {
		traces.Add(&events.PreferenceChange{ID: id, Traceparent: trace})
	}
	if traces[id] != traceparent || traces[other] != "" {
		t.Errorf("%v", traces)
	}
}
