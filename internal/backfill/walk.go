package backfill

import (
	"context"
	"fmt"
	"sync"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Position says which page of the table to read: at most Limit items of a
// segment, from the one after the user After on; empty: from its beginning.
type Position struct {
	Segment, Segments int
	After             string
	Limit             int
}

// A Page is what is stored of some users, all of it as acknowledged before the
// page was asked for: see the package comment.
type Page struct {
	Profiles []events.Profile
	Troubles []Trouble // items that cannot be read
	After    string    // where the page ended; empty: its segment has no more
	Units    float64   // of read capacity that it cost
}

// A Trouble is a user who cannot be announced until somebody has mended that.
type Trouble struct {
	UserID string
	Err    error
}

// A Walk announces all profiles of a table. Set its fields once, then call Run.
type Walk struct {
	Read   func(context.Context, Position) (Page, error)
	Target Target
	Keys   []string // only profiles that concern these; empty: all

	Units         *Pace // of read capacity
	Announcements *Pace
	MaxUnits      float64 // of a page; 0: as many as one request reads
	MaxItems      int     // of a page; 0: 1000

	// Save keeps a checkpoint; Run goes on only once it has. nil: none is kept.
	Save func(Checkpoint) error
	// Told is told of a user who cannot be announced. nil: nobody is.
	Told func(Trouble)

	ids *events.Clock

	mu   sync.Mutex
	at   Checkpoint
	here Counts // of this run
}

// Run goes on from a checkpoint, with a goroutine per segment, until all is
// announced. It returns the checkpoint as it was last saved; the error, if any,
// is the first: ctx's, the reader's, the target's, or that of Save.
func (w *Walk) Run(ctx context.Context, from Checkpoint) (Checkpoint, error) {
	w.start(from)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for segment := range from.Segments {
		all.Go(func() {
			if err := w.segment(ctx, segment); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at.Done() {
		return w.at.clone(), nil
	}
	return w.at.clone(), context.Cause(ctx)
}

func (w *Walk) start(from Checkpoint) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.here, w.ids = from.clone(), Counts{}, events.NewClock()
}

func (w *Walk) segment(ctx context.Context, segment int) error {
	for {
		if done, err := w.step(ctx, segment); done || err != nil {
			return err
		}
	}
}

// step reads, announces and commits one page. done: its segment has no more.
func (w *Walk) step(ctx context.Context, segment int) (done bool, err error) {
	at, expected, done := w.next(segment)
	if done {
		return true, nil
	}
	if err := w.Units.Take(ctx, expected); err != nil {
		return false, err
	}
	page, err := w.Read(ctx, at)
	w.Units.Settle(page.Units - expected)
	if err != nil {
		return false, err
	}
	counts, troubles, err := w.announce(ctx, &page)
	if err != nil {
		return false, err
	}
	if err := w.hopeless(counts, troubles); err != nil {
		return false, err
	}
	w.tell(troubles) // twice after a crash, rather than never
	return page.After == "", w.commit(segment, page.After, counts)
}

// Items per page at most, and read units per page at most: 256 are the 1 MiB
// that DynamoDB reads at once.
const (
	maxItems = 1000
	maxUnits = 256
)

// usual is what an item costs while nothing is known of this table: 4 KB, which
// few profiles have. What the first pages do not cost is given back.
const usual = 1

// next is the page to read, sized by what items have cost so far, and what it is
// expected to cost.
func (w *Walk) next(segment int) (at Position, expected float64, done bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.at.Segments[segment]
	each := float64(usual)
	if w.at.Items > 0 && w.at.Units > 0 {
		each = w.at.Units / float64(w.at.Items)
	}
	target := float64(maxUnits)
	if w.MaxUnits > 0 {
		target = min(target, w.MaxUnits)
	}
	limit := min(maxItems, max(1, int(target/each)))
	if w.MaxItems > 0 {
		limit = min(limit, w.MaxItems)
	}
	at = Position{Segment: segment, Segments: len(w.at.Segments), After: s.After, Limit: limit}
	return at, max(1, float64(limit)*each), s.Done
}

// commit notes that all of a page is announced.
func (w *Walk) commit(segment int, after string, counts Counts) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := w.at.clone()
	next.Segments[segment] = Segment{After: after, Done: after == ""}
	next.Counts.add(counts)
	if w.Save != nil {
		if err := w.Save(next); err != nil {
			return fmt.Errorf("keeping the checkpoint: %w", err)
		}
	}
	w.at = next
	w.here.add(counts)
	return nil
}

func (w *Walk) tell(troubles []Trouble) {
	if w.Told == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range troubles {
		w.Told(t)
	}
}

// tries is how many announcements are refused, and none taken, before a walk
// concludes that all would be: then the caller is at fault, not the profiles.
const tries = 20

func (w *Walk) hopeless(page Counts, troubles []Trouble) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if page.Refused == 0 || w.here.Announced+page.Announced > 0 || w.here.Refused+page.Refused < tries {
		return nil
	}
	return fmt.Errorf("the first %d announcements were all refused, and the rest would be too: %w", w.here.Refused+page.Refused, troubles[len(troubles)-1].Err)
}

// Progress is how far the walk is, and what this run did of it.
func (w *Walk) Progress() (at Checkpoint, here Counts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at.clone(), w.here
}
