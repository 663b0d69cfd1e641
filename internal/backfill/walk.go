package backfill

import (
	"context"
	"fmt"
	"sync"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Position says which page of the table to read: at most Limit items of a segment,
// after the user After, or from the beginning if After is empty.
type Position struct {
	Segment, Segments int
	After             string
	Limit             int
}

// A Page is what is stored about some users. It must contain everything that was
// acknowledged before the page was requested: see the package comment.
type Page struct {
	Profiles []events.Profile
	Troubles []Trouble // items that cannot be decoded
	After    string    // the last user of the page; empty: the segment has no more
	Units    float64   // read capacity that the page cost
}

// Delivered is what became of a page.
type Delivered struct {
	Counts
	Troubles []Trouble

	// Finish is called in the order of the commits, with the checkpoint that says that the
	// page is delivered, before that is saved. It may add to it. Nil: there is nothing to do.
	Finish func(*Checkpoint) error
}

// A Trouble is a user who cannot be announced until an operator has repaired the item.
type Trouble struct {
	UserID string
	Err    error
}

// A Walk announces all profiles of a table, or delivers them elsewhere. Set its fields
// once, then call Run.
type Walk struct {
	Read func(context.Context, Position) (Page, error)
	// Deliver delivers a page in place of the announcing. Target, Keys and Announcements
	// are then not used. It is called from several goroutines.
	Deliver func(context.Context, *Page) (Delivered, error)

	Target Target
	Keys   []string // only profiles that concern these keys; empty: all

	Units         *Pace // read capacity
	Announcements *Pace
	MaxUnits      float64 // of a page; 0: as much as one request reads
	MaxItems      int     // of a page; 0: 1000

	// Save stores a checkpoint. Run continues only after it returns nil. If Save is
	// nil, no checkpoint is stored.
	Save func(Checkpoint) error
	// OnTrouble is called for each user who cannot be announced. It may be nil.
	OnTrouble func(Trouble)

	ids *events.Clock

	mu   sync.Mutex
	at   Checkpoint
	here Counts // of this run
}

// Run resumes from a checkpoint, with a goroutine per segment, until everything is
// announced. It returns the checkpoint as it was last saved, and the first error: that
// of ctx, the reader, the target or Save.
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

// step reads, announces and commits one page. done says that the segment has no more
// pages.
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
	delivered, err := w.deliver(ctx, &page)
	if err != nil {
		return false, err
	}
	w.report(delivered.Troubles) // after a crash they are reported twice, which is better than never
	return page.After == "", w.commit(segment, page.After, &delivered)
}

func (w *Walk) deliver(ctx context.Context, page *Page) (Delivered, error) {
	if w.Deliver != nil {
		return w.Deliver(ctx, page)
	}
	counts, troubles, err := w.announce(ctx, page)
	if err == nil {
		err = w.hopeless(counts, troubles)
	}
	return Delivered{Counts: counts, Troubles: troubles}, err
}

// Limits of a page: items, and read units. 256 units are the 1 MiB that DynamoDB reads
// in one request.
const (
	maxItems = 1000
	maxUnits = 256
)

// usual is the assumed cost of an item before the first page: 4 KB, more than most
// profiles have. Units that the first pages do not need are returned.
const usual = 1

// next returns the position of the next page, sized by the cost of items so far, and
// its expected cost.
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

// commit records that a whole page is delivered.
func (w *Walk) commit(segment int, after string, done *Delivered) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := w.at.clone()
	next.Segments[segment] = Segment{After: after, Done: after == ""}
	next.Counts.add(done.Counts)
	if done.Finish != nil {
		if err := done.Finish(&next); err != nil {
			return err
		}
	}
	if w.Save != nil {
		if err := w.Save(next); err != nil {
			return fmt.Errorf("keeping the checkpoint: %w", err)
		}
	}
	w.at = next
	w.here.add(done.Counts)
	return nil
}

func (w *Walk) report(troubles []Trouble) {
	if w.OnTrouble == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range troubles {
		w.OnTrouble(t)
	}
}

// tries is how many announcements may be refused while none is accepted. After that the
// walk concludes that the target refuses all of them, because of the caller and not of
// the profiles.
const tries = 20

func (w *Walk) hopeless(page Counts, troubles []Trouble) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if page.Refused == 0 || w.here.Announced+page.Announced > 0 || w.here.Refused+page.Refused < tries {
		return nil
	}
	return fmt.Errorf("the first %d announcements were all refused, and the rest would be too: %w", w.here.Refused+page.Refused, troubles[len(troubles)-1].Err)
}

// Progress returns how far the walk is, and what this run has done.
func (w *Walk) Progress() (at Checkpoint, here Counts) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at.clone(), w.here
}
