package history

import (
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Kept is how long a change or an announcement is kept, from when its queue took it.
const Kept = 30 * 24 * time.Hour

// A Change is an accepted change as the bus carried it.
type Change struct {
	ID         events.Stamp
	Said       *events.PreferenceChange // nil: it was erased
	Source     string                   // the bot; empty where it was erased
	ReceivedAt time.Time                // when the history's queue first took it
	Envelopes  []string                 // ids of the events that carried it; two or more: it was sent again
}

// Duplicates is how often the change was sent again.
func (c *Change) Duplicates() int { return max(0, len(c.Envelopes)-1) }

// A Refusal is a change that the contract refuses. What it said is not kept.
type Refusal struct {
	At         events.Stamp // the change's id; without a readable one, derived as DecodeChange does
	HasID      bool         // At is the change's own id
	Code       events.Code
	Field      string // empty: the whole change, or erased
	Source     string // the bot; empty where it was erased
	ReceivedAt time.Time
}

// An Announcement is what a PreferencesUpdated said, without any value.
type Announcement struct {
	Revision, PreviousRevision int64
	UpdatedAt                  time.Time
	CausedBy                   []events.Stamp
	ChangedKeys                []string // nil: none, or erased
	Erased, Truncated          bool
}

// AnnouncementOf takes from an announcement what is kept of it. The keys of one that
// tells of an erasure are only those that have a value after it: the others would name
// what was erased.
func AnnouncementOf(u *events.PreferencesUpdated) Announcement {
	keys := u.ChangedKeys
	if u.Erased {
		keys = nil
		for _, key := range u.Changes.Keys() {
			if u.Changes[key] != events.Unset {
				keys = append(keys, key)
			}
		}
	}
	return Announcement{
		Revision: u.Revision, PreviousRevision: u.PreviousRevision, UpdatedAt: u.UpdatedAt,
		CausedBy: u.CausedBy, ChangedKeys: keys, Erased: u.Erased, Truncated: u.Truncated,
	}
}

// A Mark says what of a user is erased. The zero Mark: nothing.
type Mark struct {
	Cleared  events.Stamp // changes with a lower id are erased
	Revision int64        // so are announcements of a lower revision
}

// IsZero tells whether nothing is erased.
func (m Mark) IsZero() bool { return m == Mark{} }

// Raise makes m cover what another Mark covers.
func (m *Mark) Raise(other Mark) {
	if other.Cleared.After(m.Cleared) {
		m.Cleared = other.Cleared
	}
	m.Revision = max(m.Revision, other.Revision)
}

// Above is the least stamp that is greater than s: a fence there erases s too. The
// greatest stamp has none; it stays.
func Above(s events.Stamp) events.Stamp {
	next := s
	for i := len(next) - 1; i >= 0; i-- {
		if next[i]++; next[i] != 0 {
			return next
		}
	}
	return s
}

// A Batch is what one delivery brought of one user.
type Batch struct {
	Changes       []Change
	Refusals      []Refusal
	Announcements []Announcement

	// Forget is what these erase of the user.
	Forget Mark
}

// A User is what is kept of a user, each list in ascending order of its stamps or
// revisions.
type User struct {
	UserID        string
	Changes       []Change
	Refusals      []Refusal
	Announcements []Announcement
	Erased        Mark
}
