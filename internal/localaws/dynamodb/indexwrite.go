package dynamodb

import (
	"maps"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// indexChange is what a write does to one index.
type indexChange struct {
	index    *index
	old, new *row // nil: the item is not in the index, before or after
}

// indexChanges are those of all indexes that the write changes.
func (p *write) indexChanges() []indexChange {
	if p.unchanged || len(p.table.indexes) == 0 || p.changes != nil {
		return p.changes
	}
	p.changes = []indexChange{}
	for _, x := range p.table.indexes {
		c := indexChange{index: x, new: x.entry(p.key, p.item, p.size)}
		if p.old != nil {
			c.old = x.entry(p.key, p.old.item, p.old.size)
		}
		if c.old == nil && c.new == nil || !c.moved() && c.old.item.Equal(c.new.item) {
			continue
		}
		p.changes = append(p.changes, c)
	}
	return p.changes
}

// moved tells whether the item comes, goes or gets another place.
func (c indexChange) moved() bool { return c.old == nil || c.new == nil || c.old.key != c.new.key }

// units are the write units of the change, by the sizes of what the index keeps. A move
// is a removal and an insertion; else the larger of both items counts. Source: figures
// measured at AWS, in dynoxide's tests/index_consumed_capacity.rs.
func (c indexChange) units() float64 {
	old, new := 0.0, 0.0
	if c.old != nil {
		old = writeUnits(c.old.size)
	}
	if c.new != nil {
		new = writeUnits(c.new.size)
	}
	if c.moved() {
		return old + new
	}
	return max(old, new)
}

// usage is what requests cost a table and its indexes, in capacity units.
type usage struct {
	table   float64
	indexes map[string]float64 // by name; only those that took part
}

// usage is what the write costs. The factor is that of transactions, which does not
// apply to indexes.
func (p *write) usage(factor float64) usage {
	u := usage{table: factor * p.units()}
	for _, c := range p.indexChanges() {
		u = u.plus(usage{indexes: map[string]float64{c.index.config.Name: c.units()}})
	}
	return u
}

// plus is the sum of both.
func (u usage) plus(more usage) usage {
	u.table += more.table
	if len(u.indexes) == 0 {
		u.indexes = more.indexes
		return u
	}
	u.indexes = maps.Clone(u.indexes)
	for name, units := range more.indexes {
		u.indexes[name] += units
	}
	return u
}

func (u usage) total() float64 {
	total := u.table
	for _, name := range slices.Sorted(maps.Keys(u.indexes)) {
		total += u.indexes[name]
	}
	return total
}

// checkIndexKeys refuses values that cannot be keys of the indexes. Of an update it
// looks only at what changes, because items from before an index may have such values.
func (t *Table) checkIndexKeys(before, item Item) error {
	for _, x := range t.indexes {
		for _, k := range x.config.keys() {
			v, ok := item[k.Name]
			if !ok || v.Equal(before[k.Name]) {
				continue
			}
			if err := x.problem(k, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// problem is why a value cannot be this key of the index.
func (x *index) problem(k KeyAttribute, v Value) error {
	if v.Kind() != k.kind() {
		return invalidParameter("Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", k.Name, k.Type, v.Kind(), x.config.Name)
	}
	if v.Kind() != value.N && v.Size() == 0 {
		return validation("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "+
			"%s %s value. IndexName: %s, IndexKey: %s", messageEmpty, emptyWord[v.Kind()], x.config.Name, k.Name)
	}
	return checkKeyLength(v, k == x.config.Hash)
}
