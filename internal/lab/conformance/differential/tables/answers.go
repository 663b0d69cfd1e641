package tables

import (
	"maps"
	"slices"
	"strings"
)

// lacking returns an item without some of its attributes, {} if none is left.
func lacking(item any, left func(name string, v any) bool) object {
	attributes, _ := item.(object)
	out := maps.Clone(attributes)
	if out == nil {
		out = object{}
	}
	maps.DeleteFunc(out, left)
	return out
}

func isKey(name string, _ any) bool { return name == "pk" || name == "sk" }

// updatedIsWhole tells whether both answers to an update that names an index are as
// expected. Ours has the places that the update names. Theirs is the same, except that
// it has the whole attribute if such a place has an index.
func (d disagreement) updatedIsWhole() bool {
	returnValues, _ := d.request.body["ReturnValues"].(string)
	key := keyText(d.request.body["Key"])
	ours, theirs := d.before[key], d.theirsBefore[key]
	if returnValues == "UPDATED_NEW" {
		ours, theirs = d.after[key], d.theirsAfter[key]
	}
	var paths [][]any
	for _, e := range expressionsIn(d.request.body) {
		if e.member == "UpdateExpression" {
			paths, _ = e.targets()
		}
	}
	indexed := func(p []any) bool {
		return slices.ContainsFunc(p, func(step any) bool { _, isIndex := step.(int); return isIndex })
	}
	if d.request.operation != "UpdateItem" || !strings.HasPrefix(returnValues, "UPDATED_") || !slices.ContainsFunc(paths, indexed) {
		return false
	}
	places, whole := picked(ours, paths), picked(theirs, paths)
	for _, p := range paths {
		if name := p[0].(string); indexed(p) && theirs[name] != nil {
			whole[name] = theirs[name]
		}
	}
	isAttributes := func(name string, _ any) bool { return name == "Attributes" }
	return alike(lacking(d.ours.body["Attributes"], none), places) && alike(lacking(d.theirs.body["Attributes"], none), whole) &&
		alike(lacking(d.ours.body, isAttributes), lacking(d.theirs.body, isAttributes))
}

func none(string, any) bool { return false }

// picked returns the parts of an item at the paths.
func picked(item object, paths [][]any) object {
	out := object{}
	for name, v := range item {
		var below [][]any
		for _, p := range paths {
			if p[0] == name {
				below = append(below, p[1:])
			}
		}
		if part := pickedFrom(v, below); part != nil {
			out[name] = part
		}
	}
	return out
}

// pickedFrom returns the part of a value at the paths; nil if there is nothing.
func pickedFrom(v any, paths [][]any) any {
	if len(paths) == 0 || slices.ContainsFunc(paths, func(p []any) bool { return len(p) == 0 }) {
		if len(paths) == 0 {
			return nil
		}
		return v
	}
	if fields, ok := dig(v, "M").(object); ok {
		if parts := picked(fields, paths); len(parts) > 0 {
			return attribute{"M": parts}
		}
	}
	list, _ := dig(v, "L").([]any)
	var parts []any
	for i, e := range list {
		var below [][]any
		for _, p := range paths {
			if p[0] == i {
				below = append(below, p[1:])
			}
		}
		if part := pickedFrom(e, below); part != nil {
			parts = append(parts, part)
		}
	}
	if parts == nil {
		return nil
	}
	return attribute{"L": parts}
}

// addsKeys tells whether their answer is ours, plus the key of each item with a
// projection.
func (d disagreement) addsKeys() bool {
	ours, _ := d.ours.body["Responses"].([]any)
	theirs, _ := d.theirs.body["Responses"].([]any)
	parts := d.request.parts()
	if len(ours) != len(parts) || len(theirs) != len(parts) {
		return false
	}
	for i, part := range parts {
		get, _ := part["Get"].(object)
		projected := get["ProjectionExpression"] != nil
		have, got := lacking(dig(ours[i], "Item"), none), lacking(dig(theirs[i], "Item"), none)
		if !projected || len(got) == 0 {
			if !alike(ours[i], theirs[i]) {
				return false
			}
			continue
		}
		if keyText(got) != keyText(get["Key"]) {
			return false
		}
		for name, v := range got {
			if isKey(name, v) && have[name] == nil {
				delete(got, name)
			}
		}
		if !alike(have, got) {
			return false
		}
	}
	isResponses := func(name string, _ any) bool { return name == "Responses" }
	return alike(lacking(d.ours.body, isResponses), lacking(d.theirs.body, isResponses))
}

// startsOver tells whether dynoxide repeats the only item of a partition on each page.
// localaws answers it once, or not at all if the request begins after it.
func (d disagreement) startsOver() bool {
	_, started := d.request.body["ExclusiveStartKey"]
	_, limited := d.request.body["Limit"]
	ours, _ := d.ours.body["pages"].([]any)
	theirs, _ := d.theirs.body["pages"].([]any)
	if shapes[d.shape].sort != "" || !started && !limited || len(ours) == 0 || len(theirs) == 0 {
		return false
	}
	page := func(v any) string {
		return text(canonical(lacking(v, func(name string, _ any) bool { return name == "LastEvaluatedKey" || name == "ConsumedCapacity" })))
	}
	first := page(theirs[0])
	if dig(theirs[0], "ScannedCount") != 1.0 || slices.ContainsFunc(theirs, func(p any) bool { return page(p) != first }) {
		return false
	}
	if !started {
		if page(ours[0]) != first {
			return false
		}
		ours = ours[1:]
	}
	return !slices.ContainsFunc(ours, func(p any) bool { return dig(p, "ScannedCount") != 0.0 })
}
