package dynamodb

import (
	"maps"
	"slices"
)

const maxBatchWrite = 25

type batchWriteInput struct {
	RequestItems                map[string][]batchWriteRequest
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

type batchWriteRequest struct {
	PutRequest    *batchPut
	DeleteRequest *batchDelete
}

type batchPut struct{ Item Item }

type batchDelete struct{ Key Item }

type batchWriteOutput struct {
	UnprocessedItems map[string][]batchWriteRequest
	ConsumedCapacity []*consumed `json:",omitzero"`
}

// batchWrite carries out all writes or, where one is malformed, none. As with
// DynamoDB, one key can occur once only.
func (s *Service) batchWrite(in *batchWriteInput) (*batchWriteOutput, error) {
	if err := first(
		required(in.RequestItems != nil, "requestItems"), checkReturnCapacity(in.ReturnConsumedCapacity),
		oneOf(in.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", "SIZE", "NONE"), in.check(),
	); err != nil {
		return nil, err
	}
	all := map[string][]*prepared{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		list, err := s.prepareBatchWrites(name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		all[name] = list
	}
	out := &batchWriteOutput{UnprocessedItems: map[string][]batchWriteRequest{}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		u, table := usage{}, all[name][0].table.config.Name
		for _, p := range all[name] {
			w, _ := p.meet() // without conditions and expressions nothing can fail
			u = u.plus(w.usage(1))
			w.commit(nil)
		}
		s.w.Tell(Request{Operation: "BatchWriteItem", Table: table, WriteUnits: u.total()})
		if c := reportUsage(in.ReturnConsumedCapacity, table, u); c != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, c)
		}
	}
	return out, nil
}

func (in *batchWriteInput) check() error {
	if len(in.RequestItems) == 0 {
		return constraint("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		list := in.RequestItems[name]
		if len(list) == 0 {
			return constraint("[]", "requestItems."+name, "Member must have length greater than or equal to 1")
		}
		for _, r := range list {
			if (r.PutRequest == nil) == (r.DeleteRequest == nil) {
				return validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
			}
		}
		total += len(list)
	}
	if total > maxBatchWrite {
		return validation("Too many items requested for the BatchWriteItem call")
	}
	return nil
}

func (s *Service) prepareBatchWrites(name string, requests []batchWriteRequest) ([]*prepared, error) {
	var list []*prepared
	seen := map[string]bool{}
	for _, r := range requests {
		p, err := s.prepareBatchWrite(name, r)
		if err != nil {
			return nil, err
		}
		if seen[p.key] {
			return nil, validation(messageDuplicates)
		}
		seen[p.key] = true
		list = append(list, p)
	}
	return list, nil
}

func (s *Service) prepareBatchWrite(name string, r batchWriteRequest) (*prepared, error) {
	if r.PutRequest != nil {
		p, err := s.preparePut(&putInput{TableName: name, Item: r.PutRequest.Item})
		if err != nil && p != nil && p.table.otherKeyType(r.PutRequest.Item) {
			err = validation(messageKeySchema) // DynamoDB says more for PutItem
		}
		return p, err
	}
	return s.prepareDelete(&deleteInput{TableName: name, Key: r.DeleteRequest.Key})
}
