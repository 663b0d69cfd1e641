package procedures_test

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A log records every change and every announcement, and the problems with them. Each
// value of a preference is used once, so that it identifies its change.
type log struct {
	merged    map[string]events.State // of all changes that were said, by user
	stampOf   map[string]events.Stamp // by user, key and value
	lost      map[string]events.State // merged, at the loss; nil: nothing is lost yet
	newest    map[string]int64        // announced, by user
	received  []events.PreferencesUpdated
	truncated int // of those
	problems  map[string]bool
}

// bystander is another rule for changes, which does not belong to the pipeline.
const bystander = "bystander"

func newLog() log {
	return log{
		merged: map[string]events.State{}, stampOf: map[string]events.Stamp{}, newest: map[string]int64{}, problems: map[string]bool{},
	}
}

func (l *log) observe(f world.Fact) {
	if m, ok := f.(local.Matched); ok && m.Rule == bystander && m.Event.ReplayName != "" {
		l.problem("a rule that is none of ours sees changes again")
	}
	if r, ok := f.(local.Replayed); ok && r.Event.DetailType != events.DetailTypeChange {
		l.problem("the archive has more than changes")
	}
	put, ok := f.(local.Put)
	switch {
	case ok && put.Event.DetailType == events.DetailTypeChange:
		l.published(string(put.Event.Envelope()))
	case ok:
		l.announced(put.Event.Detail)
	}
}

func (l *log) problem(format string, args ...any) { l.problems[fmt.Sprintf(format, args...)] = true }

func (l *log) published(envelope string) {
	c, err := events.DecodeChange([]byte(envelope))
	if err != nil {
		panic(err)
	}
	was := l.merged[c.UserID]
	state := was.Clone()
	state.Merge(events.Fold(c))
	l.merged[c.UserID] = state
	for key, v := range c.Preferences {
		l.stampOf[c.UserID+" "+key+" "+fmt.Sprint(v)] = c.ID
	}
}

func (l *log) announced(detail string) {
	var u events.PreferencesUpdated
	if err := u.UnmarshalJSON([]byte(detail)); err != nil {
		panic(err)
	}
	if last := l.newest[u.UserID]; u.Revision < last || u.Revision == last && !u.Snapshot {
		l.problem("G6 Revisions only grow: one that was announced is announced again, or an older one")
	}
	l.newest[u.UserID] = max(l.newest[u.UserID], u.Revision)
	l.shown("announced", u.UserID, u.Preferences)
	l.shown("announced", u.UserID, u.Changes)
	if u.Truncated {
		l.truncated++
	}
	l.received = append(l.received, u)
}

// shown checks that nothing becomes visible again that was erased, unset or replaced
// before the loss.
func (l *log) shown(how, user string, visible events.Preferences) {
	was := l.lost[user]
	for key, v := range visible {
		stamp, ok := l.stampOf[user+" "+key+" "+fmt.Sprint(v)]
		if !ok || v == events.Unset {
			continue
		}
		switch {
		case stamp.Before(was.Cleared):
			l.problem("what was erased before the loss is %s", how)
		case stamp.Before(was.Entries[key].Stamp):
			l.problem("what was unset or replaced before the loss is %s", how)
		}
	}
}

// A subscriber keeps copies by the rule of package events, and nothing else.
type subscriber struct {
	revision map[string]int64
	copies   map[string]events.Preferences
	unread   map[string]int64 // truncated announcements whose profile is still to be read, by user: the newest
}

func newSubscriber() *subscriber {
	return &subscriber{map[string]int64{}, map[string]events.Preferences{}, map[string]int64{}}
}

func (s *subscriber) take(u events.PreferencesUpdated) {
	last := s.revision[u.UserID]
	switch {
	case u.Revision < last || u.Revision == last && !u.Snapshot:
	case u.Truncated:
		s.unread[u.UserID] = max(s.unread[u.UserID], u.Revision)
	default:
		s.revision[u.UserID], s.copies[u.UserID] = u.Revision, u.Preferences
	}
}

// retry reads what truncated announcements left out, as the HTTP API shows it.
func (s *subscriber) retry(read func() map[string]events.Profile) {
	if len(s.unread) == 0 {
		return
	}
	now := read()
	for user, revision := range s.unread {
		p := now[user]
		switch {
		case p.Revision < revision: // behind what was announced: later
			continue
		case p.Revision >= s.revision[user]:
			s.revision[user], s.copies[user] = p.Revision, p.Visible()
		}
		delete(s.unread, user)
	}
}
