package workload

import "github.com/bot-preferences/bot-preferences/internal/profilestore/item"

// Sizes of what an item holds beside its preferences' names and values.
// Specification: "Item sizes and formats" of DynamoDB's Developer Guide.
const (
	stampBytes = 26
	entryBytes = 3 + 1 + len(item.Value) + 1 + len(item.Stamp) + stampBytes // a map and its two members
	timeBytes  = len("2026-03-01T12:00:00.000Z")
	userBytes  = len("tg:000000000")
	// A number has a byte for two digits, and one more.
	revisionBytes = 8
	weightBytes   = 3
)

// itemBytes is the size of a stored profile in which one key has no text yet.
func (w Workload) itemBytes(empty string) int {
	n := len(item.UserID) + userBytes + len(item.Revision) + revisionBytes + len(item.UpdatedAt) + timeBytes + len(item.WeightSum) + weightBytes
	n += len(item.Preference(empty)) + entryBytes
	for _, key := range changing {
		n += len(item.Preference(key)) + entryBytes + w.ValueBytes
	}
	return n
}
