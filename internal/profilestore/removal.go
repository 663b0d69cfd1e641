package profilestore

import (
	"maps"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A removal is what one key no longer needs. A write takes the whole of it or nothing.
// If a write took a stated tombstone and left the dead inference that it hides, that
// inference would be visible.
type removal struct {
	key string
	// entries are the registers that go, by their origin; zero: the register stays.
	entries [2]events.Entry
	// dead is an inference that loses its value and stays; zero: there is none.
	dead events.Entry
}

// Operators that a removal costs in a condition; and how many a write may have, of
// DynamoDB's 300.
const (
	entryOperators      = 2 // >, OR
	deadOperators       = 5 // <>, OR, NOT, >=, OR
	maxRemovalOperators = 250
)

func (r *removal) operators() (n int) {
	for _, e := range r.entries {
		if !e.Stamp.IsZero() {
			n += entryOperators
		}
	}
	if !r.dead.Stamp.IsZero() {
		n += deadOperators
	}
	return n
}

// removalsOf lists what an item no longer needs, by key. Old tombstones are among it
// only around a write of ours (landed).
func removalsOf(seen *item.Stored, landed bool, now time.Time) []removal {
	if !landed && !seen.Untidy() {
		return nil
	}
	var all map[string]*removal
	at := func(key string) *removal {
		r := all[key]
		if r == nil {
			if all == nil {
				all = map[string]*removal{}
			}
			r = &removal{key: key}
			all[key] = r
		}
		return r
	}
	for _, origin := range origins {
		for key, e := range seen.Hidden.Of(origin) {
			at(key).entries[origin] = e
		}
		if !landed {
			continue
		}
		for key, e := range seen.Register(origin) {
			if e.Collectable(now) {
				at(key).entries[origin] = e
			}
		}
	}
	for key, e := range seen.Dead {
		if r := at(key); r.entries[events.Inferred].Stamp.IsZero() {
			r.dead = e
		}
	}
	if len(all) == 0 {
		return nil
	}
	removals := make([]removal, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		removals = append(removals, *all[key])
	}
	return removals
}

// takeOff removes what a key no longer needs, unless that has changed.
func (u *update) takeOff(r removal) {
	for _, origin := range origins {
		e := r.entries[origin]
		if e.Stamp.IsZero() {
			continue
		}
		attribute := item.Register(origin, r.key)
		u.drop(attribute)
		u.unlessMember(attribute, item.Stamp, ">", u.text(e.Stamp.String()))
	}
	if r.dead.Stamp.IsZero() {
		return
	}
	stamp, inferred := u.text(r.dead.Stamp.String()), item.Register(events.Inferred, r.key)
	u.dropMember(inferred, item.Value)
	u.unlessMember(inferred, item.Stamp, "<>", stamp) // also if it is gone: a member of nothing cannot be removed
	// Where somebody deleted the item meanwhile, what was stated went with it. The
	// inference may have come back and be visible.
	u.unlessMemberBelow(item.Register(events.Stated, r.key), item.Stamp, stamp)
}
