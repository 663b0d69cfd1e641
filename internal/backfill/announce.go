package backfill

import (
	"context"
	"errors"
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Target takes events, as eventbus.Bus and queue.Queue do. It returns one
// error per event, in order: nil where it took it, else an *events.SendError.
type Target interface {
	Send(ctx context.Context, envelopes []events.Envelope) []error
}

// Envelope is the announcement of a stored profile, ready to send. id is of the
// envelope, which a queue needs and a bus replaces by its own. The error is a
// *events.Refusal where no subscriber could read it.
func Envelope(p *events.Profile, id events.Stamp) (events.Envelope, error) {
	u := events.Snapshot(p)
	if err := u.Validate(); err != nil {
		return events.Envelope{}, err
	}
	return events.Envelope{
		ID: id.UUID(), Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.Fit(),
	}, nil
}

// concerns tells whether a profile is of interest to who follows these keys: it
// shows one, or unset one that is not forgotten yet, or everything was forgotten
// once: who has a copy from before must drop it. No keys: all are.
func concerns(p *events.Profile, keys []string) bool {
	if len(keys) == 0 || !p.Cleared.IsZero() {
		return true
	}
	for _, key := range keys {
		if _, ok := p.Entries[key]; ok {
			return true
		}
	}
	return false
}

// batch is how many announcements are paced and offered together: what one
// request takes.
const batch = 10

// announce offers a page's announcements until all of them are taken. Those
// that can never be are counted and told. Any other error ends it, and the page
// must be announced again.
func (w *Walk) announce(ctx context.Context, page *Page) (Counts, []Trouble, error) {
	counts := Counts{Items: int64(len(page.Profiles) + len(page.Troubles)), Units: page.Units, Unreadable: int64(len(page.Troubles))}
	troubles := page.Troubles
	var ready []events.Envelope
	var users []string
	for i := range page.Profiles {
		p := &page.Profiles[i]
		if !concerns(p, w.Keys) {
			counts.Skipped++
			continue
		}
		e, err := Envelope(p, w.ids.Next())
		if err != nil {
			counts.Unreadable++
			troubles = append(troubles, Trouble{p.UserID, err})
			continue
		}
		ready, users = append(ready, e), append(users, p.UserID)
	}
	for len(ready) > 0 {
		n := min(batch, len(ready))
		if err := w.Announcements.Take(ctx, float64(n)); err != nil {
			return counts, nil, err
		}
		refused, err := offer(ctx, w.Target, ready[:n], users[:n])
		if err != nil {
			return counts, nil, err
		}
		troubles = append(troubles, refused...)
		counts.Refused += int64(len(refused))
		counts.Announced += int64(n - len(refused))
		ready, users = ready[n:], users[n:]
	}
	return counts, troubles, nil
}

// offer sends a batch and returns what was rejected for good. The error is of
// the first announcement that may be taken later.
func offer(ctx context.Context, to Target, envelopes []events.Envelope, users []string) (rejected []Trouble, err error) {
	errs := to.Send(ctx, envelopes)
	if len(errs) != len(envelopes) {
		return nil, fmt.Errorf("%d answers to %d announcements", len(errs), len(envelopes))
	}
	for i, err := range errs {
		var failure *events.SendError
		switch {
		case err == nil:
		case errors.As(err, &failure) && failure.Outcome == events.Rejected:
			rejected = append(rejected, Trouble{users[i], err})
		default:
			return nil, fmt.Errorf("announcing %+q: %w", users[i], err)
		}
	}
	return rejected, nil
}
