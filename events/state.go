package events

import (
	"maps"
	"slices"
)

// An Entry is what one register of a key holds: a value, or a tombstone where
// Value is Unset, and the stamp of the change that said so.
type Entry struct {
	Value Value
	Stamp Stamp
}

// A State is the mergeable part of a profile: two registers per key, one for each
// Origin, and the fence below which everything is forgotten. A register holds the
// entry with the greatest stamp. The zero State is empty and ready for use.
//
// What was stated takes precedence, whatever the stamps. The inferred value of a
// key is visible while nothing is stated, if it is later than the last that was
// stated or unset. An inferred entry that is not later is dead: it is
// kept as a tombstone of its own stamp. So a stated set or unset also forgets the
// inference, and no earlier inference brings back what a person forgot.
//
// Apply and Merge are commutative, associative and idempotent, and an entry's
// stamp and the fence only ever grow. Entries below the fence are dropped at
// once, and dead inferences have no value, so two States that mean the same are
// equal.
type State struct {
	Cleared  Stamp
	Entries  map[string]Entry // what was stated
	Inferred map[string]Entry // what was inferred
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
	put := s.putStated
	if c.Origin == Inferred {
		put = s.putInferred
	}
	for key, value := range c.Preferences {
		put(key, Entry{Value: value, Stamp: c.ID})
	}
}

// Merge merges another State into s; other is left as it is.
func (s *State) Merge(other State) {
	s.raise(other.Cleared)
	for key, e := range other.Entries {
		s.putStated(key, e)
	}
	for key, e := range other.Inferred {
		s.putInferred(key, e)
	}
}

func (s *State) raise(fence Stamp) {
	if !fence.After(s.Cleared) {
		return
	}
	s.Cleared = fence
	below := func(_ string, e Entry) bool { return e.Stamp.Before(fence) }
	for _, register := range []*map[string]Entry{&s.Entries, &s.Inferred} {
		maps.DeleteFunc(*register, below)
		if len(*register) == 0 {
			*register = nil // one form only of a State without entries
		}
	}
}

// putStated puts an entry into the stated register of a key.
func (s *State) putStated(key string, e Entry) {
	if e.Stamp.Before(s.Cleared) || !e.Stamp.After(s.Entries[key].Stamp) {
		return
	}
	if s.Entries == nil {
		s.Entries = map[string]Entry{}
	}
	s.Entries[key] = e
	if inferred, ok := s.Inferred[key]; ok {
		s.Inferred[key] = inferred.below(e.Stamp)
	}
}

// putInferred puts an entry into the inferred register of a key.
func (s *State) putInferred(key string, e Entry) {
	if e.Stamp.Before(s.Cleared) || !e.Stamp.After(s.Inferred[key].Stamp) {
		return
	}
	if s.Inferred == nil {
		s.Inferred = map[string]Entry{}
	}
	s.Inferred[key] = e.below(s.Entries[key].Stamp)
}

// below is an inferred entry beside a stated one: dead, and so without its value, if
// its stamp is not greater.
func (e Entry) below(stated Stamp) Entry {
	if !e.Stamp.After(stated) {
		e.Value = Unset
	}
	return e
}

// Clone is a copy that shares nothing with s.
func (s *State) Clone() State {
	return State{Cleared: s.Cleared, Entries: maps.Clone(s.Entries), Inferred: maps.Clone(s.Inferred)}
}

// IsEmpty tells whether nothing was ever said.
func (s *State) IsEmpty() bool { return s.Cleared.IsZero() && s.Len() == 0 }

// Len is the number of registers that hold an entry: of both origins, tombstones
// included.
func (s *State) Len() int { return len(s.Entries) + len(s.Inferred) }

// Register holds the entries of one origin, by key. It is a part of s.
func (s *State) Register(o Origin) map[string]Entry {
	if o == Inferred {
		return s.Inferred
	}
	return s.Entries
}

// Visible are the preferences that count: no tombstones, nothing below the
// fence, and of each key what was stated, or else what was inferred. Never nil.
func (s *State) Visible() Preferences {
	p := make(Preferences, len(s.Entries))
	for key, e := range s.Entries {
		if e.Value != Unset && !e.Stamp.Before(s.Cleared) {
			p[key] = e.Value
		}
	}
	for key := range s.Inferred {
		if e, origin := s.Shown(key); origin == Inferred {
			p[key] = e.Value
		}
	}
	return p
}

// Shown is the entry whose value is visible under a key, and its origin. The zero
// Entry: nothing is visible.
func (s *State) Shown(key string) (Entry, Origin) {
	stated, inferred := s.Entries[key], s.Inferred[key]
	switch {
	case stated.Value != Unset && !stated.Stamp.Before(s.Cleared):
		return stated, Stated
	case inferred.Value != Unset && !inferred.Stamp.Before(s.Cleared) && inferred.Stamp.After(stated.Stamp):
		return inferred, Inferred
	}
	return Entry{}, Stated
}

// InferredKeys are the visible keys whose value was inferred, ascending. Never nil.
func (s *State) InferredKeys() []string {
	keys := []string{}
	for key := range s.Inferred {
		if e, origin := s.Shown(key); e.Value != Unset && origin == Inferred {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// AsOf is the greatest stamp in s: entries of both origins, tombstones and fence.
func (s *State) AsOf() Stamp {
	latest := s.Cleared
	for _, e := range s.Entries {
		if e.Stamp.After(latest) {
			latest = e.Stamp
		}
	}
	for _, e := range s.Inferred {
		if e.Stamp.After(latest) {
			latest = e.Stamp
		}
	}
	return latest
}

// Stamps are the distinct stamps in s, ascending.
func (s *State) Stamps() []Stamp {
	set := make(map[Stamp]struct{}, s.Len()+1)
	for _, e := range s.Entries {
		set[e.Stamp] = struct{}{}
	}
	for _, e := range s.Inferred {
		set[e.Stamp] = struct{}{}
	}
	if !s.Cleared.IsZero() {
		set[s.Cleared] = struct{}{}
	}
	return slices.SortedFunc(maps.Keys(set), Stamp.Compare)
}
