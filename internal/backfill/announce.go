package backfill

import (
	"context"
	"errors"
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Target accepts events, as eventbus.Bus and queue.Queue do. It returns one error per
// event, in order: nil if it accepted the event, else an *events.SendError.
type Target interface {
	Send(ctx context.Context, envelopes []events.Envelope) []error
}

// Envelope returns the announcement of a stored profile, ready to send. id becomes the
// id of the envelope. A queue needs it, and a bus replaces it by its own. The error is
// an *events.Refusal if no subscriber could read the announcement.
func Envelope(p *events.Profile, id events.Stamp) (events.Envelope, error) {
	u := events.Snapshot(p)
	return envelope(&u, id)
}

func envelope(u *events.PreferencesUpdated, id events.Stamp) (events.Envelope, error) {
	if err := u.Validate(); err != nil {
		return events.Envelope{}, err
	}
	return events.Envelope{
		ID: id.UUID(), Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.Fit(),
	}, nil
}

// concerns tells whether a profile matters to a subscriber that follows these keys. It
// does if it has one of them, or a tombstone of one. It also does if the user was ever
// erased, because subscribers must drop copies from before. Without keys, every profile
// matters.
func concerns(p *events.Profile, keys []string) bool {
	if len(keys) == 0 || !p.Cleared.IsZero() {
		return true
	}
	for _, key := range keys {
		_, stated := p.Entries[key]
		if _, inferred := p.Inferred[key]; stated || inferred {
			return true
		}
	}
	return false
}

// batch is how many announcements are paced and sent together: as many as fit in one
// request.
const batch = 10

// announce sends a page's announcements until the target has accepted all of them. It
// counts and reports those that the target can never accept. Any other error ends it,
// and the page must be announced again.
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

// offer sends a batch and returns what was rejected permanently. The error belongs to
// the first announcement that the target may accept later.
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
