package profilestore

import (
	"maps"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
)

// split cuts a delta into parts of at most maxKeys entries, ascending by stamp,
// the fence in the first. Entries of one stamp are one change and stay together
// (more than maxKeys of them cannot be one change, and are cut).
func split(delta events.State) []events.State {
	d := delta
	if !aboveFence(&delta) {
		d = events.State{}
		d.Merge(delta)
	}
	if d.IsEmpty() {
		return nil
	}
	if len(d.Entries) <= maxKeys {
		return []events.State{d}
	}
	parts := []events.State{{Cleared: d.Cleared, Entries: map[string]events.Entry{}}}
	for _, keys := range byStamp(d.Entries) {
		for chunk := range slices.Chunk(keys, maxKeys) {
			last := &parts[len(parts)-1]
			if len(last.Entries)+len(chunk) > maxKeys {
				parts = append(parts, events.State{Entries: map[string]events.Entry{}})
				last = &parts[len(parts)-1]
			}
			for _, key := range chunk {
				last.Entries[key] = d.Entries[key]
			}
		}
	}
	return parts
}

// aboveFence tells whether every entry has a stamp that is not below the delta's
// own fence. Merging such a delta into an empty State would only copy it.
func aboveFence(delta *events.State) bool {
	for _, e := range delta.Entries {
		if e.Stamp.IsZero() || e.Stamp.Before(delta.Cleared) {
			return false
		}
	}
	return true
}

// byStamp groups keys by their stamps, ascending.
func byStamp(entries map[string]events.Entry) [][]string {
	groups := map[events.Stamp][]string{}
	for _, key := range sortedKeys(entries) {
		groups[entries[key].Stamp] = append(groups[entries[key].Stamp], key)
	}
	var ordered [][]string
	for _, stamp := range slices.SortedFunc(maps.Keys(groups), events.Stamp.Compare) {
		ordered = append(ordered, groups[stamp])
	}
	return ordered
}
