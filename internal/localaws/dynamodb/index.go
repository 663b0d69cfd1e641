package dynamodb

import (
	"slices"
	"strings"
)

// IndexConfig says what a global secondary index is like. Name, Hash and Projection are
// required.
type IndexConfig struct {
	Name  string // 3 to 255 of a-z A-Z 0-9 _ . -
	Hash  KeyAttribute
	Range KeyAttribute // the zero KeyAttribute: no range key

	Projection string   // "ALL", "KEYS_ONLY" or "INCLUDE"
	Include    []string // with INCLUDE: the attributes beside the keys of table and index

	ReadUnits, WriteUnits int64 // per second when the table is provisioned; shown, not enforced
}

func (c *IndexConfig) keys() []KeyAttribute { return keyPair(c.Hash, c.Range) }

// An index is a global secondary index with its rows. Every write of the table changes
// it at once.
type index struct {
	table  *Table
	config IndexConfig
	rows   rows // by entryKey; their items are projected
	bytes  int  // of all rows
}

// newIndex makes an index over what the table has. Items whose attributes cannot be
// keys of the index are left out, as DynamoDB does.
func newIndex(t *Table, c IndexConfig) *index {
	x := &index{table: t, config: c}
	t.rows.between("", endOfTable, false, func(w *row) bool {
		x.replace(nil, x.entry(w.key, w.item, w.size))
		return true
	})
	return x
}

// index finds an index by its name; nil if there is none.
func (t *Table) index(name string) *index {
	for _, x := range t.indexes {
		if x.config.Name == name {
			return x
		}
	}
	return nil
}

// reindex makes the table's indexes those of its configuration. One that stays keeps
// its rows.
func (t *Table) reindex() {
	var list []*index
	for _, c := range t.config.Indexes {
		x := t.index(c.Name)
		if x == nil {
			x = newIndex(t, c)
		}
		x.config = c
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *index) int { return strings.Compare(a.config.Name, b.config.Name) })
	t.indexes = list
}

// arn names the index.
func (x *index) arn() string { return x.table.arn + "/index/" + x.config.Name }

// entry is the index's row of an item of the table, at this position and of this size.
// It is nil if there is no item, or if the item lacks a key attribute of the index.
func (x *index) entry(position string, item Item, size int) *row {
	if item == nil {
		return nil
	}
	for _, k := range x.config.keys() {
		if v, ok := item[k.Name]; !ok || x.problem(k, v) != nil {
			return nil
		}
	}
	w := &row{key: x.entryKey(item, position), item: item, size: size}
	if x.config.Projection != "ALL" {
		w.item = x.project(item)
		w.size = w.item.Size()
	}
	return w
}

// entryKey is the place of an item in the index: its keys there, and then its position
// in the table, because many items may share the keys.
func (x *index) entryKey(item Item, position string) string {
	b := x.table.partition(item[x.config.Hash.Name])
	if name := x.config.Range.Name; name != "" {
		b = appendBound(b, item[name])
	}
	return string(b) + position
}

// project is the part of an item that the index keeps.
func (x *index) project(item Item) Item {
	part := Item{}
	for name, v := range item {
		if x.projects(name) {
			part[name] = v
		}
	}
	return part
}

// projects tells whether the index keeps the attribute.
func (x *index) projects(name string) bool {
	named := func(k KeyAttribute) bool { return k.Name == name }
	return x.config.Projection == "ALL" ||
		slices.ContainsFunc(x.config.keys(), named) || slices.ContainsFunc(x.table.config.keys(), named) ||
		slices.Contains(x.config.Include, name)
}

// replace puts the new row into the place of the old one; nil is none.
func (x *index) replace(old, new *row) {
	if old != nil {
		x.rows.remove(old.key)
		x.bytes -= old.size
	}
	if new != nil {
		x.rows.put(new)
		x.bytes += new.size
	}
}

// appendBound appends a range key of an index. Such bytes order as the keys do, and
// none are the beginning of others, unlike those of AppendOrdered.
func appendBound(b []byte, v Value) []byte { return append(appendBeginning(b, v), 0, 0) }

// appendBeginning appends what the bytes of all range keys have in common that begin
// with the value.
func appendBeginning(b []byte, v Value) []byte {
	return append(b, strings.ReplaceAll(string(v.AppendOrdered(nil)), "\x00", "\x00\xff")...)
}
