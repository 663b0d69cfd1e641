// Package filters holds events that every filter has to match or not to match. The
// contract's own code wrote them. The tests of package filter use them, and so do the
// tests of other implementations of EventBridge's pattern matching.
package filters

import (
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func stamp(n int) events.Stamp {
	s, err := events.DeriveStamp(start.Add(time.Duration(n)*time.Second), "filtertest")
	if err != nil {
		panic(err) // cannot happen at this time
	}
	return s
}

type preferences = events.Preferences

// profile returns the profile of a user after these changes. A nil change erases.
func profile(changes ...preferences) *events.Profile {
	p := &events.Profile{UserID: "u1", Revision: int64(len(changes)), UpdatedAt: start}
	for i, c := range changes {
		p.Apply(&events.PreferenceChange{ID: stamp(i + 1), UserID: "u1", Preferences: c, Replace: c == nil})
	}
	return p
}

// after announces the last of the changes.
func after(changes ...preferences) events.PreferencesUpdated {
	return events.Announce(profile(changes[:len(changes)-1]...), profile(changes...))
}

// replaced announces that the last of the changes replaced all the others.
func replaced(changes ...preferences) events.PreferencesUpdated {
	before, now := profile(changes[:len(changes)-1]...), profile(changes[:len(changes)-1]...)
	now.Revision++
	now.Apply(&events.PreferenceChange{ID: stamp(len(changes)), UserID: "u1", Preferences: changes[len(changes)-1], Replace: true})
	return events.Announce(before, now)
}

// without removes what an announcement leaves out when it is too large.
func without(u events.PreferencesUpdated, changes bool) events.PreferencesUpdated {
	u.Truncated, u.Preferences = true, nil
	if changes {
		u.Changes = nil
	}
	return u
}

// announcements returns announcements, by what happened.
func announcements() map[string]events.PreferencesUpdated {
	known := preferences{"language": events.Text("de"), "emoji": events.Bool(true)}
	return map[string]events.PreferencesUpdated{
		"language set":                 after(known),
		"language became fr":           after(known, preferences{"language": events.Text("fr")}),
		"language became es":           after(known, preferences{"language": events.Text("es")}),
		"language became DE":           after(preferences{"language": events.Text("fr")}, preferences{"language": events.Text("DE")}),
		"language became de by \\u":    after(preferences{"language": events.Text("fr")}, preferences{"language": events.JSON(`"\u0064e"`)}),
		"language became a list":       after(known, preferences{"language": events.JSON(`["es","de"]`)}),
		"language became an object":    after(known, preferences{"language": events.JSON(`{"de":"de"}`)}),
		"language unset":               after(known, preferences{"language": events.Unset}),
		"languages set":                after(known, preferences{"languages": events.Text("de")}),
		"name set":                     after(known, preferences{"name": events.Text("de")}),
		"emoji changed":                after(known, preferences{"emoji": events.Bool(false)}),
		"set to what it was":           after(known, preferences{"language": events.Text("de")}),
		"ui.theme became dark":         after(known, preferences{"ui.theme": events.Text("dark")}),
		"ui became an object":          after(known, preferences{"ui": events.JSON(`{"theme":"dark"}`)}),
		"uix set":                      after(known, preferences{"uix": events.Text("dark")}),
		"volume became 1.0":            after(known, preferences{"volume": events.JSON(`1.0`)}),
		"volume became text":           after(known, preferences{"volume": events.Text("1")}),
		"beta became true":             after(known, preferences{"beta": events.Bool(true)}),
		"erased":                       after(known, nil),
		"erased without a language":    after(preferences{"emoji": events.Bool(true)}, nil),
		"erased again":                 after(known, nil, nil),
		"replaced":                     replaced(known, preferences{"emoji": events.Bool(false)}),
		"replaced, language became fr": replaced(known, preferences{"language": events.Text("fr")}),
		"snapshot":                     events.Snapshot(profile(known)),
		"snapshot without a language":  events.Snapshot(profile(preferences{"emoji": events.Bool(true)})),
		"snapshot of a ui":             events.Snapshot(profile(preferences{"ui.theme": events.Text("dark")})),
		"snapshot of an erased user":   events.Snapshot(profile(known, nil)),
		"large, language became fr":    without(after(known, preferences{"language": events.Text("fr")}), false),
		"large, language became es":    without(after(known, preferences{"language": events.Text("es")}), false),
		"large, emoji changed":         without(after(known, preferences{"emoji": events.Bool(false)}), false),
		"huge, language changed":       without(after(known, preferences{"language": events.Text("es")}), true),
		"huge, emoji changed":          without(after(known, preferences{"emoji": events.Bool(false)}), true),
		"huge, erased":                 without(after(known, nil), true),
		"huge, snapshot":               without(events.Snapshot(profile(known)), true),
	}
}

// others returns events of this bus that no subscriber wants.
func others() map[string]events.Envelope {
	u := after(preferences{"language": events.Text("de")}, preferences{"language": events.Text("fr")})
	c := events.PreferenceChange{ID: stamp(1), UserID: "u1", Preferences: preferences{"language": events.Text("fr")}}
	change := events.ChangeEnvelope("some-bot", &c, start)
	ours := change
	ours.Source = events.SourcePipeline
	return map[string]events.Envelope{
		"a bot's change":             change,
		"a change by the pipeline":   ours,
		"a bot's announcement":       {ID: "1", Source: "some-bot", DetailType: events.DetailTypeUpdated, Time: start, Detail: u.AppendJSON(nil)},
		"another detail-type":        {ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated + "V2", Time: start, Detail: u.AppendJSON(nil)},
		"the detail in another case": {ID: "1", Source: events.SourcePipeline, DetailType: strings.ToLower(events.DetailTypeUpdated), Time: start, Detail: u.AppendJSON(nil)},
	}
}

// Events returns the JSON texts of all events in their envelopes, by description.
func Events() map[string]string {
	all := map[string]string{}
	for name, u := range announcements() {
		e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Time: start, Detail: u.Fit()}
		all[name] = string(e.AppendJSON(nil))
	}
	for name, e := range others() {
		all[name] = string(e.AppendJSON(nil))
	}
	return all
}
