package subscriber

import (
	"context"

	"github.com/bot-preferences/bot-preferences/events"
)

// Guard drops announcements that fn has handled or that were overtaken. Per
// user it calls fn only with a greater revision than the last one that fn
// handled (a snapshot: greater or equal).
//
// The revision advances after fn returned nil: where fn fails, or the process
// ends in between, the announcement is redelivered and fn is called again. So fn is
// called at least once for the last announcement, perhaps twice, and perhaps not
// for one that was overtaken. A snapshot is handed over too: an fn that acts on news
// returns nil where u.Snapshot is set.
//
// Two invocations at once can each have an announcement of one user under way,
// and end in any order. What must never go backwards is written under a condition
// by fn itself, as [Projection] does.
func Guard(store Store, fn Func) Func {
	return func(ctx context.Context, u events.PreferencesUpdated) error {
		last, err := store.Load(ctx, u.UserID)
		if err != nil {
			return err
		}
		next := Copy{UserID: u.UserID, Revision: u.Revision, UpdatedAt: u.UpdatedAt, AsOf: u.AsOf}
		if !next.Replaces(&last, u.Snapshot) {
			return nil
		}
		if err := fn(ctx, u); err != nil {
			return err
		}
		_, err = store.Save(ctx, next, u.Snapshot)
		return err
	}
}
