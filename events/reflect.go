package events

import "slices"

// Winners are the parts of a delta that merging would store in s.
func (s *State) Winners(delta State) State {
	var won State
	if delta.Cleared.After(s.Cleared) {
		won.Cleared = delta.Cleared
	}
	won.Entries = map[string]Entry{}
	for key, e := range delta.Entries {
		if !e.Stamp.Before(s.Cleared) && e.Stamp.After(s.Entries[key].Stamp) {
			won.Entries[key] = e
		}
	}
	return won
}

// Reflects tells whether a change is visible in s or superseded: the stored
// stamp of every key is at least the change's, or the fence is above it.
func (s *State) Reflects(c *PreferenceChange) bool {
	if s.Cleared.After(c.ID) {
		return true
	}
	if c.Replace && s.Cleared.Before(c.ID) {
		return false
	}
	for key := range c.Preferences {
		if s.Entries[key].Stamp.Before(c.ID) {
			return false
		}
	}
	return true
}

// Superseded are the keys of a change, ascending, that s does not show as the
// change said. A key that the change set is one if it holds another stamp, or
// another value under a stamp that was used twice. A key that the change unset is
// one if it is visible. It is meant for a State that Reflects
// the change; nil: the whole change took effect.
func (s *State) Superseded(c *PreferenceChange) []string {
	var keys []string
	for key, value := range c.Preferences {
		e := s.Entries[key]
		visible := e.Value != Unset && !e.Stamp.Before(s.Cleared)
		if value == Unset && visible || value != Unset && (!visible || e.Stamp != c.ID || e.Value != value) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
