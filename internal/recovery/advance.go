package recovery

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// Advance raises the revisions of all profiles of a table. It may be interrupted and
// repeated: a revision that is already high enough costs only a read. Nothing else may
// write to the table meanwhile. Set its fields once, then call Run.
type Advance struct {
	Read func(context.Context, profilestore.Position) (profilestore.Page, error)
	// Move raises one user's revision to To; see profilestore.Store.AdvanceRevision.
	Move     func(ctx context.Context, userID string, to int64) (moved bool, units float64, err error)
	To       int64
	Segments int // parts of the table that are processed concurrently
	DryRun   bool

	Reads, Writes *backfill.Pace // capacity units

	// OnTrouble is called for each item that cannot be decoded, also in a dry run. It may be
	// nil.
	OnTrouble func(userID string, err error)
	// Ahead is called for each item that is Beyond. It may be nil.
	Ahead func(userID string, revision int64)

	mu     sync.Mutex
	counts Counts
}

// Counts are the results of a run.
type Counts struct {
	Items  int64
	Behind int64 // items with a revision below To, as far as it could be read
	Moved  int64
	Beyond int64 // items with a revision above To, which they keep
	// Unreadable items are raised as well, if they have a revision below To.
	Unreadable int64
	Failed     int64   // items without a revision
	Units      float64 // write capacity
	Newest     int64   // the greatest revision before the run, as far as it could be read
}

// pageItems is how many items one page reads. At 4 KB per item it costs as many units.
const pageItems = 50

// Run raises all revisions. The error is that of the reader, of ctx, or of a Move that
// may succeed later. Items whose revision cannot be raised are counted as Failed; they
// must be repaired.
func (a *Advance) Run(ctx context.Context) (Counts, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for segment := range a.Segments {
		all.Go(func() {
			if err := a.segment(ctx, segment); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	return a.Progress(), context.Cause(ctx)
}

// Progress returns the counts of a run so far.
func (a *Advance) Progress() Counts {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.counts
}

func (a *Advance) segment(ctx context.Context, segment int) error {
	at := profilestore.Position{Segment: segment, Segments: a.Segments, Limit: pageItems}
	for {
		if err := a.Reads.Take(ctx, 1); err != nil {
			return err
		}
		page, err := a.Read(ctx, at)
		a.Reads.Settle(page.Units - 1)
		if err != nil {
			return err
		}
		if err := a.page(ctx, &page); err != nil {
			return err
		}
		if page.After == "" {
			return nil
		}
		at.After = page.After
	}
}

func (a *Advance) page(ctx context.Context, page *profilestore.Page) error {
	for i := range page.Profiles {
		p := &page.Profiles[i]
		if a.see(p.UserID, p.Revision) {
			if err := a.move(ctx, p.UserID); err != nil {
				return err
			}
		}
	}
	for _, u := range page.Unreadable {
		if a.seeUnreadable(u) {
			if err := a.move(ctx, u.UserID); err != nil {
				return err
			}
		}
	}
	return nil
}

// see counts an item, and tells whether its revision must be raised.
func (a *Advance) see(userID string, revision int64) bool {
	a.count(func(c *Counts) {
		c.Items++
		c.Newest = max(c.Newest, revision)
		switch {
		case revision < a.To:
			c.Behind++
		case revision > a.To:
			c.Beyond++
			if a.Ahead != nil {
				a.Ahead(userID, revision)
			}
		}
	})
	return revision < a.To
}

// seeUnreadable is see for an item that must be repaired. Subscribers may know its
// revision from before the damage. If the revision cannot be read either, Move finds
// out whether it can be raised.
func (a *Advance) seeUnreadable(u profilestore.Unreadable) bool {
	a.count(func(c *Counts) {
		c.Unreadable++
		if a.OnTrouble != nil {
			a.OnTrouble(u.UserID, u.Err)
		}
	})
	if u.Revision > 0 {
		return a.see(u.UserID, u.Revision)
	}
	a.count(func(c *Counts) { c.Items++ })
	return true
}

func (a *Advance) count(f func(*Counts)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(&a.counts)
}

func (a *Advance) move(ctx context.Context, userID string) error {
	if a.DryRun {
		return nil
	}
	if err := a.Writes.Take(ctx, 1); err != nil {
		return err
	}
	moved, units, err := a.Move(ctx, userID, a.To)
	a.Writes.Settle(units - 1)
	if err != nil && !errors.Is(err, profilestore.ErrNoRevision) {
		return fmt.Errorf("moving the revision of an item: %w", err)
	}
	a.count(func(c *Counts) {
		c.Units += units
		switch {
		case err != nil:
			c.Failed++
		case moved:
			c.Moved++
		}
	})
	return nil
}
