package tables

import (
	"context"
	"regexp"
)

// ghost is what is different where a peer makes an item of nothing but a key.
const ghost = "an item that was not there before"

var (
	placeholder = regexp.MustCompile(`[#:][A-Za-z0-9_]+`)
	making      = regexp.MustCompile(`(?i)\b(set|add)\b`)
)

// findGhost looks after an update that only removes: of an item that was not
// there, one side may have made one. Found here, it is not taken for something
// else later in the case.
func (p *pair) findGhost(ctx context.Context, shape int, d *disagreement) error {
	if d.ours.code != "" || d.theirs.code != "" {
		return nil
	}
	for _, body := range updatesIn(d.request) {
		expression, ok := body["UpdateExpression"].(string)
		if !ok || !d.absent[text(body["Key"])] || making.MatchString(placeholder.ReplaceAllString(expression, "")) {
			continue
		}
		get := []byte(text(object{"TableName": tableName, "Key": body["Key"], "ConsistentRead": true}))
		ours, err := p.ours.call(ctx, shape, "GetItem", get)
		if err != nil {
			return err
		}
		theirs, err := p.theirs.call(ctx, shape, "GetItem", get)
		if err != nil {
			return err
		}
		item, _ := theirs.body["Item"].(object)
		if key, ok := body["Key"].(object); ok && ours.body["Item"] == nil && len(item) == len(key) {
			d.what = ghost
		}
	}
	return nil
}

// absent are the keys of the request's updates of which localaws has no item.
func (p *pair) absent(ctx context.Context, shape int, r request) (map[string]bool, error) {
	keys := map[string]bool{}
	for _, body := range updatesIn(r) {
		a, err := p.ours.call(ctx, shape, "GetItem", []byte(text(object{"TableName": tableName, "Key": body["Key"], "ConsistentRead": true})))
		if err != nil {
			return nil, err
		}
		keys[text(body["Key"])] = a.code == "" && a.body["Item"] == nil
	}
	return keys, nil
}

// updatesIn are the bodies of the request's updates.
func updatesIn(r request) []object {
	if r.operation == "UpdateItem" {
		return []object{r.body}
	}
	var all []object
	items, _ := r.body["TransactItems"].([]any)
	for _, it := range items {
		if body, ok := dig(it, "Update").(object); ok {
			all = append(all, body)
		}
	}
	return all
}
