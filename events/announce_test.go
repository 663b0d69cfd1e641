package events_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 250_000_000, time.UTC)

// stampAt is the n-th of stamps in ascending order.
func stampAt(n int) events.Stamp {
	s, err := events.DeriveStamp(noon.Add(time.Duration(n)*time.Millisecond), "x")
	if err != nil {
		panic(err)
	}
	return s
}

func profile(revision int64, changes ...events.PreferenceChange) events.Profile {
	return events.Profile{UserID: "u1", Revision: revision, UpdatedAt: noon, State: events.Fold(changes...)}
}

// anyStep is a profile and what some more changes make of it.
func anyStep(t *rapid.T) (previous, next events.Profile) {
	before := changesOfOneUser(t, "before")
	more := changesOfOneUser(t, "more")
	previous = profile(7, before...)
	next = profile(8, append(before, more...)...)
	if next.IsEmpty() {
		next.State = events.Fold(events.PreferenceChange{ID: stampAt(1), Replace: true})
	}
	return previous, next
}

func TestAnnounce(t *testing.T) {
	set := events.PreferenceChange{ID: stampAt(1), Preferences: events.Preferences{"language": events.Text("fr"), "tone": events.Text("warm")}}
	alter := events.PreferenceChange{ID: stampAt(2), Preferences: events.Preferences{"language": events.Text("de"), "tone": events.Unset}}
	same := events.PreferenceChange{ID: stampAt(3), Preferences: events.Preferences{"language": events.Text("fr")}}
	erase := events.PreferenceChange{ID: stampAt(4), Replace: true}
	restart := events.PreferenceChange{ID: stampAt(5), Replace: true, Preferences: events.Preferences{"tone": events.JSON(`1.0`)}}
	hour := func(n int, at int, origin events.Origin) events.PreferenceChange {
		return events.PreferenceChange{ID: stampAt(at), Origin: origin, Preferences: events.Preferences{"hour": events.Number(n)}}
	}
	conclude, guess, relapse := hour(8, 6, events.Inferred), hour(9, 8, events.Inferred), hour(10, 10, events.Inferred)
	confirm, forget := hour(8, 7, events.Stated), hour(0, 9, events.Stated)
	conclude.Preferences["tone"] = events.Text("dull")
	confirm.Preferences["tone"] = events.Text("dry")
	forget.Preferences["hour"] = events.Unset
	for _, c := range []struct {
		name           string
		previous, next events.Profile
		changes        events.Preferences
		keys           []string
		erased         bool
		causedBy       []events.Stamp
		inferred       []string
	}{
		{"first revision", events.Profile{}, profile(5, set), set.Preferences, []string{"language", "tone"}, false, []events.Stamp{stampAt(1)}, nil},
		{"altered and unset", profile(5, set), profile(6, set, alter), alter.Preferences, []string{"language", "tone"}, false, []events.Stamp{stampAt(2)}, nil},
		{"same value said again", profile(5, set), profile(6, set, same), events.Preferences{}, nil, false, []events.Stamp{stampAt(3)}, nil},
		{"nothing new", profile(5, set), profile(6, set), events.Preferences{}, nil, false, []events.Stamp{}, nil},
		{"erased", profile(5, set), profile(6, set, erase), events.Preferences{"language": events.Unset, "tone": events.Unset}, []string{"language", "tone"}, true, []events.Stamp{stampAt(4)}, nil},
		{"erased and set again", profile(5, set), profile(6, set, erase, restart), events.Preferences{"language": events.Unset, "tone": events.JSON(`1.0`)}, []string{"language", "tone"}, true, []events.Stamp{stampAt(5)}, nil},
		{"erased before nothing", events.Profile{}, profile(6, erase), events.Preferences{}, nil, true, []events.Stamp{stampAt(4)}, nil},
		{"inferred", profile(5, set), profile(6, set, conclude), events.Preferences{"hour": events.Number(8)}, []string{"hour"}, false, []events.Stamp{stampAt(6)}, []string{"hour"}},
		{"stated as it was inferred", profile(5, conclude), profile(6, conclude, confirm), events.Preferences{"hour": events.Number(8), "tone": events.Text("dry")}, []string{"hour", "tone"}, false, []events.Stamp{stampAt(7)}, nil},
		{"inferred while stated", profile(5, confirm), profile(6, confirm, guess), events.Preferences{}, nil, false, []events.Stamp{stampAt(8)}, nil},
		{"forgotten, and inferred again", profile(5, confirm), profile(6, confirm, forget, relapse), events.Preferences{"hour": events.Number(10)}, []string{"hour"}, false, []events.Stamp{stampAt(9), stampAt(10)}, []string{"hour"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := events.PreferencesUpdated{
				UserID: "u1", Revision: c.next.Revision, PreviousRevision: c.previous.Revision,
				Changes: c.changes, ChangedKeys: c.keys, Preferences: c.next.Visible(),
				Erased: c.erased, UpdatedAt: noon, CausedBy: c.causedBy, AsOf: c.next.AsOf(), InferredKeys: orNone(c.inferred),
			}
			if diff := cmp.Diff(want, events.Announce(&c.previous, &c.next)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func orNone(keys []string) []string {
	if keys == nil {
		return []string{}
	}
	return keys
}

// What a subscriber may do at the previous revision: apply changes as a merge
// patch.
func TestChangesLeadFromOneProfileToTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		previous, next := anyStep(t)
		u := events.Announce(&previous, &next)
		copied := previous.Visible()
		for key, value := range u.Changes {
			if value == events.Unset {
				delete(copied, key)
			} else {
				copied[key] = value
			}
		}
		if diff := cmp.Diff(u.Preferences, copied); diff != "" {
			t.Fatalf("(-preferences +patched copy):\n%s", diff)
		}
	})
}

func TestAnnouncementsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		previous, next := anyStep(t)
		u := events.Announce(&previous, &next)
		if u.ChangedKeys == nil {
			u.ChangedKeys = []string{} // JSON has one form only
		}
		var back events.PreferencesUpdated
		if err := back.UnmarshalJSON(u.AppendJSON(nil)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(u, back); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
	})
}

