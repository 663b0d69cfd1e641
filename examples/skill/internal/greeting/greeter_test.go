package greeting

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

func speaks(revision int64, language string) events.PreferencesUpdated {
	v, _ := events.ValueOf(language)
	return events.PreferencesUpdated{UserID: "u1", Revision: revision, Preferences: events.Preferences{"language": v, "name": events.Text("Sam"), "city": events.Text("Wien")}}
}

func erased(revision int64) events.PreferencesUpdated {
	return events.PreferencesUpdated{UserID: "u1", Revision: revision, Erased: true, Preferences: events.Preferences{}}
}

func snapshot(u events.PreferencesUpdated) events.PreferencesUpdated {
	u.Snapshot = true
	return u
}

// truncated is an announcement without its changes and preferences.
func truncated(revision int64, changed ...string) events.PreferencesUpdated {
	return events.PreferencesUpdated{UserID: "u1", Revision: revision, PreviousRevision: revision - 1, Truncated: true, ChangedKeys: changed}
}

func changing(u events.PreferencesUpdated, keys ...string) events.PreferencesUpdated {
	u.ChangedKeys = keys
	return u
}

func TestGreetsOnceAndInTheLastLanguage(t *testing.T) {
	de, fr, es := speaks(1, "de"), speaks(2, "fr"), speaks(3, "es")
	renamed := speaks(2, "de")
	renamed.Preferences["name"] = events.Text("Samantha")
	other := speaks(1, "en")
	other.UserID = "u2"
	const gone = "u1: nothing is kept of this user's language\n"
	for _, row := range []struct {
		name  string
		order []events.PreferencesUpdated
		want  string
	}{
		{"in order", []events.PreferencesUpdated{de, fr, es}, "u1: Hallo, Sam!\nu1: Bonjour, Sam !\nu1: ¡Hola, Sam!\n"},
		{"each twice", []events.PreferencesUpdated{de, de, fr, de, fr}, "u1: Hallo, Sam!\nu1: Bonjour, Sam !\n"},
		{"backwards", []events.PreferencesUpdated{es, fr, de}, "u1: ¡Hola, Sam!\n"},
		{"another key", []events.PreferencesUpdated{de, renamed}, "u1: Hallo, Sam!\n"},
		{"a snapshot makes no noise", []events.PreferencesUpdated{snapshot(de), fr}, "u1: Bonjour, Sam !\n"},
		{"nor where it tells another language", []events.PreferencesUpdated{de, snapshot(fr), speaks(3, "fr")}, "u1: Hallo, Sam!\n"},
		{"nor at an equal revision", []events.PreferencesUpdated{fr, snapshot(speaks(2, "de")), speaks(3, "de")}, "u1: Bonjour, Sam !\n"},
		{"nor where it takes the language away", []events.PreferencesUpdated{de, snapshot(erased(2)), es}, "u1: Hallo, Sam!\nu1: ¡Hola, Sam!\n"},
		{"a snapshot from before", []events.PreferencesUpdated{fr, snapshot(de), speaks(3, "fr")}, "u1: Bonjour, Sam !\n"},
		{"users by themselves", []events.PreferencesUpdated{es, other}, "u1: ¡Hola, Sam!\nu2: Hello, Sam!\n"},
		{"erased", []events.PreferencesUpdated{de, erased(2)}, "u1: Hallo, Sam!\n" + gone},
		{"late after erasure", []events.PreferencesUpdated{erased(2), de}, ""},
		{"back after erasure", []events.PreferencesUpdated{de, erased(2), es}, "u1: Hallo, Sam!\n" + gone + "u1: ¡Hola, Sam!\n"},
		{"truncated", []events.PreferencesUpdated{de, truncated(2, "language"), changing(es, "language")}, "u1: Hallo, Sam!\nu1: ¡Hola, Sam!\n"},
		{"truncated, and the language stays", []events.PreferencesUpdated{de, truncated(3, "other"), changing(speaks(4, "de"), "name"), speaks(5, "de")}, "u1: Hallo, Sam!\n"},
		{"truncated, and the language goes", []events.PreferencesUpdated{de, truncated(3, "other"), changing(erased(4), "language", "name")}, "u1: Hallo, Sam!\n" + gone},
		{"truncated, then the same whole", []events.PreferencesUpdated{de, truncated(2, "language"), changing(fr, "language")}, "u1: Hallo, Sam!\nu1: Bonjour, Sam !\n"},
		{"truncated, then a snapshot of it", []events.PreferencesUpdated{de, truncated(2, "language"), changing(snapshot(fr), "language")}, "u1: Hallo, Sam!\n"},
		{"truncated, and erased without a language", []events.PreferencesUpdated{truncated(3, "other"), changing(erased(4), "name")}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out strings.Builder
			greet := Follow(subscriber.NewMemory(), &out)
			for _, u := range row.order {
				if err := greet(t.Context(), u); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(row.want, out.String()); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeepsWhatItUsesAndNothingElse(t *testing.T) {
	store := subscriber.NewMemory()
	greet := Follow(store, &strings.Builder{})
	for _, row := range []struct {
		u    events.PreferencesUpdated
		want events.Preferences
	}{{speaks(1, "de"), events.Preferences{"language": events.Text("de"), "name": events.Text("Sam")}}, {erased(2), events.Preferences{}}} {
		if err := greet(t.Context(), row.u); err != nil {
			t.Fatal(err)
		}
		got, _ := store.Load(t.Context(), "u1")
		if diff := cmp.Diff(row.want, got.Preferences); diff != "" || got.Revision != row.u.Revision {
			t.Errorf("revision %d:\n%s", got.Revision, diff)
		}
	}
}

// A snapshot replaces the copy and greets nobody: neither a user whom the skill does not
// know yet, nor one whose language it has wrong.
func TestASnapshotMakesACopyAndGreetsNobody(t *testing.T) {
	store, out := subscriber.NewMemory(), &strings.Builder{}
	greet := Follow(store, out)
	for _, language := range []string{"fr", "de"} {
		if err := greet(t.Context(), snapshot(changing(speaks(2, language), "language", "name"))); err != nil {
			t.Fatal(err)
		}
		v, _ := events.ValueOf(language)
		if c, _ := store.Load(t.Context(), "u1"); c.Preferences["language"] != v || out.Len() > 0 {
			t.Errorf("keeps %+v, said %q", c, out)
		}
	}
}

// A table that cannot be reached once: the announcement comes again, and so does the
// greeting. None is lost.
type broken struct {
	subscriber.Store
	times int
}

func (b *broken) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	if b.times--; b.times >= 0 {
		return false, errors.New("throttled")
	}
	return b.Store.Save(ctx, c, snapshot)
}

func TestAGreetingMayComeTwice(t *testing.T) {
	var out strings.Builder
	greet := Follow(&broken{subscriber.NewMemory(), 1}, &out)
	if err := greet(t.Context(), speaks(1, "de")); err == nil {
		t.Error("the announcement is acknowledged without a copy")
	}
	for range 2 {
		if err := greet(t.Context(), speaks(1, "de")); err != nil {
			t.Error(err)
		}
	}
	if want := strings.Repeat("u1: Hallo, Sam!\n", 2); out.String() != want {
		t.Errorf("said %q, want %q", &out, want)
	}
}

// The rule selects everything that a copy of these two keys needs.
func TestTheRuleIsTheFilter(t *testing.T) {
	want, err := filter.Keys("language", "name").Pattern()
	if err != nil {
		t.Fatal(err)
	}
	s, err := stack.Load("../../serverless.yml", stack.Options{Elsewhere: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, s.Rules[0].Pattern); diff != "" {
		t.Errorf("filter.Keys (-), serverless.yml (+):\n%s", diff)
	}
	p, err := pattern.Compile([]byte(s.Rules[0].Pattern))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		change func(*events.PreferencesUpdated)
		want   bool
	}{
		"the language":     {func(u *events.PreferencesUpdated) { u.ChangedKeys = []string{"emoji", "language"} }, true},
		"another key":      {func(u *events.PreferencesUpdated) { u.ChangedKeys = []string{"city"} }, false},
		"an erasure":       {func(u *events.PreferencesUpdated) { u.Erased = true }, true},
		"a snapshot":       {func(u *events.PreferencesUpdated) { u.Snapshot = true }, true},
		"nothing at first": {func(*events.PreferencesUpdated) {}, false},
	} {
		u := speaks(1, "de")
		row.change(&u)
		e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
		if got, err := p.Match(e.AppendJSON(nil)); err != nil || got != row.want {
			t.Errorf("%s: matches %v, %v", name, got, err)
		}
	}
}
