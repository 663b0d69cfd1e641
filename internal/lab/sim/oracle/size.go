package oracle

import (
	"maps"
	"time"
)

// The contract's limits on a profile, unset keys included.
const (
	maxProfileKeys   = 1000
	maxProfileBytes  = 256 << 10
	maxInferredKeys  = 250
	maxInferredBytes = 64 << 10
	stampBytes       = 26
)

// with returns the image with a change applied, without what the change hides.
func (i *Image) with(c *Change) *Image {
	next := &Image{Entries: map[string]Entry{}}
	if i != nil {
		next.Cleared = i.Cleared
		for key, e := range i.Entries {
			next.Entries[key] = e
		}
	}
	if c.Replace {
		next.Cleared = max(next.Cleared, c.Stamp)
	}
	for key, value := range c.Set {
		if value == "null" {
			value = ""
		}
		if register := c.register(key); c.Stamp > next.Entries[register].Stamp {
			next.Entries[register] = Entry{value, c.Stamp}
		}
	}
	for key, e := range next.Entries {
		if e.Stamp < next.Cleared {
			delete(next.Entries, key)
		}
	}
	for register, e := range next.Entries {
		if next.dead(register) {
			next.Entries[register] = Entry{"", e.Stamp}
		}
	}
	return next
}

// overflows tells whether the profile would be too large with a change, of which
// something would be stored. What counts is the origin of the change alone. Entries that
// a writer may collect do not count.
func (i *Image) overflows(c *Change, now time.Time) bool {
	next := i.with(c)
	stored := next.Cleared == c.Stamp
	for _, e := range next.Entries {
		stored = stored || e.Stamp == c.Stamp
	}
	maps.DeleteFunc(next.Entries, func(_ string, e Entry) bool {
		return e.Value == "" && now.Sub(timeOf(e.Stamp)) > horizon+24*time.Hour
	})
	return stored && next.tooLarge(c.Inferred)
}

// tooLarge tells whether an image exceeds the contract's limits of one origin.
func (i *Image) tooLarge(inferred bool) bool {
	bytes, keys := 0, 0
	for register, e := range i.Entries {
		key, of := keyOf(register)
		if of != inferred || e.Stamp < i.Cleared { // hidden entries will be removed
			continue
		}
		if i.dead(register) {
			e.Value = "" // will be removed, too
		}
		bytes += len(key) + len(e.Value) + stampBytes
		keys++
	}
	if inferred {
		return bytes > maxInferredBytes || keys > maxInferredKeys
	}
	return bytes > maxProfileBytes || keys > maxProfileKeys
}
