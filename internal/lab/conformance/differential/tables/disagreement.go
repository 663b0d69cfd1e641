package tables

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// text is any value as JSON, with members in order.
func text(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// canonical removes differences that AWS leaves open: the order of a set's elements and
// of a batch's answers. It also removes the messages of cancellation reasons, because
// no messages are compared.
func canonical(v any) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for name, e := range v {
			out[name] = canonical(e)
			list, isList := out[name].([]any)
			if isList && (len(v) == 1 && (name == "SS" || name == "NS" || name == "BS") || name == tableName) {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(text(a), text(b)) })
			}
			if isList && name == "CancellationReasons" {
				for _, reason := range list {
					delete(reason.(object), "Message")
				}
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = canonical(e)
		}
		return out
	}
	return v
}

// reasons are the messages of a cancelled transaction.
func (a answer) reasons() string {
	list, _ := a.body["CancellationReasons"].([]any)
	var out []string
	for _, r := range list {
		m, _ := dig(r, "Message").(string)
		out = append(out, m)
	}
	return strings.Join(append([]string{a.message}, out...), "; ")
}

// A disagreement is a request that the sides answer differently, or a difference
// between the tables at the end.
type disagreement struct {
	step         int // in the case's requests; the number of requests stands for the end
	shape        int // of the table
	subject      string
	request      request
	ours, theirs answer
	parted       bool // dynoxide has carried out what localaws refuses

	before, after             items              // of localaws, that a write names
	theirsBefore, theirsAfter items              // of dynoxide
	touched                   map[string][]touch // by the whole case, at its end
}

const (
	anotherAnswer = "the answer" // where both accept a request
	oneRefuses    = "one accepts and the other refuses"
	anotherCode   = "the code"
	otherTable    = "the table afterwards"
	otherStream   = "the stream"
	otherIndex    = "the index afterwards"
)

func (d *disagreement) compare() {
	d.subject = ""
	switch {
	case (d.ours.code == "") != (d.theirs.code == ""):
		d.subject = oneRefuses
	case d.ours.code != d.theirs.code:
		d.subject = anotherCode
	case !alike(d.ours.body, d.theirs.body):
		d.subject = anotherAnswer
	}
}

// parts tells whether the tables may differ from here on.
func (d *disagreement) parts() bool {
	nothingDone := d.request.operation == "UpdateItem" && d.takesFromNothing()
	return d.parted || d.subject == ghost || d.subject == anotherItem || d.subject == oneRefuses && !d.request.isRead() && !nothingDone
}
