package workload

import "github.com/bot-preferences/bot-preferences/internal/profilestore/item"

// Sizes of the parts of an item that are not names and values of preferences. Source:
// DynamoDB Developer Guide, "Item sizes and formats".
const (
	stampBytes = 26
	entryBytes = 3 + 1 + len(item.Value) + 1 + len(item.Stamp) + stampBytes // a map and its two members
	timeBytes  = len("2026-03-01T12:00:00.000Z")
	userBytes  = len("tg:000000000")
	// A number takes one byte for every two digits, and one more.
	revisionBytes = 8
	weightBytes   = 3
)

// itemBytes returns the size of a stored profile in which one key still has an empty
// text.
func (w Workload) itemBytes(empty string) int {
	n := len(item.UserID) + userBytes + len(item.Revision) + revisionBytes + len(item.UpdatedAt) + timeBytes + len(item.WeightSum) + weightBytes
	n += len(item.Preference(empty)) + entryBytes
	for _, key := range changing {
		n += len(item.Preference(key)) + entryBytes + w.ValueBytes
	}
	return n
}
