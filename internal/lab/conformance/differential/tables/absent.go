package tables

import (
	"slices"
	"strings"
)

// takesFromNothing tells whether dynoxide refuses a path of an update that can only take
// something away, because the item does not exist. Another part may cancel the
// transaction on both sides.
func (d disagreement) takesFromNothing() bool {
	ours, theirs := d.ours.reasonCodes(), d.theirs.reasonCodes()
	for i := range min(len(ours), len(theirs)) {
		if ours[i] != theirs[i] && (ours[i] != "None" || theirs[i] != "ValidationError") {
			return false
		}
	}
	return (d.ours.code == "" || len(ours) > 0) && strings.Contains(d.theirs.reasons(), "document path") &&
		slices.ContainsFunc(d.request.updates(), func(body object) bool {
			expression, ok := body["UpdateExpression"].(string)
			return ok && d.before[keyText(body["Key"])] == nil && !making.MatchString(placeholder.ReplaceAllString(expression, ""))
		})
}

// namesTheFirstAlone tells whether localaws names the first part of a transaction that
// does not fit its table and no other, while dynoxide names others too.
func (d disagreement) namesTheFirstAlone() bool {
	ours, theirs := d.ours.reasonCodes(), d.theirs.reasonCodes()
	at := slices.Index(ours, "ValidationError")
	if at < 0 || len(ours) != len(theirs) || theirs[at] != ours[at] || !d.hasUnfitKey() {
		return false
	}
	for i, code := range ours {
		if i != at && code != "None" {
			return false
		}
	}
	return true
}

// reasonCodes are the codes of a cancelled transaction's parts.
func (a answer) reasonCodes() []string {
	list, _ := a.body["CancellationReasons"].([]any)
	var codes []string
	for _, r := range list {
		code, _ := dig(r, "Code").(string)
		codes = append(codes, code)
	}
	return codes
}
