package events

import "time"

// MaxAnnouncementBytes bounds the JSON text of a PreferencesUpdated: 256 KiB
// less the room that the rest of its bus entry takes.
const MaxAnnouncementBytes = 256<<10 - 1<<10

// Announce tells what led from one stored profile to a later one of the same
// user. Where the profile did not exist before, previous is the zero Profile.
func Announce(previous, next *Profile) PreferencesUpdated {
	after := next.Visible()
	changes := diff(&previous.State, &next.State)
	return PreferencesUpdated{
		UserID: next.UserID, Revision: next.Revision, PreviousRevision: previous.Revision,
		Changes: changes, ChangedKeys: changes.Keys(), Preferences: after, InferredKeys: next.InferredKeys(),
		Erased:    next.Cleared.After(previous.Cleared),
		UpdatedAt: next.UpdatedAt, CausedBy: newStamps(previous, next), AsOf: next.AsOf(),
		Traceparent: next.Traceparent,
	}
}

// AnnounceRemoval tells that somebody deleted a profile in the table at a time,
// without a change that says so: everything that was visible at previous is
// gone. Its revision is one more than that of the removed profile, which may be
// previous itself.
func AnnounceRemoval(previous, removed *Profile, at time.Time) PreferencesUpdated {
	changes := diff(&previous.State, &State{})
	return PreferencesUpdated{
		UserID: removed.UserID, Revision: removed.Revision + 1, PreviousRevision: previous.Revision,
		Changes: changes, ChangedKeys: changes.Keys(), Preferences: Preferences{}, InferredKeys: []string{},
		Erased: true, UpdatedAt: at, CausedBy: []Stamp{}, AsOf: removed.AsOf(),
	}
}

// Snapshot announces a stored profile as it is, from nothing: for a subscriber
// that came late, and for an announcement that was lost. ChangedKeys are
// therefore the visible keys, and Erased tells whether the profile has a fence.
// It applies at an equal revision too. It carries no traceparent: the trace of
// the profile's last change may be months old, and did not cause it.
func Snapshot(p *Profile) PreferencesUpdated {
	u := Announce(&Profile{UserID: p.UserID}, p)
	u.Snapshot, u.Traceparent = true, ""
	return u
}

// diff is what changed for those who see only what is visible: values, and origins.
func diff(before, after *State) Preferences {
	changes := Preferences{}
	for _, keys := range []map[string]Entry{before.Entries, before.Inferred, after.Entries, after.Inferred} {
		for key := range keys {
			was, from := before.Shown(key)
			is, by := after.Shown(key)
			if was.Value != is.Value || from != by {
				changes[key] = is.Value
			}
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
	text := forQueues(u.AppendJSON(nil))
	if len(text) > MaxAnnouncementBytes {
		u.Truncated, u.Preferences = true, nil
		text = forQueues(u.AppendJSON(nil))
	}
	if len(text) > MaxAnnouncementBytes {
		u.Changes = nil
		text = forQueues(u.AppendJSON(nil))
	}
	return text
}
