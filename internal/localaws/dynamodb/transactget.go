package dynamodb

import (
	"maps"
	"slices"
)

type transactGetInput struct {
	TransactItems          []transactGetItem
	ReturnConsumedCapacity string
}

type transactGetItem struct{ Get *getInput }

type transactGetOutput struct {
	Responses        []transactGetResponse
	ConsumedCapacity []*consumed `json:",omitzero"`
}

type transactGetResponse struct {
	Item Item `json:",omitzero"`
}

func (s *Service) transactGet(in *transactGetInput) (*transactGetOutput, error) {
	if err := first(
		required(in.TransactItems != nil, "transactItems"), checkReturnCapacity(in.ReturnConsumedCapacity), checkTransaction(len(in.TransactItems)),
	); err != nil {
		return nil, err
	}
	reads, err := s.readAll(in.TransactItems)
	if err != nil {
		return nil, err
	}
	out := &transactGetOutput{Responses: make([]transactGetResponse, len(reads))}
	units, total := map[string]float64{}, 0
	for i, r := range reads {
		if total += r.size; total > maxTransactionBytes {
			return nil, validation("Payload in response is too large.")
		}
		if len(r.item) > 0 { // else nothing, also where a projection finds nothing in an item
			out.Responses[i].Item = r.item
		}
		units[r.table.config.Name] += 2 * readUnits(r.size, true)
	}
	for _, table := range slices.Sorted(maps.Keys(units)) {
		s.w.Tell(Request{Operation: "TransactGetItems", Table: table, ReadUnits: units[table]})
		if c := reportTransaction(in.ReturnConsumedCapacity, table, usage{table: units[table]}, usage{}); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}

// transactRead is what one read of a transaction found.
type transactRead struct {
	table *Table
	item  Item
	size  int
}

// readAll reads every item. Where keys do not fit their tables, the error has a
// reason for each.
func (s *Service) readAll(items []transactGetItem) ([]transactRead, error) {
	reads, reasons := make([]transactRead, len(items)), make([]cancellation, len(items))
	seen, twice := map[string]bool{}, false
	for i, one := range items {
		if err := required(one.Get != nil, "transactItems.member.get"); err != nil {
			return nil, err
		}
		t, item, size, err := s.read(one.Get)
		if err != nil && t == nil {
			return nil, err
		}
		reads[i], reasons[i] = transactRead{t, item, size}, reason(err)
		if err == nil {
			key := t.config.Name + "/" + t.position(one.Get.Key)
			twice = twice || seen[key]
			seen[key] = true
		}
	}
	if err := cancelled(reasons); err != nil {
		return nil, err
	}
	if twice {
		return nil, validation("Transaction request cannot include multiple operations on one item")
	}
	return reads, nil
}