// wideProfile has n entries under distinct keys of 64 bytes with values of size
// bytes.
func wideProfile(revision int64, prefix string, n, size int) events.Profile {
	p := events.Profile{UserID: strings.Repeat(`"`, events.MaxUserIDBytes), Revision: revision, UpdatedAt: noon}
	p.Entries = map[string]events.Entry{}
	for i := range n {
		value := events.JSON(`"` + strings.Repeat("x", size-2) + `"`)
		p.Entries[wideKey(prefix, i)] = events.Entry{Value: value, Stamp: stampAt(i)}
	}
	return p
}

func wideKey(prefix string, i int) string { return fmt.Sprintf("%s%063d", prefix, i) }

// withInferred adds as many inferred keys as there may be.
func withInferred(p events.Profile, prefix string) events.Profile {
	p.Inferred = wideProfile(p.Revision, prefix, events.MaxInferredKeys, 100).Entries
	return p
}

func TestFitLeavesOutWhatIsTooLong(t *testing.T) {
	small, big := wideProfile(1, "a", 2, 100), wideProfile(2, "a", 20, 10<<10)
	grown := wideProfile(3, "a", 21, 10<<10)
	all := wideProfile(4, "b", events.MaxProfileKeys, 100)
	for _, c := range []struct {
		name                 string
		previous, next       events.Profile
		preferences, changes bool
	}{
		{"everything fits", events.Profile{}, small, true, true},
		{"preferences and changes are too long together", events.Profile{}, big, false, true},
		{"a big profile that changed a little", big, grown, true, true},
		{"every key replaced by another", wideProfile(3, "a", events.MaxProfileKeys, 100), all, false, false},
		{"every key of both origins replaced by another", withInferred(wideProfile(3, "a", events.MaxProfileKeys, 100), "c"), withInferred(all, "d"), false, false},
		{"changes too long by themselves", events.Profile{}, wideProfile(2, "a", 26, 10<<10), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := events.Announce(&c.previous, &c.next)
			keys := len(u.ChangedKeys)
			text := u.Fit()
			if len(text) > events.MaxAnnouncementBytes {
				t.Errorf("%d bytes, at most %d are allowed", len(text), events.MaxAnnouncementBytes)
			}
			if got := [...]bool{u.Preferences != nil, u.Changes != nil}; got != [...]bool{c.preferences, c.changes} {
				t.Errorf("has preferences and changes: %v, want %v and %v", got, c.preferences, c.changes)
			}
			if u.Truncated != !c.preferences || len(u.ChangedKeys) != keys {
				t.Errorf("truncated %t with %d changed keys, want %t with %d", u.Truncated, len(u.ChangedKeys), !c.preferences, keys)
			}
			if err := new(events.PreferencesUpdated).UnmarshalJSON(text); err != nil {
				t.Error(err)
			}
		})
	}
}

