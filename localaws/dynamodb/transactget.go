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
	out := &transactGetOutput{Responses: make([]transactGetResponse, len(in.TransactItems))}
	units, total := map[string]float64{}, 0
	seen := map[string]bool{}
	for i, one := range in.TransactItems {
		if err := required(one.Get != nil, "transactItems.member.get"); err != nil {
			return nil, err
		}
		t, item, size, err := s.read(one.Get)
		if err != nil {
			return nil, err
		}
		key := t.config.Name + "/" + t.position(one.Get.Key)
		if seen[key] {
			return nil, validation("Transaction request cannot include multiple operations on one item")
		}
		seen[key] = true
		if total += size; total > maxTransactionBytes {
			return nil, validation("Payload in response is too large.")
		}
		out.Responses[i].Item = item
		units[t.config.Name] += 2 * readUnits(size, true)
	}
	for _, table := range slices.Sorted(maps.Keys(units)) {
		s.w.Tell(Request{Operation: "TransactGetItems", Table: table, ReadUnits: units[table]})
		if c := reportTransaction(in.ReturnConsumedCapacity, table, units[table], 0); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}
