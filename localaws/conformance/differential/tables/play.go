package tables

import (
	"context"
	"fmt"
	"maps"
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

// canonical makes alike what AWS leaves open: the elements of a set and the
// answers of a batch have no order. The messages of cancellation reasons are
// taken out: they are compared apart, as messages are.
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
			if name == "Message" {
				delete(out, name)
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

// A disagreement is a request that the sides answer differently, or what they
// have differently at the end.
type disagreement struct {
	step         int // in the case's requests; beyond them at the end
	what         string
	request      request
	absent       map[string]bool // keys of the request's updates that had no item before
	ours, theirs answer
}

// An outcome is what playing a case gave.
type outcome struct {
	codes    []string      // localaws' answer to each request: "" or a code
	found    *disagreement // the first that is not declared
	messages []disagreement
	declared []string // reasons
	calls    int
}

// A pair is two sides that play the same cases.
type pair struct {
	ours, theirs *side
	known        []difference
}

// play plays a case and leaves the tables empty.
func (p *pair) play(ctx context.Context, c Case) (outcome, error) {
	var o outcome
	p.ours.plays++
	p.theirs.plays++
	apart := false
	for i, r := range c.requests {
		d, err := p.ask(ctx, c.shape, r, &o)
		if err != nil {
			return o, err
		}
		o.codes = append(o.codes, d.ours.code)
		d.step = i
		if d.what == "" || p.judge(d, &o) && d.ours.code != "" && d.theirs.code != "" {
			continue
		}
		apart = true // from here on, the tables may differ
		break
	}
	return o, p.end(ctx, c, apart, &o)
}

// judge notes a disagreement and tells whether it is declared.
func (p *pair) judge(d disagreement, o *outcome) bool {
	for _, known := range p.known {
		if known.is(d) {
			o.declared = append(o.declared, known.reason)
			return true
		}
	}
	if o.found == nil {
		o.found = &d
	}
	return false
}

// ask sends one request to both.
func (p *pair) ask(ctx context.Context, shape int, r request, o *outcome) (disagreement, error) {
	d := disagreement{request: r}
	send := func(s *side) (answer, error) { return s.call(ctx, shape, r.operation, []byte(text(r.body))) }
	if r.operation == "Query" || r.operation == "Scan" {
		send = func(s *side) (answer, error) { return s.all(ctx, shape, r.operation, r.body) }
	}
	var err error
	if d.absent, err = p.absent(ctx, shape, r); err != nil {
		return d, err
	}
	if d.ours, err = send(p.ours); err != nil {
		return d, err
	}
	if d.theirs, err = send(p.theirs); err != nil {
		return d, err
	}
	o.calls++
	d.compare()
	if err := p.findGhost(ctx, shape, &d); err != nil {
		return d, err
	}
	if d.what == "" && d.ours.reasons() != d.theirs.reasons() {
		o.messages = append(o.messages, d)
	}
	return d, nil
}

// anotherAnswer is what differs where both accept a request.
const anotherAnswer = "the answer"

func (d *disagreement) compare() {
	ours, theirs := canonical(d.ours.body), canonical(d.theirs.body)
	switch {
	case (d.ours.code == "") != (d.theirs.code == ""):
		d.what = "one accepts and the other refuses"
	case d.ours.code != d.theirs.code:
		d.what = "the code"
	case text(ours) != text(theirs):
		d.what = anotherAnswer
	}
}

// end compares the tables and the streams, unless the case has come apart
// before, and empties the tables.
func (p *pair) end(ctx context.Context, c Case, apart bool, o *outcome) error {
	d := disagreement{step: len(c.requests)}
	var err error
	if d.ours.body, err = p.ours.empty(ctx, c.shape); err != nil {
		return err
	}
	if d.theirs.body, err = p.theirs.empty(ctx, c.shape); err != nil {
		return err
	}
	o.calls++
	if d.compare(); d.what != "" && !apart {
		d.what = "the table afterwards"
		p.judge(d, o)
		apart = true
	}
	d = disagreement{step: len(c.requests)}
	if d.ours.body, err = p.ours.records(ctx, c.shape); err != nil {
		return err
	}
	if d.theirs.body, err = p.theirs.records(ctx, c.shape); err != nil {
		return err
	}
	o.calls++
	if d.compare(); d.what != "" && !apart {
		d.what = "the stream"
		p.judge(d, o)
	}
	if !apart && p.ours.plays%renewEvery != 0 {
		return nil
	}
	// What came apart may have left what cannot be deleted by its key.
	if err := p.ours.replace(ctx, c.shape); err != nil {
		return err
	}
	return p.theirs.replace(ctx, c.shape)
}

// renewEvery is how many cases a table serves: dynoxide reads a long stream
// slowly.
const renewEvery = 20

// empty gives the whole table and empties it.
func (s *side) empty(ctx context.Context, shape int) (object, error) {
	a, err := s.all(ctx, shape, "Scan", object{"TableName": tableName, "ConsistentRead": true})
	if err != nil || a.code != "" {
		return nil, fmt.Errorf("scan %s: %w %s", s.name, err, a.message)
	}
	items, _ := a.body["Items"].([]any)
	for chunk := range slices.Chunk(items, 25) {
		var deletes []any
		for _, it := range chunk {
			key := maps.Clone(it.(object))
			maps.DeleteFunc(key, func(name string, _ any) bool { return name != "pk" && (name != "sk" || shapes[shape].sort == "") })
			deletes = append(deletes, object{"DeleteRequest": object{"Key": key}})
		}
		if _, err := s.must(ctx, shape, "BatchWriteItem", object{"RequestItems": object{tableName: deletes}}); err != nil {
			// dynoxide lets a transaction remove the key from an item, which
			// nothing can delete then.
			return a.body, s.replace(ctx, shape)
		}
	}
	return a.body, nil
}

// fullPage is how many records one answer has at most.
const fullPage = 1000

// records are those of the stream since it was last asked, by key: only within
// an item do they have an order.
func (s *side) records(ctx context.Context, shape int) (object, error) {
	out := object{}
	for {
		page, err := s.must(ctx, shape, "GetRecords", object{"ShardIterator": s.iterators[shape]})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		s.iterators[shape], _ = page["NextShardIterator"].(string)
		records, _ := page["Records"].([]any)
		for _, r := range records {
			key := text(dig(r, "dynamodb", "Keys"))
			list, _ := out[key].([]any)
			change, _ := dig(r, "dynamodb").(object)
			// What is the implementation's own is left out, and SizeBytes: dynoxide
			// gives the length of the JSON, but in AWS's own example (Developer
			// Guide, "DynamoDB Streams", the record of 26 bytes) it is the sizes
			// of the key and the images as items are measured.
			maps.DeleteFunc(change, func(name string, _ any) bool {
				return name == "SequenceNumber" || name == "ApproximateCreationDateTime" || name == "SizeBytes"
			})
			out[key] = append(list, object{"eventName": dig(r, "eventName"), "dynamodb": change})
		}
		if len(records) < fullPage {
			return out, nil
		}
	}
}
