package main

import "github.com/bot-preferences/bot-preferences/events"

// A user is the skill's copy of the preferences that it uses.
type user struct {
	revision       int64
	language, name string // empty: not known
}

// copies are by user id.
type copies map[string]user

// stale tells whether there is nothing to learn from an announcement: it is a
// duplicate, or was overtaken by a later one. A snapshot counts at an equal
// revision too.
func (c copies) stale(u *events.PreferencesUpdated) bool {
	last := c[u.UserID].revision
	return u.Revision < last || u.Revision == last && !u.Snapshot
}

// replace replaces the copy. Without a language nothing is kept but the
// revision.
func (c copies) replace(userID string, revision int64, p events.Preferences) user {
	now := user{revision: revision, language: text(p["language"])}
	if now.language != "" {
		now.name = text(p["name"])
	}
	c[userID] = now
	return now
}

// text is a preference that is a string; any other is as good as none.
func text(v events.Value) string {
	var s string
	if v == events.Unset || v.Decode(&s) != nil {
		return ""
	}
	return s
}
