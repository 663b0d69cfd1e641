package events

import (
	"maps"
	"time"
)

// Limits of one profile, tombstones included. What was inferred has limits of its
// own, so that inferences cannot shut out what the person says.
const (
	MaxProfileKeys  = 1000
	MaxProfileBytes = 256 << 10 // of what was stated; see State.Bytes

	MaxInferredKeys  = 250
	MaxInferredBytes = 64 << 10
)

// Retention is how long tombstones, and profiles in which nothing is visible,
// are kept. It is a day longer than the age of the oldest change that is
// accepted, so that nothing that was forgotten can come back.
const Retention = Horizon + 24*time.Hour

// Bytes is what an entry under this key counts toward the limit of its origin: the key,
// the value's JSON text and the 26 characters of the stamp.
func (e Entry) Bytes(key string) int { return len(key) + e.Value.Len() + 26 }

// Collectable tells whether the entry is a tombstone older than Retention,
// which may be removed at any time.
func (e Entry) Collectable(now time.Time) bool {
	return e.Value == Unset && e.Stamp.Time().Before(now.Add(-Retention))
}

// Bytes is the size of what was stated, as MaxProfileBytes counts it.
func (s *State) Bytes() int { return bytesOf(s.Entries) }

// InferredBytes is the size of what was inferred, as MaxInferredBytes counts it.
func (s *State) InferredBytes() int { return bytesOf(s.Inferred) }

func bytesOf(register map[string]Entry) (n int) {
	for key, e := range register {
		n += e.Bytes(key)
	}
	return n
}

// CheckSize refuses a State over the limits of either origin with the code
// ProfileTooLarge.
func (s *State) CheckSize() error {
	if err := s.CheckSizeOf(Stated); err != nil {
		return err
	}
	return s.CheckSizeOf(Inferred)
}

// CheckSizeOf is CheckSize for one origin alone.
func (s *State) CheckSizeOf(o Origin) error {
	if o == Inferred {
		return s.checkInferred()
	}
	return s.checkStated()
}

func (s *State) checkStated() error {
	if n := len(s.Entries); n > MaxProfileKeys {
		return refuse(ProfileTooLarge, "preferences", "the profile would have %d keys, unset ones included; at most %d are allowed", n, MaxProfileKeys)
	}
	if n := s.Bytes(); n > MaxProfileBytes {
		return refuse(ProfileTooLarge, "preferences", "the profile would be %d bytes; at most %d are allowed", n, MaxProfileBytes)
	}
	return nil
}

func (s *State) checkInferred() error {
	if n := len(s.Inferred); n > MaxInferredKeys {
		return refuse(ProfileTooLarge, "preferences", "the profile would have %d inferred keys, unset ones included; at most %d are allowed", n, MaxInferredKeys)
	}
	if n := s.InferredBytes(); n > MaxInferredBytes {
		return refuse(ProfileTooLarge, "preferences", "the profile would have %d bytes that were inferred; at most %d are allowed", n, MaxInferredBytes)
	}
	return nil
}

// CheckFit refuses what CheckSize would refuse after merging delta. It looks at an origin
// only if the delta would store something there, so it accepts one that stores nothing.
// Collectable entries do not count.
func (s *State) CheckFit(delta State, now time.Time) error {
	won := s.Winners(delta)
	merged := s.Clone()
	merged.Merge(won)
	collectable := func(_ string, e Entry) bool { return e.Collectable(now) }
	maps.DeleteFunc(merged.Entries, collectable)
	maps.DeleteFunc(merged.Inferred, collectable)
	for _, origin := range [...]Origin{Stated, Inferred} {
		if len(won.Register(origin)) == 0 {
			continue
		}
		if err := merged.CheckSizeOf(origin); err != nil {
			return err
		}
	}
	return nil
}
