package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/skill/greeting"
	"github.com/google/go-cmp/cmp"
)

// announce is a message of the queue, as EventBridge writes it.
func announce(u events.PreferencesUpdated) string {
	if u.UserID == "" {
		u.UserID = "u1"
	}
	u.Changes = events.Preferences{}
	if u.Preferences == nil && !u.Truncated {
		u.Preferences = events.Preferences{}
	}
	e := events.Envelope{ID: "an-id", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
	return string(e.AppendJSON(nil))
}

func speaks(revision int64, language string) events.PreferencesUpdated {
	v, _ := events.ValueOf(language)
	return events.PreferencesUpdated{Revision: revision, Preferences: events.Preferences{"language": v, "name": `"Sam"`}}
}

func snapshot(u events.PreferencesUpdated) events.PreferencesUpdated {
	u.Snapshot = true
	return u
}

func TestRevisionRule(t *testing.T) {
	de, fr, es := speaks(1, "de"), speaks(2, "fr"), speaks(3, "es")
	other := speaks(1, "en")
	other.UserID = "u2"
	for _, row := range []struct {
		name  string
		order []events.PreferencesUpdated
		want  string
	}{
		{"in order", []events.PreferencesUpdated{de, fr, es}, "u1: Hallo, Sam!\nu1: Bonjour, Sam !\nu1: ¡Hola, Sam!\n"},
		{"each twice", []events.PreferencesUpdated{de, de, fr, de, fr}, "u1: Hallo, Sam!\nu1: Bonjour, Sam !\n"},
		{"backwards", []events.PreferencesUpdated{es, fr, de}, "u1: ¡Hola, Sam!\n"},
		{"a gap, closed too late", []events.PreferencesUpdated{de, es, fr}, "u1: Hallo, Sam!\nu1: ¡Hola, Sam!\n"},
		{"users by themselves", []events.PreferencesUpdated{es, other}, "u1: ¡Hola, Sam!\nu2: Hello, Sam!\n"},
		{"a snapshot of the same revision", []events.PreferencesUpdated{fr, snapshot(speaks(2, "de"))}, "u1: Bonjour, Sam !\nu1: Hallo, Sam!\n"},
		{"a snapshot that says nothing new", []events.PreferencesUpdated{fr, snapshot(speaks(2, "fr"))}, "u1: Bonjour, Sam !\n"},
		{"a snapshot without the language", []events.PreferencesUpdated{fr, snapshot(events.PreferencesUpdated{Revision: 2})},
			"u1: Bonjour, Sam !\nu1: nothing is kept of this user\n"},
		{"a snapshot from before", []events.PreferencesUpdated{fr, snapshot(de)}, "u1: Bonjour, Sam !\n"},
		{"erased", []events.PreferencesUpdated{de, {Revision: 2, Erased: true}}, "u1: Hallo, Sam!\nu1: nothing is kept of this user\n"},
		{"late after erasure", []events.PreferencesUpdated{{Revision: 2, Erased: true}, de}, "u1: nothing is kept of this user\n"},
		{"back after erasure", []events.PreferencesUpdated{{Revision: 2, Erased: true}, es}, "u1: nothing is kept of this user\nu1: ¡Hola, Sam!\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out strings.Builder
			g := greeter{copies: copies{}, out: &out}
			for _, u := range row.order {
				if err := g.handle(t.Context(), announce(u)); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(row.want, out.String()); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingIsKeptWithoutALanguage(t *testing.T) {
	g := greeter{copies: copies{}, out: &strings.Builder{}}
	for _, u := range []events.PreferencesUpdated{speaks(1, "de"), {Revision: 2, Preferences: events.Preferences{"name": `"Sam"`}}} {
		if err := g.handle(t.Context(), announce(u)); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := g.copies["u1"], (user{revision: 2}); got != want {
		t.Errorf("kept %+v, want %+v", got, want)
	}
}

func TestGreeting(t *testing.T) {
	for _, row := range []struct{ language, name, want string }{
		{`"en"`, `"Sam"`, "Hello, Sam!"},
		{`"de"`, `"Jonas"`, "Hallo, Jonas!"},
		{`"fr"`, `"Camille"`, "Bonjour, Camille !"},
		{`"es"`, `"Lu"`, "¡Hola, Lu!"},
		{`"it"`, "", "Ciao!"},
		{`"ja"`, `"美咲"`, "こんにちは、美咲さん。"},
		{`"de-AT"`, "", "Hallo!"},
		{`"FR"`, "", "Bonjour !"},
		{`"tlh"`, `"Sam"`, "Hello, Sam!"},
		{`"en"`, `7`, "Hello!"},
		{`"en"`, `"100%\u0007"`, "Hello, 100%!"},
	} {
		p := events.Preferences{"language": events.Value(row.language)}
		if row.name != "" {
			p["name"] = events.Value(row.name)
		}
		u := copies{}.replace("u1", 1, p)
		if got := greeting.Of(u.language, u.name); got != row.want {
			t.Errorf("%s %s: %s, want %s", row.language, row.name, got, row.want)
		}
	}
}

func TestTruncatedAnnouncement(t *testing.T) {
	big := events.PreferencesUpdated{Revision: 5, Truncated: true}
	is := func(revision int64, p events.Preferences, err error) func(context.Context, string) (profile, error) {
		return func(context.Context, string) (profile, error) { return profile{revision, p}, err }
	}
	fr := events.Preferences{"language": `"fr"`}
	for _, row := range []struct {
		name     string
		read     func(context.Context, string) (profile, error)
		want     string
		wantErr  string
		revision int64 // of the copy afterwards
	}{
		{"no API", nil, "u1: revision 5 does not fit into an event; with --api it would be read over HTTP\n", "", 1},
		{"read", is(5, fr, nil), "u1: Bonjour !\n", "", 5},
		{"the read is ahead", is(7, fr, nil), "u1: Bonjour !\n", "", 7},
		{"erased meanwhile", is(6, nil, nil), "u1: nothing is kept of this user\n", "", 6},
		{"the read is behind", is(4, fr, nil), "", "does not show revision 5 yet", 1},
		{"nobody knows the user", is(0, nil, nil), "", "does not show revision 5 yet", 1},
		{"the read fails", is(0, nil, errors.New("no route")), "", "no route", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out strings.Builder
			g := greeter{copies: copies{"u1": {revision: 1, language: "de"}}, out: &out, read: row.read}
			err := g.handle(t.Context(), announce(big))
			if (err == nil) != (row.wantErr == "") || err != nil && !strings.Contains(err.Error(), row.wantErr) {
				t.Errorf("error %v, want %q", err, row.wantErr)
			}
			if diff := cmp.Diff(row.want, out.String()); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			if got := g.copies["u1"].revision; got != row.revision {
				t.Errorf("the copy is at revision %d, want %d", got, row.revision)
			}
		})
	}
}

func TestUnreadableMessageIsAcknowledged(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":           "hello",
		"not an envelope":    "{}",
		"another event":      `{"id":"1","detail-type":"PreferenceChange","detail":{}}`,
		"not as it promises": `{"id":"1","detail-type":"PreferencesUpdated","detail":{"user_id":"u1"}}`,
	} {
		var out strings.Builder
		g := greeter{copies: copies{}, out: &out}
		if err := g.handle(t.Context(), body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.HasPrefix(out.String(), "(cannot be read: ") {
			t.Errorf("%s: said %q", name, out.String())
		}
	}
}
