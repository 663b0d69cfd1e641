package profilestore

import (
	"context"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// tidy removes what a seen item no longer needs, without a new revision: hidden entries,
// the values of dead inferences and, around a write of ours (landed), old tombstones. It sets
// expires_at where nothing is visible. A duplicate thus finishes what an
// interrupted merge left over, and else alters nothing. It returns the item as
// it left it.
func (m *merge) tidy(ctx context.Context, seen item.Stored, landed bool) (item.Stored, error) {
	for failures := 0; failures < maxTries; {
		u := m.store.tidying(&seen, landed)
		if u == nil {
			return seen, nil
		}
		var done bool
		var err error
		if seen, done, err = m.send(ctx, u); err != nil {
			return seen, err
		}
		if !done {
			failures++
		}
	}
	return seen, ErrContended
}

// tidying makes the next write of tidy; nil: there is nothing to do.
func (s *Store) tidying(seen *item.Stored, landed bool) *update {
	if !seen.Exists() {
		return nil
	}
	removals := removalsOf(seen, landed, s.now())
	marked := landed && seen.Late && !s.late // the stream has shown the mark
	if len(removals) == 0 && !marked && !lapses(seen) {
		return nil
	}
	u := newUpdate()
	u.unlessMissing(item.Revision) // dropped meanwhile: an update would create the item
	operators := 0
	for _, r := range removals {
		if operators += r.operators(); operators > maxRemovalOperators {
			break
		}
		u.takeOff(r)
	}
	if seen.Hidden.Len() > 0 {
		// Where somebody deleted the item meanwhile, its fence went with it. What
		// was hidden may have come back and be visible.
		u.unlessBelow(item.Cleared, u.text(seen.Cleared.String()))
	}
	if marked {
		u.drop(item.Late)
	}
	if lapses(seen) {
		u.expire(seen)
	}
	return u
}

// lapses tells whether nothing is visible in a profile, and it does not expire
// yet.
func lapses(seen *item.Stored) bool {
	if seen.ExpiresAt != 0 {
		return false
	}
	for _, origin := range origins {
		for _, e := range seen.Register(origin) { // those that the fence hides are apart
			if e.Value != events.Unset {
				return false
			}
		}
	}
	return true
}

// expire sets expires_at, unless the profile has changed since. Every later
// change takes it off again; set too late, it would let DynamoDB delete a
// profile that is in use.
func (u *update) expire(seen *item.Stored) {
	u.assign(item.ExpiresAt, u.number(expiry(seen.AsOf())))
	u.unless(item.Revision, "<>", u.number(seen.Revision))
}

// expiry is in whole seconds since 1970, rounded up.
func expiry(latest events.Stamp) int64 {
	return latest.Time().Add(events.Retention + time.Second - time.Millisecond).Unix()
}
