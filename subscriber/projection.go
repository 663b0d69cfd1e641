package subscriber

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Projection keeps a subscriber's own copy of preferences. Whatever is
// duplicated or reordered on the way, it ends with the same copy (guarantee G5).
//
// A whole announcement replaces the copy by one conditional Save, without a read
// before. Erased values are gone with that; the revision stays, so that nothing
// late brings them back. Of a truncated one that nothing filled in (see
// WithReader) Changes are applied where PreviousRevision is the copy's own
// revision. Otherwise the copy becomes Stale and empty: what it had may have been
// erased. The next whole announcement mends it, and a snapshot does.
//
// It is safe for concurrent use.
type Projection struct {
	store      Store
	keys       map[string]bool
	prefixes   []string
	beforeSave func(ctx context.Context, u events.PreferencesUpdated, before, after Copy) error
}

// A ProjectionOption changes a Projection at its construction.
type ProjectionOption func(*Projection)

// Keys has only these keys kept. After a change of what is kept, a snapshot
// (a backfill) brings the copies up to date.
func Keys(keys ...string) ProjectionOption {
	return func(p *Projection) {
		for _, key := range keys {
			p.keys[key] = true
		}
	}
}

// Prefixes has only keys kept that begin with one of these; together with Keys,
// these and those.
func Prefixes(prefixes ...string) ProjectionOption {
	return func(p *Projection) { p.prefixes = append(p.prefixes, prefixes...) }
}

// BeforeSave calls f before each newer copy is saved, also if it equals the stored
// one. u is the announcement that makes the copy, as WithReader filled it in. If f
// returns an error, the copy is not saved and the announcement is redelivered. So f
// is called at least once with the copy that stays. It costs a Load for each
// announcement. A nil f is none.
//
// If f acts on a change (greets, notifies, writes a message), it must check
// u.Snapshot. A backfill or a resync announces again what may have been so for years.
// The copy is saved, and nobody wants to be greeted.
//
// If f keeps something of its own, it must derive that from after alone, erasures and
// snapshots included. before is less certain: f may have been called for a copy that
// was then not saved. Nothing then seems to change, although f has something to undo.
//
// If invocations overlap, f can run for two copies of one user at once, and they can
// end in any order. So f must write elsewhere under the condition that nothing of a
// greater after.Revision is there.
func BeforeSave(f func(ctx context.Context, u events.PreferencesUpdated, before, after Copy) error) ProjectionOption {
	return func(p *Projection) { p.beforeSave = f }
}

// NewProjection keeps copies of all preferences, unless Keys or Prefixes say
// which.
func NewProjection(store Store, options ...ProjectionOption) *Projection {
	p := &Projection{store: store, keys: map[string]bool{}}
	for _, o := range options {
		o(p)
	}
	return p
}

// Get returns the copy of a user; of one who was never announced the zero Copy.
func (p *Projection) Get(ctx context.Context, userID string) (Copy, error) {
	return p.store.Load(ctx, userID)
}

// Apply is a Func: NewHandler(p.Apply).
func (p *Projection) Apply(ctx context.Context, u events.PreferencesUpdated) error {
	if p.beforeSave == nil && u.Preferences != nil {
		_, err := p.store.Save(ctx, p.next(nil, &u), u.Snapshot)
		return err
	}
	before, err := p.store.Load(ctx, u.UserID)
	if err != nil {
		return err
	}
	after := p.next(&before, &u)
	if !after.Replaces(&before, u.Snapshot) {
		return nil
	}
	if p.beforeSave != nil {
		if err := p.beforeSave(ctx, u, before, after); err != nil {
			return err
		}
	}
	_, err = p.store.Save(ctx, after, u.Snapshot)
	return err
}

// next is the copy that an announcement makes; before is needed only where that
// is not whole.
func (p *Projection) next(before *Copy, u *events.PreferencesUpdated) Copy {
	c := Copy{UserID: u.UserID, Revision: u.Revision, UpdatedAt: u.UpdatedAt, AsOf: u.AsOf}
	if u.Preferences != nil {
		c.Preferences = events.Preferences{}
		p.patch(c.Preferences, u.Preferences)
	} else {
		c.Preferences, c.Stale = p.changes(before, u)
	}
	c.InferredKeys = among(c.Preferences, u.InferredKeys)
	return c
}

// among are those of the keys that preferences have; nil: none.
func among(preferences events.Preferences, keys []string) (found []string) {
	for _, key := range keys {
		if _, ok := preferences[key]; ok {
			found = append(found, key)
		}
	}
	return found
}

// changes applies the changes of an announcement without preferences. What they
// give does not depend on what is stored by the time it is saved: it is the
// profile at its revision.
func (p *Projection) changes(before *Copy, u *events.PreferencesUpdated) (preferences events.Preferences, stale bool) {
	base := events.Preferences{} // at revision 0, whatever there was before that
	if u.PreviousRevision != 0 {
		if before.Revision != u.PreviousRevision || before.Stale {
			return base, true
		}
		maps.Copy(base, before.Preferences)
	}
	switch {
	case u.Changes != nil:
		p.patch(base, u.Changes)
		return base, false
	case slices.ContainsFunc(u.ChangedKeys, p.follows):
		return events.Preferences{}, true
	}
	return base, false // nothing that is followed has changed
}

// patch merges the followed ones of the changes into preferences.
func (p *Projection) patch(into, changes events.Preferences) {
	for key, value := range changes {
		switch {
		case !p.follows(key):
		case value == events.Unset:
			delete(into, key)
		default:
			into[key] = value
		}
	}
}

func (p *Projection) follows(key string) bool {
	if len(p.keys) == 0 && len(p.prefixes) == 0 || p.keys[key] {
		return true
	}
	return slices.ContainsFunc(p.prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}
