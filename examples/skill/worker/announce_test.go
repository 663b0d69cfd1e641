package main

import "github.com/bot-preferences/bot-preferences/events"

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
	return events.PreferencesUpdated{Revision: revision, Preferences: events.Preferences{"language": v, "name": events.Text("Sam")}}
}
