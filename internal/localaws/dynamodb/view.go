package dynamodb

import (
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/expression"
)

// A view is what Query and Scan read: a table, or one of its indexes.
type view struct {
	table *Table
	index *index // nil: the table itself
}

// keys are the key attributes by which the view is queried.
func (v view) keys() []KeyAttribute {
	if v.index != nil {
		return v.index.config.keys()
	}
	return v.table.config.keys()
}

func (v view) hash() KeyAttribute { return v.keys()[0] }

// rangeKey is the zero KeyAttribute if there is none.
func (v view) rangeKey() KeyAttribute { return append(v.keys(), KeyAttribute{})[1] }

func (v view) rows() *rows {
	if v.index != nil {
		return &v.index.rows
	}
	return &v.table.rows
}

// startKeys are the attributes of a start key: those of the table and, for an index,
// its own.
func (v view) startKeys() []KeyAttribute {
	keys := v.table.config.keys()
	if v.index == nil {
		return keys
	}
	for _, k := range v.index.config.keys() {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// keyOf is the start key after an item.
func (v view) keyOf(item Item) Item {
	key := Item{}
	for _, k := range v.startKeys() {
		key[k.Name] = item[k.Name]
	}
	return key
}

// checkStartKey checks an ExclusiveStartKey.
func (v view) checkStartKey(start Item) error {
	keys := v.startKeys()
	if len(start) != len(keys) {
		return validation("%s: %s", messageStartKey, messageKeySchema)
	}
	for _, k := range keys {
		if checkKeyAttribute(k, start[k.Name], k == v.table.config.Hash || k == v.hash()) != nil {
			return validation("%s: %s", messageStartKey, messageKeySchema)
		}
	}
	return nil
}

// position is the place in the view of the item with this start key.
func (v view) position(start Item) string {
	position := v.table.position(start)
	if v.index != nil {
		return v.index.entryKey(start, position)
	}
	return position
}

// low is the first place of the range key with these bytes before it.
func (v view) low(prefix []byte, key Value) string {
	if v.index != nil {
		return string(appendBound(prefix, key))
	}
	return string(key.AppendOrdered(prefix))
}

// past is the first place after all items at the range key whose first place is low.
func (v view) past(low string) string {
	if v.index != nil {
		return beyond(low)
	}
	return after(low)
}

// beginning is the span of the range keys that begin with the given one.
func (v view) beginning(prefix []byte, key Value) (from, to string) {
	low := string(key.AppendOrdered(prefix))
	if v.index != nil {
		low = string(appendBeginning(prefix, key))
	}
	return low, beyond(low)
}

// checkProjected refuses to return attributes that the index does not have, and to
// filter a Query by them. A Scan's filter just finds them missing.
func (v view) checkProjected(in *pageInput, x *expressions, query bool) error {
	if v.index == nil {
		return nil
	}
	name := v.index.config.Name
	if in.Select == "ALL_ATTRIBUTES" && v.index.config.Projection != "ALL" {
		return invalidParameter("Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", name)
	}
	missing := v.unprojected(func(f func(expression.Path)) {
		for _, path := range x.projection {
			f(path)
		}
	})
	if len(missing) > 0 {
		return invalidParameter("Global secondary index %s does not project [%s]", name, strings.Join(missing, ", "))
	}
	if x.filter == nil || !query {
		return nil
	}
	if missing = v.unprojected(func(f func(expression.Path)) { x.filter.Paths(x.env, f) }); len(missing) > 0 {
		return invalidParameter("Secondary index %s does not project one or more filter attributes: [%s]", name, strings.Join(missing, ", "))
	}
	return nil
}

// unprojected are the attributes of the paths that the index does not have.
func (v view) unprojected(paths func(func(expression.Path))) []string {
	var names []string
	paths(func(path expression.Path) {
		if name := path[0].Name; !v.index.projects(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	return names
}
