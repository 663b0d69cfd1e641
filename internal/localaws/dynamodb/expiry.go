package dynamodb

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// oldestExpiry is how far back a time to live may lie. DynamoDB treats older ones as
// mistakes and does not delete the item.
const oldestExpiry = 5 * 365 * 24 * time.Hour

// Identity says on whose behalf a record was made.
type Identity struct {
	Type        string // "Service"
	PrincipalID string // "dynamodb.amazonaws.com"
}

// expirer is the identity of removals by time to live.
var expirer = Identity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}

// expiry indexes the items of a table by the second in which they expire.
type expiry struct {
	due rows // keys are the second, big-endian, then the position of the item
}

func dueKey(second uint64, position string) string {
	return string(binary.BigEndian.AppendUint64(nil, second)) + position
}

// expiresAt returns the second in the item's TTL attribute, which must be a number.
func (t *Table) expiresAt(item Item) (uint64, bool) {
	v, ok := item[t.config.TTLAttribute]
	if !ok || v.Kind() != value.N {
		return 0, false
	}
	whole, _, _ := strings.Cut(v.Text(), ".")
	second, err := strconv.ParseUint(whole, 10, 63)
	return second, err == nil
}

func (e *expiry) update(t *Table, w *row) {
	if second, ok := t.expiresAt(w.item); ok {
		e.due.put(&row{key: dueKey(second, w.key)})
	}
}

func (e *expiry) forget(t *Table, w *row) {
	if second, ok := t.expiresAt(w.item); ok {
		e.due.remove(dueKey(second, w.key))
	}
}

// setTTL changes the attribute by which items expire; empty for none.
func (t *Table) setTTL(attribute string) {
	t.config.TTLAttribute, t.expiry = attribute, expiry{}
	t.rows.between("", endOfTable, false, func(w *row) bool {
		t.expiry.update(t, w)
		return true
	})
}

// ExpireBy deletes the expired items of all tables, see Table.ExpireBy, and returns how
// many there were.
func (s *Service) ExpireBy(now time.Time) int {
	n := 0
	for _, t := range s.sorted {
		n += t.ExpireBy(now)
	}
	return n
}

// NextExpiry returns when the next item of any table expires, see Table.NextExpiry.
func (s *Service) NextExpiry(after time.Time) (next time.Time, ok bool) {
	for _, t := range s.sorted {
		if at, due := t.NextExpiry(after); due && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// ExpireBy deletes the items whose time to live, in whole seconds, is not after now,
// and returns how many there were. Like DynamoDB, it ignores items that expired more
// than five years ago. Until it is called, expired items remain readable.
func (t *Table) ExpireBy(now time.Time) int {
	var due []string
	from := max(now.Add(-oldestExpiry).Unix(), 0)
	t.expiry.due.between(dueKey(uint64(from), ""), dueKey(uint64(max(now.Unix()+1, 0)), ""), false, func(d *row) bool {
		due = append(due, d.key[8:])
		return true
	})
	for _, position := range due {
		p := write{table: t, key: position, old: t.rows.get(position)}
		p.commit(&Identity{Type: expirer.Type, PrincipalID: expirer.PrincipalID})
	}
	return len(due)
}

// NextExpiry returns when the next item expires that had not expired at the given time,
// if there is one.
func (t *Table) NextExpiry(after time.Time) (next time.Time, ok bool) {
	from := dueKey(uint64(max(after.Unix()+1, 0)), "")
	t.expiry.due.between(from, dueKey(math.MaxUint64, ""), false, func(d *row) bool {
		// A time to live may exceed what time.Time holds, and then appears to be long
		// past. A driver must not wake for it repeatedly.
		next = time.Unix(int64(binary.BigEndian.Uint64([]byte(d.key[:8]))), 0).UTC()
		ok = next.After(after)
		return false
	})
	return next, ok
}