// sized is the announcement of a first profile whose whole text has this many
// bytes.
func sized(t *testing.T, bytes int) events.PreferencesUpdated {
	filler := events.JSON(`"` + strings.Repeat("x", 16<<10-2) + `"`)
	p := profile(1, events.PreferenceChange{ID: stampAt(1), Preferences: events.Preferences{"last": events.Text("")}})
	for i := range 7 { // each value is there twice, in preferences and in changes
		p.Entries[fmt.Sprintf("k%d", i)] = events.Entry{Value: filler, Stamp: stampAt(1)}
	}
	text := func() events.PreferencesUpdated { return events.Announce(&events.Profile{}, &p) }
	u := text()
	missing := bytes - len(u.AppendJSON(nil))
	p.Entries["last"] = events.Entry{Value: events.JSON(`"` + strings.Repeat("x", missing/2) + `"`), Stamp: stampAt(1)}
	u = text()
	if missing%2 == 1 {
		u.UserID += "x"
	}
	if n := len(u.AppendJSON(nil)); n != bytes {
		t.Fatalf("%d bytes, want %d", n, bytes)
	}
	return u
}

func TestFitAtTheEdge(t *testing.T) {
	for over, truncated := range map[int]bool{-1: false, 0: false, 1: true} {
		u := sized(t, events.MaxAnnouncementBytes+over)
		if text := u.Fit(); u.Truncated != truncated || len(text) > events.MaxAnnouncementBytes || (u.Preferences == nil) != truncated || u.Changes == nil {
			t.Errorf("%d bytes over: truncated %t, %d bytes remain", over, u.Truncated, len(text))
		}
	}
}

func TestTimesAreWrittenInUTCToTheMillisecond(t *testing.T) {
	east := time.FixedZone("east", 2*60*60)
	if got, want := events.FormatTime(time.Date(2026, 1, 2, 3, 4, 5, 6_999_999, east)), "2026-01-02T01:04:05.006Z"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A snapshot says what Announce says of a profile that comes from nothing.
func TestSnapshotIsTheWholeProfile(t *testing.T) {
	fence, later := stampAt(1), stampAt(2)
	for name, c := range map[string]struct {
		state  events.State
		keys   []string
		erased bool
	}{
		"visible":         {events.State{Entries: map[string]events.Entry{"b": {Value: events.JSON("1"), Stamp: fence}, "a": {Value: events.JSON("2"), Stamp: later}}}, []string{"a", "b"}, false},
		"all unset":       {events.State{Entries: map[string]events.Entry{"a": {Stamp: fence}}}, []string{}, false},
		"erased":          {events.State{Cleared: fence}, []string{}, true},
		"erased, set new": {events.State{Cleared: fence, Entries: map[string]events.Entry{"a": {Value: events.JSON("2"), Stamp: later}}}, []string{"a"}, true},
	} {
		p := events.Profile{UserID: "u", Revision: 9, State: c.state}
		u := events.Snapshot(&p)
		if err := u.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !u.Snapshot || u.PreviousRevision != 0 || u.Revision != 9 || u.Erased != c.erased || !cmp.Equal(u.ChangedKeys, c.keys, cmpopts.EquateEmpty()) ||
			!cmp.Equal(u.Preferences, p.Visible()) || !cmp.Equal(u.Changes, u.Preferences) || u.AsOf != p.AsOf() || len(u.CausedBy) != len(p.Stamps()) {
			t.Errorf("%s: %+v", name, u)
		}
	}
}
