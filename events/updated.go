package events

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// MaxAnnouncementBytes bounds the JSON text of a PreferencesUpdated: 256 KiB
// less the room that the rest of its bus entry takes.
const MaxAnnouncementBytes = 256<<10 - 1<<10

// PreferencesUpdated announces a new revision of a profile. It carries no old
// values: an erasure must not leak what it erased.
type PreferencesUpdated struct {
	UserID string `json:"user_id"`
	// Revision is the profile's; PreviousRevision is the one that Changes start
	// from, 0 where there was no profile.
	Revision         int64 `json:"revision"`
	PreviousRevision int64 `json:"previous_revision"`
	// Changes is the merge patch from the visible profile at PreviousRevision
	// to this one; keys that disappeared are Unset. It may be empty. Absent
	// only where Truncated says so.
	Changes Preferences `json:"changes"`
	// ChangedKeys are the keys of Changes, ascending; never left out.
	ChangedKeys []string `json:"changed_keys"`
	// Preferences is the whole visible profile. Absent where Truncated.
	Preferences Preferences `json:"preferences"`
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
}

// Announce tells what led from one stored profile to a later one of the same
// user. Where the profile did not exist before, previous is the zero Profile.
func Announce(previous, next *Profile) PreferencesUpdated {
	before, after := previous.Visible(), next.Visible()
	changes := diff(before, after)
	return PreferencesUpdated{
		UserID: next.UserID, Revision: next.Revision, PreviousRevision: previous.Revision,
		Changes: changes, ChangedKeys: changes.Keys(), Preferences: after,
		Erased:    next.Cleared.After(previous.Cleared),
		UpdatedAt: next.UpdatedAt, CausedBy: newStamps(previous, next), AsOf: next.AsOf(),
	}
}

func diff(before, after Preferences) Preferences {
	changes := Preferences{}
	for key := range before {
		if _, still := after[key]; !still {
			changes[key] = Unset
		}
	}
	for key, value := range after {
		if before[key] != value {
			changes[key] = value
		}
	}
	return changes
}

func newStamps(previous, next *Profile) []Stamp {
	known := map[Stamp]bool{}
	for _, s := range previous.Stamps() {
		known[s] = true
	}
	fresh := []Stamp{}
	for _, s := range next.Stamps() {
		if !known[s] {
			fresh = append(fresh, s)
		}
	}
	return fresh
}

// Fit leaves out Preferences, and then Changes, until the JSON text is within
// MaxAnnouncementBytes, and returns that text. What remains always fits: its
// size is bounded by MaxProfileKeys.
func (u *PreferencesUpdated) Fit() []byte {
	text := u.AppendJSON(nil)
	if len(text) > MaxAnnouncementBytes {
		u.Truncated, u.Preferences = true, nil
		text = u.AppendJSON(nil)
	}
	if len(text) > MaxAnnouncementBytes {
		u.Changes = nil
		text = u.AppendJSON(nil)
	}
	return text
}

// AppendJSON appends the detail as it travels.
func (u *PreferencesUpdated) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"version":1,"user_id":`...), u.UserID)
	b = strconv.AppendInt(append(b, `,"revision":`...), u.Revision, 10)
	b = strconv.AppendInt(append(b, `,"previous_revision":`...), u.PreviousRevision, 10)
	if u.Changes != nil {
		b = u.Changes.AppendJSON(append(b, `,"changes":`...))
	}
	b = appendStrings(append(b, `,"changed_keys":`...), u.ChangedKeys)
	if u.Preferences != nil {
		b = u.Preferences.AppendJSON(append(b, `,"preferences":`...))
	}
	b = strconv.AppendBool(append(b, `,"truncated":`...), u.Truncated)
	b = strconv.AppendBool(append(b, `,"erased":`...), u.Erased)
	b = appendString(append(b, `,"updated_at":`...), FormatTime(u.UpdatedAt))
	b = append(b, `,"caused_by":[`...)
	for i, s := range u.CausedBy {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s.String())
	}
	b = appendString(append(b, `],"as_of":`...), u.AsOf.String())
	b = strconv.AppendBool(append(b, `,"snapshot":`...), u.Snapshot)
	return append(b, '}')
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// MarshalJSON returns what AppendJSON appends.
func (u PreferencesUpdated) MarshalJSON() ([]byte, error) { return u.AppendJSON(nil), nil }

// UnmarshalJSON reads a detail. Unknown fields are ignored; a version other
// than 1, or a field of the wrong type, is a *Refusal.
func (u *PreferencesUpdated) UnmarshalJSON(detail []byte) error {
	fields, err := readObject(detail, "")
	if err != nil {
		return err
	}
	if err := checkVersion(fields["version"]); err != nil {
		return err
	}
	type plain PreferencesUpdated // without this method
	var p plain
	if err := json.Unmarshal(detail, &p); err != nil {
		return refuse(Malformed, fieldOf(err), "has the wrong type")
	}
	if err := validateUserID(p.UserID); err != nil {
		return err
	}
	*u = PreferencesUpdated(p)
	return nil
}

// FormatTime writes a time as this contract does: RFC 3339, UTC, milliseconds.
func FormatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
