package subscriber

import (
	"context"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Copy is what a subscriber keeps of one user. The zero Copy: nothing yet.
type Copy struct {
	UserID string
	// Revision is that of the profile of which this is a copy. It outlives the
	// values: without it a late announcement would bring back what was erased.
	Revision int64
	// Preferences are the followed ones that are visible at Revision.
	Preferences events.Preferences
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
// of two, for each would take the other's revisions for its own. It must be safe
// for concurrent use, by several processes where there are several.
type Store interface {
	// Load returns the copy that was saved last, and the zero Copy where there
	// is none. It must see every Save that has returned.
	Load(ctx context.Context, userID string) (Copy, error)

	// Save stores c in one step with asking c.Replaces, and tells whether it
	// did. Nothing of an earlier copy remains. After an error it may have been
	// stored; saving it again does no harm.
	Save(ctx context.Context, c Copy, snapshot bool) (saved bool, err error)
}
