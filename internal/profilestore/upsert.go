package profilestore

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// upsert makes the write of a delta. seen is the item that the last try found,
// if there was one (known).
func (m *merge) upsert(delta events.State, seen *item.Stored, known bool) (*update, error) {
	u := newUpdate()
	u.fence(&delta)
	for _, origin := range origins {
		entries := delta.Register(origin)
		for _, key := range sortedKeys(entries) {
			e, attribute := entries[key], item.Register(origin, key)
			u.assign(attribute, u.value(entry(e)))
			u.unlessMember(attribute, item.Stamp, ">=", u.text(e.Stamp.String()))
		}
	}
	now := m.store.now()
	if err := u.weigh(delta, seen, known, now); err != nil {
		return nil, err
	}
	// A profile that DynamoDB expired and that comes back starts above every
	// revision it had: revisions grow slower than milliseconds.
	u.add(item.Revision, now.UnixMilli(), 1)
	u.assign(item.UpdatedAt, u.text(events.FormatTime(now)))
	u.drop(item.ExpiresAt)
	if m.store.late {
		u.assign(item.Late, u.text(item.LateText(delta)))
	}
	u.trace(m.traceparent(&delta))
	return u, nil
}

// traceparent is that of the change with the greatest stamp of a delta, all of
// which is written or nothing.
func (m *merge) traceparent(delta *events.State) string {
	if m.traces == nil {
		return ""
	}
	return m.traces[delta.AsOf()]
}

// trace keeps the traceparent of the write's greatest stamp. An empty one takes
// off that of an earlier write, which did not cause this revision.
func (u *update) trace(traceparent string) {
	if traceparent == "" {
		u.drop(item.Traceparent)
		return
	}
	u.assign(item.Traceparent, u.text(traceparent))
}

func sortedKeys(entries map[string]events.Entry) []string {
	if len(entries) == 0 {
		return nil
	}
	keys := slices.AppendSeq(make([]string, 0, len(entries)), maps.Keys(entries))
	slices.Sort(keys)
	return keys
}

// fence raises the fence, or keeps out what is below it. Every entry of a delta
// is at or above its own fence.
func (u *update) fence(delta *events.State) {
	if !delta.Cleared.IsZero() {
		c := u.text(delta.Cleared.String())
		u.assign(item.Cleared, c)
		u.unless(item.Cleared, ">=", c)
		return
	}
	var lowest events.Stamp
	for _, origin := range origins {
		for _, e := range delta.Register(origin) {
			if lowest.IsZero() || e.Stamp.Before(lowest) {
				lowest = e.Stamp
			}
		}
	}
	u.unless(item.Cleared, ">", u.text(lowest.String()))
}

// weigh keeps the profile within its limits; see the package comment. A write of what
// was stated alone leaves the bound of what was inferred as it is.
func (u *update) weigh(delta events.State, seen *item.Stored, known bool, now time.Time) error {
	looked := known
	known = known && seen.Exists()
	if !known || seen.Weighed {
		u.unlessOnly(item.Revision, item.WeightSum) // written by somebody else: no bound yet
	}
	for _, origin := range origins {
		if origin == events.Inferred && len(delta.Inferred) == 0 && !(known && !seen.Weighed && len(seen.Inferred) > 0) {
			continue
		}
		err := u.weighOrigin(origin, delta, seen, known, now)
		if !looked && origin == events.Inferred && errors.As(err, new(*events.Refusal)) {
			return errLookFirst
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errLookFirst means that an inferred delta is too large by itself, as one change can be.
// It is refused only if something of it would be stored.
var errLookFirst = errors.New("profilestore: the item decides whether that is too large")

func (u *update) weighOrigin(origin events.Origin, delta events.State, seen *item.Stored, known bool, now time.Time) error {
	attribute, limit := item.WeightOf(origin), item.MaxWeightOf(origin)
	added := item.RegisterWeight(delta.Register(origin))
	full := added > 0 && seen.BoundOf(origin).Weight+added > limit
	if known && (full || !seen.Weighed) {
		return u.recount(origin, delta, seen, now)
	}
	if err := delta.CheckSizeOf(origin); err != nil {
		return err
	}
	u.add(attribute, 0, added)
	if added > 0 { // a mere raise of the fence makes every profile smaller
		u.unless(attribute, ">", u.number(limit-added))
	}
	return nil
}

// errCollectFirst means that the merged profile fits once its old tombstones are
// collected.
var errCollectFirst = errors.New("profilestore: old tombstones are in the way")

// recount sets the weight of one origin to that of the merged profile. Since then other
// writers may have added to it: that is kept, and they may not have added more
// than there is room for.
func (u *update) recount(origin events.Origin, delta events.State, seen *item.Stored, now time.Time) error {
	if err := seen.CheckFit(delta, now); err != nil {
		return err
	}
	merged := seen.State.Clone()
	merged.Merge(delta)
	if merged.CheckSizeOf(origin) != nil {
		return errCollectFirst
	}
	attribute, recounts, bound := item.WeightOf(origin), item.RecountsOf(origin), seen.BoundOf(origin)
	change := item.RegisterWeight(merged.Register(origin)) - bound.Weight
	u.add(attribute, bound.Weight, change)
	u.unless(attribute, ">", u.number(max(bound.Weight, item.MaxWeightOf(origin)-change)))
	// The bound only grows between recounts. Where it is less, somebody deleted the item
	// by hand, and this is another one: the surplus is not its own.
	u.unless(attribute, "<", u.number(bound.Weight))
	u.add(recounts, 0, 1)
	u.unless(recounts, ">", u.number(bound.Recounts))
	if seen.ExpiresAt != 0 {
		// DynamoDB may drop this item, and somebody make another, with another
		// weight. Nobody writes to it often.
		u.unless(item.Revision, "<>", u.number(seen.Revision))
	}
	return nil
}
