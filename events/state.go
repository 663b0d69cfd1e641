package events

import (
	"maps"
	"slices"
)

// An Entry is what is known of one key: a value, or a tombstone where Value is
// Unset, and the stamp of the change that said so.
type Entry struct {
	Value Value
	Stamp Stamp
}

// A State is the mergeable part of a profile: per key the entry with the
// greatest stamp, and the fence below which everything is forgotten. The zero
// State is empty and ready for use.
//
// Apply and Merge are commutative, associative and idempotent, and an entry's
// stamp and the fence only ever grow. Entries below the fence are dropped at
// once, so two States that mean the same are equal.
type State struct {
	Cleared Stamp
	Entries map[string]Entry
}

// Fold is the State that a set of changes amounts to, in any order.
func Fold(changes ...PreferenceChange) State {
	var s State
	for i := range changes {
		s.Apply(&changes[i])
	}
	return s
}

// Apply merges one change into s.
func (s *State) Apply(c *PreferenceChange) {
	if c.Replace {
		s.raise(c.ID)
	}
	for key, value := range c.Preferences {
		s.put(key, Entry{Value: value, Stamp: c.ID})
	}
}

// Merge merges another State into s; other is left as it is.
func (s *State) Merge(other State) {
	s.raise(other.Cleared)
	for key, e := range other.Entries {
		s.put(key, e)
	}
}

func (s *State) raise(fence Stamp) {
	if !fence.After(s.Cleared) {
		return
	}
	s.Cleared = fence
	maps.DeleteFunc(s.Entries, func(_ string, e Entry) bool { return e.Stamp.Before(fence) })
	if len(s.Entries) == 0 {
		s.Entries = nil // one form only of a State without entries
	}
}

func (s *State) put(key string, e Entry) {
	if e.Stamp.Before(s.Cleared) || !e.Stamp.After(s.Entries[key].Stamp) {
		return
	}
	if s.Entries == nil {
		s.Entries = map[string]Entry{}
	}
	s.Entries[key] = e
}

// Clone is a copy that shares nothing with s.
func (s *State) Clone() State { return State{Cleared: s.Cleared, Entries: maps.Clone(s.Entries)} }

// IsEmpty tells whether nothing was ever said.
func (s *State) IsEmpty() bool { return s.Cleared.IsZero() && len(s.Entries) == 0 }

// Visible are the preferences that count: no tombstones, nothing below the
// fence. Never nil.
func (s *State) Visible() Preferences {
	p := make(Preferences, len(s.Entries))
	for key, e := range s.Entries {
		if e.Value != Unset && !e.Stamp.Before(s.Cleared) {
			p[key] = e.Value
		}
	}
	return p
}

// AsOf is the greatest stamp in s: entries, tombstones and fence.
func (s *State) AsOf() Stamp {
	latest := s.Cleared
	for _, e := range s.Entries {
		if e.Stamp.After(latest) {
			latest = e.Stamp
		}
	}
	return latest
}

// Stamps are the distinct stamps in s, ascending.
func (s *State) Stamps() []Stamp {
	set := make(map[Stamp]struct{}, len(s.Entries)+1)
	for _, e := range s.Entries {
		set[e.Stamp] = struct{}{}
	}
	if !s.Cleared.IsZero() {
		set[s.Cleared] = struct{}{}
	}
	return slices.SortedFunc(maps.Keys(set), Stamp.Compare)
}
