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
		if !ok || making.MatchString(placeholder.ReplaceAllString(expression, "")) {
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
