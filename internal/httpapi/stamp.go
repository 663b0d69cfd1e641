package httpapi

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
)

// stamp gives a write its id: one that is greater than all that it should come
// after, even where this process's clock is behind another producer's. That is
// the whole profile, or, where something unrelated is so far ahead that apply
// would refuse every later stamp, what the write concerns.
//
// The error is a *events.Refusal with the code FromTheFuture where what the
// write concerns is itself too far ahead.
func (w *Writer) stamp(seen *events.Profile, c *events.PreferenceChange) (events.Stamp, error) {
	latest := w.now().Add(events.MaxAhead)
	after := seen.AsOf()
	if after.Time().After(latest) {
		after = concerned(&seen.State, c)
	}
	if ahead := after.Time().Sub(w.now()); ahead > events.MaxAhead {
		return events.Stamp{}, &events.Refusal{
			Code: events.FromTheFuture,
			Rule: fmt.Sprintf("the profile holds a change of the future, more than %s ahead of the clock; nothing was changed", events.MaxAhead),
		}
	}
	return w.clock().NextAbove(after), nil
}

// concerned is the greatest stamp that the change has to exceed to take effect:
// the fence's, and those of its keys in both registers, or of all where it replaces.
func concerned(s *events.State, c *events.PreferenceChange) events.Stamp {
	if c.Replace {
		return s.AsOf()
	}
	greatest := s.Cleared
	for key := range c.Preferences {
		for _, e := range [...]events.Entry{s.Entries[key], s.Inferred[key]} {
			if e.Stamp.After(greatest) {
				greatest = e.Stamp
			}
		}
	}
	return greatest
}
