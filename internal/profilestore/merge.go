package profilestore

import (
	"context"
	"errors"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// maxTries bounds how often one write of a Merge is tried against others that
// get in between. After each failure at least one other writer has got on.
const maxTries = 10

// A Result is what Merge did.
type Result struct {
	// Profile is the stored one as last seen: after the write, or where there
	// was nothing to write, as it was.
	Profile events.Profile
	// Stored is what of the delta this call stored, under a new revision or
	// several. The rest was there already or is superseded.
	Stored events.State
	// Retries counts the writes that were tried again because their condition failed:
	// another writer had changed the item, or a part of the delta was superseded.
	Retries int
	// Requests counts what DynamoDB was asked, without the SDK's own retries.
	Requests int
}

// Changed tells whether a revision was made.
func (r *Result) Changed() bool { return !r.Stored.IsEmpty() }

// Merge merges changes, folded into a State, into the stored profile of a user.
//
// The error is a *events.Refusal with the code ProfileTooLarge where the
// profile would exceed its limits. It is an *Error, ErrContended or the
// context's error where trying again later may help. Otherwise it wraps
// *item.MalformedError. After every error but a Refusal the delta may be stored
// or not, and merging it again is right. A delta of at most
// events.MaxChangeKeys entries, of both origins together, is stored whole or not at all. A wider one is
// stored in parts, ascending by stamp and without splitting the entries of one
// stamp, so that a Refusal may come after a part was stored.
//
// An empty delta costs no request and returns the zero Result.
func (s *Store) Merge(ctx context.Context, userID string, delta events.State) (Result, error) {
	return s.MergeTraced(ctx, userID, delta, nil)
}

// MergeTraced is Merge of changes of which some have a traceparent. Each write
// that makes a revision stores the one of its greatest stamp, or takes the one
// off that is there. A write that makes none leaves it alone.
func (s *Store) MergeTraced(ctx context.Context, userID string, delta events.State, traces events.Traces) (Result, error) {
	m := merge{store: s, userID: userID, traces: traces}
	for _, part := range split(delta) {
		if err := m.part(ctx, part); err != nil {
			return m.result, err
		}
	}
	return m.result, nil
}

// A merge is one call of Merge under way.
type merge struct {
	store  *Store
	userID string
	traces events.Traces
	result Result
}

func (m *merge) part(ctx context.Context, delta events.State) error {
	seen, landed, err := m.write(ctx, delta)
	if err != nil {
		return err
	}
	m.saw(&seen)
	_, err = m.tidy(ctx, seen, landed)
	return err
}

func (m *merge) stored(delta events.State) {
	if m.result.Stored.IsEmpty() {
		m.result.Stored = delta // nearly always the only one
		return
	}
	both := m.result.Stored.Clone()
	both.Merge(delta)
	m.result.Stored = both
}

func (m *merge) saw(seen *item.Stored) {
	m.result.Profile = seen.Profile
	m.result.Profile.UserID = m.userID
}

// write writes the delta, or what wins of it, and returns the item after the
// write. landed is false where nothing wins: then the item is as it was found.
func (m *merge) write(ctx context.Context, delta events.State) (seen item.Stored, landed bool, err error) {
	known, again := false, false
	for range maxTries {
		u, err := m.upsert(delta, &seen, known)
		if errors.Is(err, errLookFirst) {
			m.result.Requests++
			if seen, err = m.store.read(ctx, m.userID, true); err != nil {
				return seen, false, err
			}
			if delta = seen.Winners(delta); delta.IsEmpty() {
				return seen, false, nil
			}
			known = true
			u, err = m.upsert(delta, &seen, known)
		}
		if errors.Is(err, errCollectFirst) {
			if seen, err = m.tidy(ctx, seen, true); err == nil {
				u, err = m.upsert(delta, &seen, known)
			}
		}
		if err != nil {
			return seen, false, err
		}
		last := seen
		if again {
			m.result.Retries++
		}
		seen, landed, err = m.send(ctx, u)
		again = err == nil && !landed
		if tooLarge(err) {
			seen, err = m.makeRoom(ctx, &last)
		}
		if landed {
			m.stored(delta)
		}
		if err != nil || landed {
			return seen, landed, err
		}
		known = true
		if delta = seen.Winners(delta); delta.IsEmpty() {
			return seen, false, nil
		}
	}
	return seen, false, ErrContended
}

// send returns the item after the update, or, where its condition failed
// (landed is false), as it was.
func (m *merge) send(ctx context.Context, u *update) (seen item.Stored, landed bool, err error) {
	m.result.Requests++
	out, err := m.store.client.UpdateItem(ctx, u.input(m.store.table, m.userID))
	if old, failed := refusedBy(err); failed {
		seen, err = decode(old)
		return seen, false, err
	}
	if err != nil {
		return seen, false, &Error{Operation: "UpdateItem", Err: err}
	}
	seen, err = decode(out.Attributes)
	return seen, true, err
}

// makeRoom removes what an interrupted removal left in an item that has become
// too large for DynamoDB. Where nothing is left over, another writer may have
// removed it since. The item is certainly too large only where it is still the
// one that the last write was based on.
func (m *merge) makeRoom(ctx context.Context, last *item.Stored) (item.Stored, error) {
	m.result.Requests++
	seen, err := m.store.read(ctx, m.userID, true)
	switch {
	case err != nil:
		return seen, err
	case seen.Untidy():
		return m.tidy(ctx, seen, false)
	case last.Exists() && last.Revision == seen.Revision && !last.Untidy():
		return seen, &events.Refusal{
			Code: events.ProfileTooLarge, Field: "preferences",
			Rule: "the profile would exceed the 400 KB that DynamoDB takes as one item",
		}
	}
	return seen, nil
}
