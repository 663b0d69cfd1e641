package events

import (
	"maps"
	"time"
)

// Limits of one profile, tombstones included.
const (
	MaxProfileKeys  = 1000
	MaxProfileBytes = 256 << 10 // see State.Bytes
)

// Retention is how long tombstones, and profiles in which nothing is visible,
// are kept. It is a day longer than the age of the oldest change that is
// accepted, so that nothing that was forgotten can come back.
const Retention = Horizon + 24*time.Hour

// Bytes is what an entry under this key counts toward MaxProfileBytes: the key,
// the value's JSON text and the 26 characters of the stamp.
func (e Entry) Bytes(key string) int { return len(key) + e.Value.Len() + 26 }

// Collectable tells whether the entry is a tombstone older than Retention,
// which may be removed at any time.
func (e Entry) Collectable(now time.Time) bool {
	return e.Value == Unset && e.Stamp.Time().Before(now.Add(-Retention))
}

// Bytes is the State's size as MaxProfileBytes counts it.
func (s *State) Bytes() int {
	n := 0
	for key, e := range s.Entries {
		n += e.Bytes(key)
	}
	return n
}

// CheckSize refuses a State over MaxProfileKeys or MaxProfileBytes with the
// code ProfileTooLarge.
func (s *State) CheckSize() error {
	if n := len(s.Entries); n > MaxProfileKeys {
		return refuse(ProfileTooLarge, "preferences", "the profile would have %d keys, unset ones included; at most %d are allowed", n, MaxProfileKeys)
	}
	if n := s.Bytes(); n > MaxProfileBytes {
		return refuse(ProfileTooLarge, "preferences", "the profile would be %d bytes; at most %d are allowed", n, MaxProfileBytes)
	}
	return nil
}

// CheckFit refuses what CheckSize would refuse after merging delta. It accepts
// a delta that would store nothing. Collectable entries do not count.
func (s *State) CheckFit(delta State, now time.Time) error {
	won := s.Winners(delta)
	if won.IsEmpty() {
		return nil
	}
	merged := s.Clone()
	merged.Merge(won)
	maps.DeleteFunc(merged.Entries, func(_ string, e Entry) bool { return e.Collectable(now) })
	return merged.CheckSize()
}
