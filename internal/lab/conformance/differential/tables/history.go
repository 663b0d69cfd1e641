package tables

import (
	"context"
	"maps"
	"math/big"
	"regexp"
	"slices"
)

// ghost names the difference if a peer creates an item that has only a key.
const ghost = "an item that was not there before"

// items are those of one side by key, as far as a case has touched them.
type items map[string]object

// A touch is the effect of an accepted write on one item. Each request touches an item
// at most once.
type touch struct{ before, after object }

// needless tells whether the write changed nothing.
func (t touch) needless() bool {
	return t.before != nil && t.after != nil && alike(t.before, t.after)
}

// history is the effect of a case on the items of both sides.
type history struct {
	ours, theirs items
	touched      map[string][]touch // in ours, by key
}

func newHistory() *history {
	return &history{ours: items{}, theirs: items{}, touched: map[string][]touch{}}
}

// emptied records that the remaining items have been deleted.
func (h *history) emptied() {
	for key, item := range h.ours {
		if item != nil {
			h.touched[key] = append(h.touched[key], touch{before: item})
		}
	}
}

// follow reads the items that an accepted write may have changed, and compares them. It
// is then known whether a record of the stream stands for a change, where the stream
// does not show it.
func (p *pair) follow(ctx context.Context, h *history, d *disagreement) (after disagreement, err error) {
	d.before, d.theirsBefore = maps.Clone(h.ours), maps.Clone(h.theirs)
	after = disagreement{request: d.request, shape: d.shape, before: d.before}
	if d.ours.code != "" || d.theirs.code != "" {
		return after, nil
	}
	keys := map[string]any{}
	for _, key := range d.request.written() {
		keys[keyText(key)] = key
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		ours, err := p.ours.item(ctx, d.shape, keys[k])
		if err != nil {
			return after, err
		}
		theirs, err := p.theirs.item(ctx, d.shape, keys[k])
		if err != nil {
			return after, err
		}
		h.touched[k] = append(h.touched[k], touch{h.ours[k], ours})
		h.ours[k], h.theirs[k] = ours, theirs
		switch {
		case alike(ours, theirs):
		case d.makesGhost(k, ours, theirs):
			d.subject = ghost
		case after.subject == "":
			after.subject = anotherItem
			after.ours.body, after.theirs.body = object{"Item": ours}, object{"Item": theirs}
		}
	}
	d.after, d.theirsAfter = maps.Clone(h.ours), maps.Clone(h.theirs)
	return after, nil
}

const anotherItem = "an item afterwards"

// makesGhost tells whether an update that cannot create the item created it in
// dynoxide, with only its key. dynoxide's answer may show that item, and its cost.
func (d disagreement) makesGhost(key string, ours, theirs object) bool {
	shows := func(name string, _ any) bool { return name == "Attributes" || name == "ConsumedCapacity" }
	return ours == nil && d.before[key] == nil && keyText(theirs) == key && len(lacking(theirs, isKey)) == 0 &&
		len(lacking(d.theirs.body["Attributes"], isKey)) == 0 && alike(lacking(d.ours.body, shows), lacking(d.theirs.body, shows)) &&
		slices.ContainsFunc(d.request.updates(), func(body object) bool {
			expression, ok := body["UpdateExpression"].(string)
			return ok && keyText(body["Key"]) == key && !making.MatchString(placeholder.ReplaceAllString(expression, ""))
		})
}

var (
	placeholder = regexp.MustCompile(`[#:][A-Za-z0-9_]+`)
	making      = regexp.MustCompile(`(?i)\b(set|add)\b`)
)

// item returns an item of the side, or nil.
func (s *side) item(ctx context.Context, shape int, key any) (object, error) {
	a, err := s.call(ctx, shape, "GetItem", []byte(text(object{"TableName": tableName, "Key": key, "ConsistentRead": true})))
	it, _ := a.body["Item"].(object)
	return it, err
}

// alike tells whether two values are the same, apart from what AWS leaves open.
func alike(a, b any) bool { return text(canonical(a)) == text(canonical(b)) }

// keyText is the same for all ways to write a key.
func keyText(v any) string {
	item, _ := v.(object)
	key := object{}
	for name, part := range item {
		if !isKey(name, nil) {
			continue
		}
		key[name] = part
		if number, ok := dig(part, "N").(string); ok {
			if n, ok := new(big.Rat).SetString(number); ok {
				key[name] = attribute{"N": n.RatString()}
			}
		}
	}
	return text(key)
}

// reads are operations that change nothing.
var reads = []string{"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"}

func (r request) isRead() bool { return slices.Contains(reads, r.operation) }

// updates are the bodies of the request's updates.
func (r request) updates() []object {
	if r.operation == "UpdateItem" {
		return []object{r.body}
	}
	var all []object
	for _, part := range r.parts() {
		if body, ok := part["Update"].(object); ok {
			all = append(all, body)
		}
	}
	return all
}

// parts are the elements of a transaction or of a batch of writes.
func (r request) parts() []object {
	list, _ := r.body["TransactItems"].([]any)
	if r.operation == "BatchWriteItem" {
		list, _ = dig(r.body, "RequestItems", tableName).([]any)
	}
	var all []object
	for _, part := range list {
		if o, ok := part.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

// written are the keys of the items, or the items, that the request may change.
func (r request) written() []any {
	if r.isRead() {
		return nil
	}
	var all []any
	for _, body := range append(r.parts(), object{"": r.body}) {
		for _, what := range body {
			key := dig(what, "Key")
			if item, ok := dig(what, "Item").(object); ok {
				key = lacking(item, func(name string, v any) bool { return !isKey(name, v) })
			}
			if key != nil {
				all = append(all, key)
			}
		}
	}
	return all
}
