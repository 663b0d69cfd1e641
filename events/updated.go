package events

import "time"

// PreferencesUpdated announces a new revision of a profile. It carries no old
// values: an erasure must not leak what it erased.
type PreferencesUpdated struct {
	UserID string `json:"user_id"`
	// Revision is the profile's; PreviousRevision is the one that Changes start
	// from, 0 where there was no profile.
	Revision         int64 `json:"revision"`
	PreviousRevision int64 `json:"previous_revision"`
	// Changes is the merge patch from the visible profile at PreviousRevision
	// to this one; keys that disappeared are Unset. A key is there, too, where only
	// the origin of its value changed. It may be empty. Absent
	// only where Truncated says so.
	Changes Preferences `json:"changes"`
	// ChangedKeys are the keys of Changes, ascending; never left out.
	ChangedKeys []string `json:"changed_keys"`
	// Preferences is the whole visible profile. Absent where Truncated.
	Preferences Preferences `json:"preferences"`
	// InferredKeys are the keys of Preferences of which the value was inferred,
	// ascending; there even where Truncated.
	InferredKeys []string `json:"inferred_keys"`
	// Truncated: Preferences, and if need be Changes, are left out to stay
	// within MaxAnnouncementBytes. Read the profile over HTTP.
	Truncated bool `json:"truncated"`
	// Erased: the fence rose since PreviousRevision, whatever was set after.
	Erased bool `json:"erased"`
	// UpdatedAt is the profile's, to the millisecond.
	UpdatedAt time.Time `json:"updated_at"`
	// CausedBy are the stamps that are new in the profile, ascending.
	CausedBy []Stamp `json:"caused_by"`
	// AsOf is the greatest stamp in the profile.
	AsOf Stamp `json:"as_of"`
	// Snapshot marks a backfill or a resync: it applies at an equal revision too.
	Snapshot bool `json:"snapshot"`
	// Traceparent is that of the change with the greatest stamp of the last write
	// to the profile; empty where that change had none. A snapshot, and the
	// announcement of a profile that was deleted by hand, have none: no change
	// caused them.
	Traceparent string `json:"-"`
	// CatalogueVersion is the version of the catalogue of the republisher; 0: it has
	// none.
	CatalogueVersion int64 `json:"catalogue_version"`
}
