package bulk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// A Load publishes the lines of a file. Set its fields once, then call Run.
type Load struct {
	// Read makes the changes of a line, each with an id. No changes and no error: the
	// line needs none. An *events.Refusal or a *LineError refuses the line. Any other
	// error ends the load.
	Read func(ctx context.Context, number int64, text []byte) ([]events.PreferenceChange, error)
	// Publish offers changes and returns one error each, in order: nil if the change was
	// accepted, else that of producers.Result.
	Publish func(ctx context.Context, changes []events.PreferenceChange) []error

	Pace *backfill.Pace // of changes; nil: no limit
	// Save stores a checkpoint after a batch, and at the end. The load continues only after
	// it returns nil. It may be nil.
	Save func(Checkpoint) error
	// SaveEvery is the least time between two checkpoints. Zero: one after each batch. What
	// was published since the last one is published again after a crash.
	SaveEvery time.Duration
	// OnRefused is called with each line that is not published, or not all of it.
	OnRefused func(number int64, err error)

	saved time.Time // the time of the last checkpoint
	mu    sync.Mutex
	at    Checkpoint
	here  Counts // of this run
}

// A LineError is the error of a line that must be mended. It has the text of its cause.
type LineError struct{ Err error }

// Error returns what is wrong with the line.
func (e *LineError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }

// batch is how many changes one request of a route takes. attempts and pauses bound how
// often a batch is offered while the route accepts nothing: some two minutes.
const (
	batch    = 10
	attempts = 10
	longest  = 1000 // lines of a pack, which may need no change
	minPause = 250 * time.Millisecond
	maxPause = 30 * time.Second
)

// Run resumes from a checkpoint until every line is done. The reader begins where the
// file does. It returns the last checkpoint, and the errors: ctx's, the reader's, the
// route's or Save's.
func (l *Load) Run(ctx context.Context, in io.Reader, from Checkpoint) (Checkpoint, error) {
	l.mu.Lock()
	l.at, l.here = from, Counts{}
	l.mu.Unlock()
	l.saved = time.Now()
	err := l.run(ctx, newLines(in), from.Line)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.SaveEvery > 0 { // else the last batch was saved, or could not be
		err = errors.Join(err, l.save(l.at))
	}
	return l.at, err
}

// Progress returns how far the load is, and what this run has done.
func (l *Load) Progress() (at Checkpoint, here Counts) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at, l.here
}

// An item is a change and the line that it comes from.
type item struct {
	line   int64
	change events.PreferenceChange
}

// A pack is what is committed together: whole lines.
type pack struct {
	items  []item
	counts Counts
}

func (l *Load) run(ctx context.Context, in *lines, done int64) error {
	var p pack
	for ctx.Err() == nil {
		text, err := in.next()
		switch {
		case errors.Is(err, io.EOF):
			return l.finish(ctx, &p, in)
		case err != nil && !errors.Is(err, errTooLong):
			return err
		case in.number <= done || err == nil && len(text) == 0:
			continue
		}
		if err := l.take(ctx, &p, in.number, text, err); err != nil {
			return err
		}
		if len(p.items) >= batch || p.counts.Lines >= longest {
			if err := l.finish(ctx, &p, in); err != nil {
				return err
			}
			p = pack{}
		}
	}
	return ctx.Err()
}

// take adds a line to the pack. bad is why it could not be read.
func (l *Load) take(ctx context.Context, p *pack, number int64, text []byte, bad error) error {
	var changes []events.PreferenceChange
	if bad == nil {
		changes, bad = l.Read(ctx, number, text)
		var refusal *events.Refusal
		var broken *LineError
		if bad != nil && !errors.As(bad, &refusal) && !errors.As(bad, &broken) {
			return fmt.Errorf("line %d: %w", number, bad)
		}
	}
	p.counts.Lines++
	switch {
	case bad != nil:
		p.counts.Refused++
		l.OnRefused(number, bad)
		return nil
	case len(changes) == 0:
		p.counts.Skipped++
	}
	for _, c := range changes {
		p.items = append(p.items, item{number, c})
	}
	return nil
}

// finish publishes a pack and commits its lines.
func (l *Load) finish(ctx context.Context, p *pack, in *lines) error {
	refused := map[int64]error{}
	for some := range slices.Chunk(p.items, batch) {
		if err := l.Pace.Take(ctx, float64(len(some))); err != nil {
			return err
		}
		published, err := l.publish(ctx, some, refused)
		p.counts.Published += published
		if err != nil {
			return err
		}
	}
	for _, number := range slices.Sorted(maps.Keys(refused)) {
		p.counts.Refused++
		l.OnRefused(number, refused[number])
	}
	return l.commit(p, in)
}

// publish offers changes until each is accepted or refused.
func (l *Load) publish(ctx context.Context, offered []item, refused map[int64]error) (published int64, err error) {
	for attempt := 1; ; attempt++ {
		errs := l.Publish(ctx, changesOf(offered))
		if len(errs) != len(offered) {
			return published, fmt.Errorf("%d answers to %d changes", len(errs), len(offered))
		}
		var again []item
		var last error
		for i, err := range errs {
			switch {
			case err == nil:
				published++
			case events.Retryable(err):
				again, last = append(again, offered[i]), err
			default:
				refused[offered[i].line] = err
			}
		}
		var sent *events.SendError
		if len(again) == 0 || ctx.Err() != nil || attempt == attempts || errors.As(last, &sent) && sent.Persistent {
			return published, cmp.Or(ctx.Err(), last)
		}
		if err := pause.For(ctx, min(maxPause, minPause<<(attempt-1))); err != nil {
			return published, err
		}
		offered = again
	}
}

func changesOf(items []item) []events.PreferenceChange {
	list := make([]events.PreferenceChange, 0, len(items))
	for _, i := range items {
		list = append(list, i.change)
	}
	return list
}

func (l *Load) commit(p *pack, in *lines) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.at
	next.Line, next.Bytes = in.number, in.offset
	next.Counts.add(p.counts)
	if time.Since(l.saved) >= l.SaveEvery {
		if err := l.save(next); err != nil {
			return err
		}
	}
	l.at = next
	l.here.add(p.counts)
	return nil
}

func (l *Load) save(c Checkpoint) error {
	if l.Save == nil {
		return nil
	}
	if err := l.Save(c); err != nil {
		return fmt.Errorf("keeping the checkpoint: %w", err)
	}
	l.saved = time.Now()
	return nil
}

func (c *Counts) add(d Counts) {
	c.Lines += d.Lines
	c.Published += d.Published
	c.Skipped += d.Skipped
	c.Refused += d.Refused
}
