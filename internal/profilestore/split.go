package profilestore

import (
	"maps"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
)

// split cuts a delta into parts of at most maxRegisters entries of both origins,
// ascending by stamp, the fence in the first. Entries of one stamp are one change and stay together
// (more than maxRegisters of them cannot be one change, and are cut).
func split(delta events.State) []events.State {
	d := delta
	if !inOneForm(&delta) {
		d = events.State{}
		d.Merge(delta)
	}
	if d.IsEmpty() {
		return nil
	}
	if d.Len() <= maxRegisters {
		return []events.State{d}
	}
	parts := []events.State{{Cleared: d.Cleared, Entries: map[string]events.Entry{}}}
	for _, group := range byStamp(&d) {
		for chunk := range slices.Chunk(group, maxRegisters) {
			last := &parts[len(parts)-1]
			if last.Len()+len(chunk) > maxRegisters {
				parts = append(parts, events.State{Entries: map[string]events.Entry{}})
				last = &parts[len(parts)-1]
			}
			for _, r := range chunk {
				if r.origin == events.Inferred && last.Inferred == nil {
					last.Inferred = map[string]events.Entry{}
				}
				last.Register(r.origin)[r.key] = d.Register(r.origin)[r.key]
			}
		}
	}
	return parts
}

// inOneForm tells whether every entry has a stamp that is not below the delta's own
// fence, and no dead inference has a value. Merging such a delta into an empty State
// would only copy it.
func inOneForm(delta *events.State) bool {
	for _, e := range delta.Entries {
		if e.Stamp.IsZero() || e.Stamp.Before(delta.Cleared) {
			return false
		}
	}
	for key, e := range delta.Inferred {
		dead := e.Value != events.Unset && !e.Stamp.After(delta.Entries[key].Stamp)
		if e.Stamp.IsZero() || e.Stamp.Before(delta.Cleared) || dead {
			return false
		}
	}
	return true
}

// A register is one of a key's two.
type register struct {
	origin events.Origin
	key    string
}

// byStamp groups the registers of a delta by their stamps, ascending.
func byStamp(delta *events.State) [][]register {
	groups := map[events.Stamp][]register{}
	for _, origin := range origins {
		entries := delta.Register(origin)
		for _, key := range sortedKeys(entries) {
			groups[entries[key].Stamp] = append(groups[entries[key].Stamp], register{origin, key})
		}
	}
	var ordered [][]register
	for _, stamp := range slices.SortedFunc(maps.Keys(groups), events.Stamp.Compare) {
		ordered = append(ordered, groups[stamp])
	}
	return ordered
}
