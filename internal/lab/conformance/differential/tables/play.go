package tables

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// An outcome is the result of playing a case.
type outcome struct {
	codes    []string      // localaws' answer to each request: "" or a code
	found    *disagreement // the first undeclared one
	declared []string      // reasons
	calls    int
	diverged bool // the tables may differ at the end
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
	h := newHistory()
	for i, r := range c.requests {
		d, after, err := p.ask(ctx, c.shape, r, h, &o)
		if err != nil {
			return o, err
		}
		o.codes = append(o.codes, d.ours.code)
		for _, d := range []disagreement{d, after} {
			d.step = i
			o.diverged = d.subject != "" && !p.judge(d, &o) || d.parts() || o.diverged
		}
		if o.diverged {
			break
		}
	}
	return o, p.end(ctx, c, h, &o)
}

// judge records a disagreement and tells whether it is declared.
func (p *pair) judge(d disagreement, o *outcome) bool {
	for _, known := range p.known {
		if known.matches != nil && known.matches(d) {
			o.declared = append(o.declared, known.reason)
			return true
		}
	}
	if o.found == nil {
		o.found = &d
	}
	return false
}

// ask sends one request to both sides. The second disagreement is about the items
// afterwards.
func (p *pair) ask(ctx context.Context, shape int, r request, h *history, o *outcome) (d, after disagreement, err error) {
	d = disagreement{request: r, shape: shape}
	if d.ours, err = p.ours.send(ctx, shape, r); err != nil {
		return d, after, err
	}
	if d.theirs, err = p.theirs.send(ctx, shape, r); err != nil {
		return d, after, err
	}
	o.calls++
	d.compare()
	if err := p.askInstead(ctx, &d, o); err != nil {
		return d, after, err
	}
	if after, err = p.follow(ctx, h, &d); err != nil {
		return d, after, err
	}
	return d, after, nil
}

// askInstead asks dynoxide again if it is known to fail because of the way a request is
// written. Its new answer is compared in full. It finds one reason after another, and
// not in the order of the differences.
func (p *pair) askInstead(ctx context.Context, d *disagreement, o *outcome) error {
	r := d.request
	for _, known := range slices.Concat(p.known, p.known) {
		if known.instead == nil || d.subject == "" {
			continue
		}
		again, ok := known.instead(*d, r)
		if !ok {
			continue
		}
		d.parted = d.parted || d.theirs.code == "" && !r.isRead()
		var err error
		if d.theirs, err = p.theirs.send(ctx, d.shape, again); err != nil {
			return err
		}
		o.declared = append(o.declared, known.reason)
		r = again
		d.compare()
	}
	return nil
}

// end compares the tables and the streams, unless they may differ because of an earlier
// disagreement. It then empties the tables.
func (p *pair) end(ctx context.Context, c Case, h *history, o *outcome) error {
	settle := func(d disagreement, what string) {
		if o.calls++; o.diverged {
			return
		}
		d.step, d.shape, d.touched = len(c.requests), c.shape, h.touched
		if d.compare(); d.subject != "" {
			d.subject = what
			o.diverged = !p.judge(d, o)
		}
	}
	var d disagreement
	var err error
	if shapes[c.shape].indexed {
		if d, err = p.compareIndexes(ctx, c.shape); err != nil {
			return err
		}
		settle(d, otherIndex)
		d = disagreement{}
	}
	if d.ours.body, err = p.ours.empty(ctx, c.shape); err != nil {
		return err
	}
	if d.theirs.body, err = p.theirs.empty(ctx, c.shape); err != nil {
		return err
	}
	settle(d, otherTable)
	h.emptied()
	ours, err := p.ours.records(ctx, c.shape)
	if err != nil {
		return err
	}
	theirs, err := p.theirs.records(ctx, c.shape)
	if err != nil {
		return err
	}
	settle(disagreement{ours: answer{body: withoutSizes(ours)}, theirs: answer{body: withoutSizes(theirs)}}, otherStream)
	settle(disagreement{ours: answer{body: ours}, theirs: answer{body: theirs}}, otherSizes)
	if !o.diverged && p.ours.plays%renewEvery != 0 {
		return nil
	}
	// After such a disagreement there may be items that cannot be deleted by their key.
	if err := p.ours.replace(ctx, c.shape); err != nil {
		return err
	}
	return p.theirs.replace(ctx, c.shape)
}

// renewEvery is how many cases use one table: dynoxide reads a long stream slowly.
const renewEvery = 20

// empty returns the whole table and empties it.
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
			// dynoxide lets a transaction remove the key from an item. No request can
			// delete such an item.
			return a.body, s.replace(ctx, shape)
		}
	}
	return a.body, nil
}

// fullPage is how many records one answer has at most.
const fullPage = 1000

// records returns the stream's records since the last call, by key, because they are
// ordered only within an item.
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
			key := keyText(dig(r, "dynamodb", "Keys"))
			list, _ := out[key].([]any)
			change, _ := dig(r, "dynamodb").(object)
			// Leave out what differs between implementations.
			maps.DeleteFunc(change, func(name string, _ any) bool {
				return name == "SequenceNumber" || name == "ApproximateCreationDateTime"
			})
			out[key] = append(list, object{"eventName": dig(r, "eventName"), "dynamodb": change})
		}
		if len(records) < fullPage {
			return out, nil
		}
	}
}
