package history_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// stamp is the n-th stamp of these tests.
func stamp(n int) events.Stamp {
	s, err := events.DeriveStamp(noon.Add(time.Duration(n)*time.Millisecond), fmt.Sprint(n))
	if err != nil {
		panic(err)
	}
	return s
}

func said(n int, replace bool, preferences events.Preferences) history.Change {
	c := events.PreferenceChange{ID: stamp(n), UserID: "u", Preferences: preferences, Replace: replace}
	return history.Change{ID: c.ID, Said: &c, Source: "bot", ReceivedAt: noon, Envelopes: []string{"e"}}
}

func set(text string) events.Preferences {
	return events.Preferences{"language": events.Text(text)}
}

func drawChanges(t *rapid.T) []history.Change {
	var changes []history.Change
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 40), 1, 12, rapid.ID[int]).Draw(t, "stamps") {
		p := events.Preferences{}
		for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.ID[string]).Draw(t, "keys") {
			p[key] = rapid.SampledFrom([]events.Value{events.Unset, events.Text("x"), events.Number(1)}).Draw(t, "value")
		}
		c := said(n, len(p) == 0 || rapid.IntRange(0, 5).Draw(t, "replace") == 0, p)
		if !c.Said.Replace && rapid.Bool().Draw(t, "inferred") {
			c.Said.Origin = events.Inferred
		}
		changes = append(changes, c)
	}
	return changes
}

// The winners are the merge's, whatever the order in which the changes came. That holds
// with the profile and without it, and for a part of the changes with the profile of all.
func TestWinnersAreThoseOfTheMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		changes := drawChanges(t)
		var merged events.State
		for _, c := range rapid.Permutation(changes).Draw(t, "arrival") {
			merged.Apply(c.Said)
		}
		slices.SortFunc(changes, func(a, b history.Change) int { return a.ID.Compare(b.ID) })
		u := history.User{UserID: "u", Changes: changes}
		var profile *events.Profile
		if rapid.Bool().Draw(t, "profile") {
			profile = &events.Profile{UserID: "u", Revision: 1, State: merged.Clone()}
			u.Changes = slices.DeleteFunc(slices.Clone(changes), func(history.Change) bool { return rapid.IntRange(0, 3).Draw(t, "by queue") == 0 })
		}
		checkVerdicts(t, u.Judge(profile).All(), &merged)
	})
}

func checkVerdicts(t *rapid.T, judged []history.Judgement, merged *events.State) {
	for _, j := range judged {
		if j.ID.Before(merged.Cleared) != (j.Verdict == history.Erased) || (j.Verdict == history.Erased) != (j.Said == nil) {
			t.Fatalf("%s is %s and says %v, the fence is %s", j.ID, j.Verdict, j.Said, merged.Cleared)
		}
		won := j.Verdict != history.Erased && j.Said.Replace
		for _, k := range j.Keys {
			e := merged.Register(j.Said.Origin)[k.Name]
			shown, by := merged.Shown(k.Name)
			hidden := j.Said.Origin == events.Inferred && k.Value != events.Unset && (shown.Stamp != j.ID || by != events.Inferred)
			if hidden && e.Stamp == j.ID {
				if stated := merged.Entries[k.Name].Stamp; k.Verdict != history.Superseded || k.By != stated {
					t.Fatalf("%s %s is inferred, and %s by %s; the person stated something at %s", j.ID, k.Name, k.Verdict, k.By, stated)
				}
				continue
			}
			if wins := e.Stamp == j.ID; wins != (k.Verdict == history.Won) || wins && e.Value != k.Value {
				t.Fatalf("%s %s is %s; the merge has %s", j.ID, k.Name, k.Verdict, e.Stamp)
			} else if !wins && (k.Verdict != history.Superseded || !k.By.After(j.ID) || k.By.After(e.Stamp)) {
				t.Fatalf("%s %s is %s by %s; the merge has %s", j.ID, k.Name, k.Verdict, k.By, e.Stamp)
			}
			won = won || k.Verdict == history.Won
		}
		if won != (j.Verdict == history.Won) {
			t.Fatalf("%s: the whole is %s, its keys %+v", j.ID, j.Verdict, j.Keys)
		}
	}
}

func judge(t *testing.T, u *history.User, profile *events.Profile, n int) history.Judgement {
	t.Helper()
	j, found := u.Judge(profile).Change(stamp(n))
	if !found {
		t.Fatalf("%s is not found", stamp(n))
	}
	return j
}

