package dynamodb

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Limits of key attributes, in bytes.
const (
	maxHashKey  = 2048
	maxRangeKey = 1024
)

// endOfTable is greater than every position: a position starts with 8 bytes of
// a hash that is never all ones (see hashOf).
const endOfTable = "\xff\xff\xff\xff\xff\xff\xff\xff"

// position is the place of an item in the table. The first part is a hash of the hash
// key, which makes a table look unordered. The hash key itself and the range key, in
// its own order, follow. The key must have been checked.
func (t *Table) position(key Item) string {
	b := t.partition(key[t.config.Hash.Name])
	if t.config.Range.Name != "" {
		b = key[t.config.Range.Name].AppendOrdered(b)
	}
	return string(b)
}

// partition begins the positions of all items with this hash key, and of no
// others.
func (t *Table) partition(hash Value) []byte {
	raw := hash.AppendEscaped(make([]byte, 8, 64))
	binary.BigEndian.PutUint64(raw, hashOf(raw[8:]))
	return raw
}

// hashOf spreads keys evenly over all but the greatest 64-bit number.
func hashOf(b []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(b)
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return min(x, 1<<64-2)
}

// after is the least position greater than the given one.
func after(position string) string { return position + "\x00" }

const messageEmpty = "The AttributeValue for a key attribute cannot contain an empty"

var emptyWord = map[value.Kind]string{value.S: "string", value.B: "binary"}

// isEmptyKey tells whether the error is that of an empty key, which a
// transaction's writes refuse as a whole.
func isEmptyKey(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && strings.Contains(e.Message, messageEmpty)
}

// checkKey checks a parameter that has to be exactly a primary key.
func (t *Table) checkKey(key Item) error {
	keys := t.config.keys()
	if len(key) != len(keys) {
		return validation(messageKeySchema)
	}
	for _, k := range keys {
		if err := checkKeyAttribute(k, key[k.Name], k == t.config.Hash); err != nil {
			return err
		}
	}
	return nil
}

// checkKeyAttribute checks one attribute of such a parameter; hash tells whether it is
// a hash key.
func checkKeyAttribute(k KeyAttribute, v Value, hash bool) error {
	if v.Kind() != k.kind() {
		return validation(messageKeySchema)
	}
	return checkKeyValue(k, v, hash)
}

// checkItemKey checks the key attributes of an item to put.
func (t *Table) checkItemKey(item Item) error {
	for _, k := range t.config.keys() {
		v, ok := item[k.Name]
		if !ok {
			return invalidParameter("Missing the key %s in the item", k.Name)
		}
		if v.Kind() != k.kind() {
			return invalidParameter("Type mismatch for key %s expected: %s actual: %s", k.Name, k.Type, v.Kind())
		}
		if err := checkKeyValue(k, v, k == t.config.Hash); err != nil {
			return err
		}
	}
	return nil
}

// otherKeyType tells whether a key attribute of the item has another type than the
// table's.
func (t *Table) otherKeyType(item Item) bool {
	return slices.ContainsFunc(t.config.keys(), func(k KeyAttribute) bool {
		v, ok := item[k.Name]
		return ok && v.Kind() != k.kind()
	})
}

func checkKeyValue(k KeyAttribute, v Value, hash bool) error {
	if v.Kind() != value.N && v.Size() == 0 {
		return validation("One or more parameter values are not valid. %s %s value. Key: %s", messageEmpty, emptyWord[v.Kind()], k.Name)
	}
	return checkKeyLength(v, hash)
}

func checkKeyLength(v Value, hash bool) error {
	length := v.Size()
	switch {
	case v.Kind() == value.N:
		return nil
	case hash && length > maxHashKey:
		// DynamoDB's own message lacks the space.
		return invalidParameter("Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashKey)
	case !hash && length > maxRangeKey:
		return invalidParameter("Aggregated size of all range keys has exceeded the size limit of %d bytes", maxRangeKey)
	}
	return nil
}
