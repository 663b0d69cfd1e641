package dynamodb

import (
	"maps"
	"slices"
)

// Limits of BatchGetItem.
const (
	maxBatchGet      = 100
	maxBatchGetBytes = 16 << 20
)

type batchGetInput struct {
	RequestItems           map[string]batchGetTable
	ReturnConsumedCapacity string
}

type batchGetTable struct {
	Keys                     []Item
	ConsistentRead           bool              `json:",omitzero"`
	ProjectionExpression     *string           `json:",omitzero"`
	ExpressionAttributeNames map[string]string `json:",omitzero"`
}

type batchGetOutput struct {
	Responses        map[string][]Item
	UnprocessedKeys  map[string]batchGetTable
	ConsumedCapacity []*consumed `json:",omitzero"`
}

func (s *Service) batchGet(in *batchGetInput) (*batchGetOutput, error) {
	if err := first(required(in.RequestItems != nil, "requestItems"), checkReturnCapacity(in.ReturnConsumedCapacity), in.check()); err != nil {
		return nil, err
	}
	reads := map[string]*batchRead{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		r, err := s.prepareBatchRead(name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		reads[name] = r
	}
	out := &batchGetOutput{Responses: map[string][]Item{}, UnprocessedKeys: map[string]batchGetTable{}}
	left := maxBatchGetBytes
	for _, name := range slices.Sorted(maps.Keys(reads)) {
		units := reads[name].run(name, out, &left)
		s.w.Tell(Request{Operation: "BatchGetItem", Table: reads[name].table.config.Name, ReadUnits: units})
		if c := report(in.ReturnConsumedCapacity, reads[name].table.config.Name, units); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}

func (in *batchGetInput) check() error {
	if len(in.RequestItems) == 0 {
		return constraint("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		if len(in.RequestItems[name].Keys) == 0 {
			return constraint("[]", "requestItems."+name+".member.keys", "Member must have length greater than or equal to 1")
		}
		total += len(in.RequestItems[name].Keys)
	}
	if total > maxBatchGet {
		return validation("Too many items requested for the BatchGetItem call")
	}
	return nil
}

type batchRead struct {
	table *Table
	in    batchGetTable
	x     *expressions
}

func (s *Service) prepareBatchRead(name string, in batchGetTable) (*batchRead, error) {
	x, err := s.bind(placeholders{ExpressionAttributeNames: in.ExpressionAttributeNames}, texts{projection: in.ProjectionExpression})
	if err != nil {
		return nil, err
	}
	for _, key := range in.Keys {
		if err := problem(key); err != nil {
			return nil, err
		}
	}
	t, err := s.table(name)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, key := range in.Keys {
		if err := t.checkKey(key); err != nil {
			return nil, err
		}
		position := t.position(key)
		if seen[position] {
			return nil, validation(messageDuplicates)
		}
		seen[position] = true
	}
	return &batchRead{t, in, x}, t.checkKeyPaths(x)
}

// run reads the items as far as the response has bytes left, and returns the
// units that it cost.
func (r *batchRead) run(name string, out *batchGetOutput, left *int) float64 {
	units, items := 0.0, []Item{}
	rest := r.in
	rest.Keys = nil
	for _, key := range r.in.Keys {
		w := r.table.rows.get(r.table.position(key))
		if w == nil {
			units += readUnits(0, r.in.ConsistentRead)
			continue
		}
		if *left -= w.size; *left < 0 {
			rest.Keys = append(rest.Keys, key)
			continue
		}
		units += readUnits(w.size, r.in.ConsistentRead)
		items = append(items, r.x.project(w.item))
	}
	out.Responses[name] = items
	if rest.Keys != nil {
		out.UnprocessedKeys[name] = rest
	}
	return units
}