func TestWhatBecameOfAChange(t *testing.T) {
	french, german, reset := said(1, false, set("fr")), said(5, false, set("de")), said(3, true, nil)
	forgot := said(2, false, set(""))
	forgot.Said.Preferences["language"] = events.Unset
	guess := said(6, false, set("es"))
	guess.Said.Origin = events.Inferred
	stub := history.Change{ID: stamp(1), ReceivedAt: noon, Envelopes: []string{"e"}}
	with := func(p events.Profile) *events.Profile { return &p }
	after := with(events.Profile{Revision: 2, State: events.Fold(*french.Said, *reset.Said, *german.Said)})
	for _, c := range []struct {
		name    string
		user    history.User
		profile *events.Profile
		n       int
		want    history.Verdict
		by      events.Stamp
	}{
		{"the only one", history.User{Changes: []history.Change{french}}, nil, 1, history.Won, events.Stamp{}},
		{"overtaken", history.User{Changes: []history.Change{french, german}}, nil, 1, history.Superseded, stamp(5)},
		{"erased by a replace", history.User{Changes: []history.Change{french, reset}}, nil, 1, history.Erased, stamp(3)},
		{"erased and forgotten", history.User{Changes: []history.Change{stub, reset}, Erased: history.Mark{Cleared: stamp(3)}}, nil, 1, history.Erased, stamp(3)},
		{"erased by the queue alone", history.User{Changes: []history.Change{french}}, after, 1, history.Erased, stamp(3)},
		{"the replace itself", history.User{Changes: []history.Change{french, reset, german}}, after, 3, history.Won, events.Stamp{}},
		{"overtaken by the queue alone", history.User{Changes: []history.Change{french}}, with(events.Profile{Revision: 1, State: events.Fold(*german.Said)}), 1, history.Superseded, stamp(5)},
		{"deleted by hand", history.User{Changes: []history.Change{french}, Erased: history.Mark{Cleared: history.Above(stamp(1))}}, with(events.Profile{}), 1, history.Erased, events.Stamp{}},
		{"not stored", history.User{Changes: []history.Change{german}}, with(events.Profile{}), 5, history.Missing, events.Stamp{}},
		{"an erasure not stored", history.User{Changes: []history.Change{reset}}, with(events.Profile{Revision: 1, State: events.Fold(*french.Said)}), 3, history.Missing, events.Stamp{}},
		{"an erasure of a profile that is gone", history.User{Changes: []history.Change{reset}}, with(events.Profile{}), 3, history.Won, events.Stamp{}},
		{"a forgotten key whose stamp is gone", history.User{Changes: []history.Change{forgot}}, with(events.Profile{}), 2, history.Won, events.Stamp{}},
		{"a forgotten key that is still there", history.User{Changes: []history.Change{forgot}}, with(events.Profile{Revision: 1, State: events.Fold(*french.Said)}), 2, history.Missing, events.Stamp{}},
		{"stored again after a deletion by hand", history.User{Changes: []history.Change{french}, Erased: history.Mark{Cleared: history.Above(stamp(1))}}, with(events.Profile{Revision: 3, State: events.Fold(*french.Said)}), 1, history.Won, events.Stamp{}},
		{"inferred after it was stated", history.User{Changes: []history.Change{german, guess}}, nil, 6, history.Superseded, stamp(5)},
		{"stated, and inferred after that", history.User{Changes: []history.Change{german, guess}}, nil, 5, history.Won, events.Stamp{}},
		{"inferred after it was forgotten", history.User{Changes: []history.Change{forgot, guess}}, nil, 6, history.Won, events.Stamp{}},
		{"inferred, and not stored", history.User{Changes: []history.Change{guess}}, with(events.Profile{}), 6, history.Missing, events.Stamp{}},
		{"an older one is stored", history.User{Changes: []history.Change{french, german}}, with(events.Profile{Revision: 1, State: events.Fold(*french.Said)}), 5, history.Missing, events.Stamp{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if j := judge(t, &c.user, c.profile, c.n); j.Verdict != c.want || j.By != c.by {
				t.Errorf("%s by %q, want %s by %q", j.Verdict, j.By, c.want, c.by)
			}
		})
	}
}

func TestTheFirstAnnouncementOfAChangeIsItsOwn(t *testing.T) {
	u := history.User{Changes: []history.Change{said(1, false, set("fr"))}, Announcements: []history.Announcement{
		{Revision: 4, CausedBy: []events.Stamp{stamp(9)}}, {Revision: 6, CausedBy: []events.Stamp{stamp(1)}}, {Revision: 7, CausedBy: []events.Stamp{stamp(1)}},
	}}
	if a := judge(t, &u, nil, 1).Announced; a == nil || a.Revision != 6 {
		t.Errorf("%+v, want revision 6", a)
	}
}

func TestNothingIsKeptOfWhatAnAnnouncementErased(t *testing.T) {
	before := events.Profile{UserID: "u", Revision: 1, State: events.Fold(*said(1, false, events.Preferences{"religion": events.Text("x"), "tone": events.Text("y")}).Said)}
	after := before
	after.Revision, after.State = 2, events.Fold(*said(2, true, set("de")).Said)
	u := events.Announce(&before, &after)
	if a := history.AnnouncementOf(&u); !slices.Equal(a.ChangedKeys, []string{"language"}) || !a.Erased {
		t.Errorf("%+v, want language alone", a)
	}
	u.Changes, u.Truncated = nil, true
	if a := history.AnnouncementOf(&u); a.ChangedKeys != nil {
		t.Errorf("%v is kept of a truncated one, which does not say what is left", a.ChangedKeys)
	}
}

func TestAboveIsTheNextStamp(t *testing.T) {
	low := events.Stamp{0: 1, 14: 7, 15: 0xff}
	if got := history.Above(low); got != (events.Stamp{0: 1, 14: 8}) {
		t.Errorf("above %x is %x", low, got)
	}
	greatest := events.Stamp(slices.Repeat([]byte{0xff}, 16))
	if got := history.Above(greatest); got != greatest {
		t.Errorf("above the greatest is %x", got)
	}
}

func TestARefusalIsTooOldOrRefused(t *testing.T) {
	for code, want := range map[events.Code]history.Verdict{events.TooOld: history.TooOld, events.Malformed: history.Refused, events.FromTheFuture: history.Refused} {
		if got := (&history.Refusal{Code: code}).VerdictOf(); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

func TestARefusalBelowAnErasureTellsNothingOfTheBot(t *testing.T) {
	refusals := []history.Refusal{{At: stamp(1), Code: events.Malformed, Field: "preferences.*", Source: "bot"}, {At: stamp(4), Code: events.Malformed, Field: "preferences.*", Source: "bot"}}
	u := history.User{Changes: []history.Change{said(3, true, nil)}, Refusals: refusals}
	got := u.Judge(nil).Refusals()
	if got[0].Field != "" || got[0].Source != "" || got[0].Code != events.Malformed || got[1] != refusals[1] || refusals[0].Source != "bot" {
		t.Errorf("%+v", got)
	}
}
