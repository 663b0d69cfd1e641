package events

import "slices"

// Winners are the parts of a delta that merging would store in s. An inference that
// s makes dead is one of them, as a tombstone.
func (s *State) Winners(delta State) State {
	won := State{Entries: map[string]Entry{}}
	if delta.Cleared.After(s.Cleared) {
		won.Cleared = delta.Cleared
	}
	for key, e := range delta.Entries {
		if !e.Stamp.Before(s.Cleared) && e.Stamp.After(s.Entries[key].Stamp) {
			won.Entries[key] = e
		}
	}
	for key, e := range delta.Inferred {
		if !e.Stamp.Before(s.Cleared) && e.Stamp.After(s.Inferred[key].Stamp) {
			if won.Inferred == nil {
				won.Inferred = map[string]Entry{}
			}
			won.Inferred[key] = e.below(s.Entries[key].Stamp)
		}
	}
	return won
}

// Reflects tells whether a change is in s or superseded. It is if the fence is above
// it, or if each of its keys has at least its stamp in the register of its origin.
// An inference that is reflected need not be visible.
func (s *State) Reflects(c *PreferenceChange) bool {
	if s.Cleared.After(c.ID) {
		return true
	}
	if c.Replace && s.Cleared.Before(c.ID) {
		return false
	}
	register := s.Register(c.Origin)
	for key := range c.Preferences {
		if register[key].Stamp.Before(c.ID) {
			return false
		}
	}
	return true
}

// Superseded are the keys of a change, ascending, that s does not show as the
// change said. A key that the change set is one if another change is visible, or
// another value under a stamp that was used twice. A key that the change unset is
// one if something is visible. It is meant for a State that Reflects
// the change; nil: the whole change took effect.
func (s *State) Superseded(c *PreferenceChange) []string {
	var keys []string
	for key, value := range c.Preferences {
		e, origin := s.Shown(key)
		said := e.Stamp == c.ID && origin == c.Origin
		if value == Unset && e.Value != Unset || value != Unset && (!said || e.Value != value) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
