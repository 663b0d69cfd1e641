package verdict

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Judge gives verdicts. It keeps the profiles that it has read, and counts the changes
// that it judged before, as if they were sent in this order. Not safe for concurrent use.
type Judge struct {
	// Read returns what is stored of a user; a user without a profile has Revision 0.
	// Its error is quoted in verdicts: it must name no user.
	Read func(ctx context.Context, userID string) (events.Profile, error)
	Now  func() time.Time // default time.Now

	known map[string]*stored
}

type stored struct {
	profile events.Profile // with the changes that were judged before
	seen    events.State   // as it was read
	err     error
}

// Change judges the body of a letter of the change queue. truncated: the body was cut off.
func (j *Judge) Change(ctx context.Context, body string, truncated bool) Verdict {
	if truncated {
		return Verdict{Outcome: Truncated, Final: true, Why: "the body was cut off, so nothing can be stored of it"}
	}
	c, err := events.DecodeChange([]byte(body))
	if err != nil {
		return refused(err, true)
	}
	v := j.change(ctx, &c)
	v.Change = &c
	return v
}

func (j *Judge) change(ctx context.Context, c *events.PreferenceChange) Verdict {
	if err := events.CheckTime(c.ID, j.now()); err != nil {
		return ofTime(err, c.ID)
	}
	s := j.read(ctx, c.UserID)
	if s.err != nil {
		return Verdict{Outcome: Unknown, Why: "the stored profile cannot be read: " + s.err.Error()}
	}
	delta := events.Fold(*c)
	if err := s.profile.CheckFit(delta, j.now()); err != nil {
		return refused(err, false)
	}
	v := merged(&s.profile.State, c, delta)
	if v.Outcome == Applies {
		s.profile.State.Merge(delta)
	}
	return v
}

func (j *Judge) read(ctx context.Context, user string) *stored {
	if s := j.known[user]; s != nil {
		return s
	}
	p, err := j.Read(ctx, user)
	s := &stored{p, p.State.Clone(), err}
	if j.known == nil {
		j.known = map[string]*stored{}
	}
	j.known[user] = s
	return s
}

func (j *Judge) now() time.Time {
	if j.Now != nil {
		return j.Now()
	}
	return time.Now()
}

func refused(err error, final bool) Verdict {
	v := Verdict{Outcome: Refused, Why: err.Error(), Final: final}
	if errors.As(err, &v.Refusal) {
		v.Why = fmt.Sprintf("%s: %v", v.Refusal.Code, err)
	}
	return v
}

// ofTime judges a change whose time is refused. A change from the future passes once it
// is less than events.MaxAhead ahead.
func ofTime(err error, id events.Stamp) Verdict {
	v := refused(err, true)
	switch {
	case v.Refusal == nil:
	case v.Refusal.Code == events.TooOld:
		v.Outcome = TooOld
	case v.Refusal.Code == events.FromTheFuture:
		v.Final, v.After = false, id.Time().Add(-events.MaxAhead)
		v.Why += fmt.Sprintf("; it passes from %s on", v.After.UTC().Format(time.RFC3339))
	}
	return v
}

// merged compares what merging stores with what the change said.
func merged(s *events.State, c *events.PreferenceChange, delta events.State) Verdict {
	won := s.Winners(delta)
	if won.IsEmpty() {
		if holds(s, c.ID) {
			return Verdict{Outcome: Duplicate, Why: "the profile has it already"}
		}
		return Verdict{Outcome: Superseded, Why: "later changes of the same preferences are stored"}
	}
	stored := won.Register(c.Origin)
	v := Verdict{Outcome: Applies, Why: "stores " + names(stored)}
	switch {
	case !won.Cleared.IsZero() && len(stored) == 0:
		v.Why = "erases everything that was said before it"
	case !won.Cleared.IsZero():
		v.Why = "erases everything that was said before it, and " + v.Why
	}
	if c.Origin == events.Inferred {
		v.Why += inferred(s, stored)
	}
	lost := maps.Clone(delta.Register(c.Origin))
	maps.DeleteFunc(lost, func(key string, _ events.Entry) bool { _, ok := stored[key]; return ok })
	if len(lost) > 0 {
		v.Why += "; not " + names(lost) + ", which later changes set or erased"
	}
	return v
}

// inferred says what of an inference nobody will see, for the person stated or unset it.
func inferred(s *events.State, stored map[string]events.Entry) string {
	hidden := maps.Clone(stored)
	maps.DeleteFunc(hidden, func(key string, e events.Entry) bool {
		by, known := s.Entries[key]
		return !known || by.Value == events.Unset && e.Stamp.After(by.Stamp)
	})
	if len(hidden) == 0 {
		return " as inferred"
	}
	return " as inferred; hidden by what the person stated: " + names(hidden)
}

// holds tells whether anything in a State has this stamp.
func holds(s *events.State, id events.Stamp) bool {
	if s.Cleared == id {
		return true
	}
	for _, origin := range [...]events.Origin{events.Stated, events.Inferred} {
		for _, e := range s.Register(origin) {
			if e.Stamp == id {
				return true
			}
		}
	}
	return false
}

const maxNames = 5 // in one sentence

func names(entries map[string]events.Entry) string {
	keys := slices.Sorted(maps.Keys(entries))
	if n := len(keys) - maxNames; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(keys[:maxNames], ", "), n)
	}
	return strings.Join(keys, ", ")
}

// Overridden are the keys, sorted, that a change replaces although they were said after
// the stamp before, with the same origin: what a letter overrides where it gets a new id. Of a replace these
// are all keys of the profile. Nil where the profile cannot be read.
func (j *Judge) Overridden(ctx context.Context, c *events.PreferenceChange, before events.Stamp) []string {
	s := j.read(ctx, c.UserID)
	if s.err != nil {
		return nil
	}
	var keys []string
	for _, origin := range [...]events.Origin{events.Stated, events.Inferred} {
		for key, e := range s.seen.Register(origin) {
			_, said := c.Preferences[key]
			if (said && origin == c.Origin || c.Replace) && e.Stamp.After(before) && e.Stamp.Before(c.ID) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
