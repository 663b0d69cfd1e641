package subscriber

import (
	"context"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Copy is what a subscriber keeps of one user. The zero Copy: nothing yet.
type Copy struct {
	UserID string
	// Revision is that of the copied profile. It outlives the values: without
	// it a late announcement would bring back what was erased.
	Revision int64
	// Preferences are the followed ones that are visible at Revision.
	Preferences events.Preferences
	// InferredKeys are those of Preferences of which the value was inferred by a bot, and
	// not stated by the person; ascending, nil where there are none.
	InferredKeys []string
	// Stale: the announcement of Revision was truncated and nothing has filled it
	// in, so that Preferences is empty. Read the profile over HTTP.
	Stale bool
	// UpdatedAt and AsOf are the profile's. Let a producer's events.Clock observe
	// AsOf, so that what it says next counts as later than what it saw.
	UpdatedAt time.Time
	AsOf      events.Stamp
}

// Replaces is the rule of subscribers: whether c takes the place of what is
// stored. What is not greater is dropped; at an equal revision a snapshot counts,
// and so does anything whole where the stored copy is stale. A stale copy never
// replaces another of its revision.
func (c *Copy) Replaces(stored *Copy, snapshot bool) bool {
	if c.Revision != stored.Revision {
		return c.Revision > stored.Revision
	}
	return !c.Stale && (snapshot || stored.Stale)
}

// A Store keeps the copies of one Projection, or the revisions of one Guard: not
// of two, for each would take the other's revisions for its own. Both methods may
// be called at the same time, also for the same user, and by every process that
// the Store has. Package storetest holds a Store to all that is said here.
type Store interface {
	// Load returns the copy that was saved last, and the zero Copy where there
	// is none. It must see every Save that has returned.
	Load(ctx context.Context, userID string) (Copy, error)

	// Save stores c if c.Replaces the stored copy of c.UserID, and tells whether
	// it did. It replaces the whole copy: nothing of the earlier one remains.
	//
	// Comparing and storing are one atomic step. Of Saves at the same time, it is
	// as if one came after the other, so the greatest revision stays. A Load
	// followed by a write is not enough: another Save can come in between.
	//
	// A copy that does not replace the stored one is no error: saved is false, and
	// nothing has changed. An error means that c may have been stored or not. The
	// announcement is then redelivered, and saving the same copy once more does no
	// harm. The text of an error is logged: it must not show a preference's value.
	Save(ctx context.Context, c Copy, snapshot bool) (saved bool, err error)
}
