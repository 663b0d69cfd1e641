package dynamodb

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/expression"
)

// returns are the members of single writes that ask for something back.
type returns struct {
	ReturnValues                string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string // accepted: there are no collections without local indexes
}

func (r returns) check() error {
	return first(
		oneOf(r.ReturnValues, "returnValues", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
		checkReturnCapacity(r.ReturnConsumedCapacity),
		oneOf(r.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", "SIZE", "NONE"),
	)
}

// onlyOld refuses what only UpdateItem can return.
func (r returns) onlyOld() error {
	if r.ReturnValues == "" || r.ReturnValues == "NONE" || r.ReturnValues == "ALL_OLD" {
		return r.check()
	}
	return first(r.check(), validation("ReturnValues can only be ALL_OLD or NONE"))
}

type writeOutput struct {
	Attributes       Item      `json:",omitzero"`
	ConsumedCapacity *consumed `json:",omitzero"`
}

type putItemInput struct {
	putInput
	returns
}

func (s *Service) putItem(in *putItemInput) (*writeOutput, error) {
	if err := in.onlyOld(); err != nil {
		return nil, err
	}
	p, err := s.preparePut(&in.putInput)
	if err != nil {
		return nil, err
	}
	return s.single("PutItem", p, in.returns)
}

type updateItemInput struct {
	updateInput
	returns
}

func (s *Service) updateItem(in *updateItemInput) (*writeOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p, err := s.prepareUpdate(&in.updateInput)
	if err != nil {
		return nil, err
	}
	return s.single("UpdateItem", p, in.returns)
}

type deleteItemInput struct {
	deleteInput
	returns
}

func (s *Service) deleteItem(in *deleteItemInput) (*writeOutput, error) {
	if err := in.onlyOld(); err != nil {
		return nil, err
	}
	p, err := s.prepareDelete(&in.deleteInput)
	if err != nil {
		return nil, err
	}
	return s.single("DeleteItem", p, in.returns)
}

// single carries out one write. A failed condition is billed like a write.
func (s *Service) single(operation string, p *prepared, r returns) (*writeOutput, error) {
	w, err := p.meet()
	u := usage{table: w.units()}
	if err == nil {
		u = w.usage(1)
	}
	s.w.Tell(Request{Operation: operation, Table: p.table.config.Name, WriteUnits: u.total(), Partition: partitionName(p.hash)})
	if err != nil {
		return nil, err
	}
	w.commit(nil)
	return &writeOutput{
		Attributes:       returned(r.ReturnValues, w, p.x.updatePaths),
		ConsumedCapacity: reportUsage(r.ReturnConsumedCapacity, p.table.config.Name, u),
	}, nil
}

// returned is what ReturnValues asks for, nil if there is nothing of it.
func returned(returnValues string, w *write, changed expression.Paths) Item {
	var item Item
	switch returnValues {
	case "ALL_OLD":
		item = w.oldItem()
	case "ALL_NEW":
		item = w.item
	case "UPDATED_OLD":
		item = changed.Project(w.oldItem())
	case "UPDATED_NEW":
		item = changed.Project(w.item)
	}
	if len(item) == 0 {
		return nil
	}
	return item
}

type getInput struct {
	TableName                string
	Key                      Item
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
}

type getItemInput struct {
	getInput
	ConsistentRead         bool
	ReturnConsumedCapacity string
}

type getItemOutput struct {
	Item             Item      `json:",omitzero"`
	ConsumedCapacity *consumed `json:",omitzero"`
}

func (s *Service) getItem(in *getItemInput) (*getItemOutput, error) {
	if err := checkReturnCapacity(in.ReturnConsumedCapacity); err != nil {
		return nil, err
	}
	t, item, size, err := s.read(&in.getInput)
	if err != nil {
		return nil, err
	}
	units := readUnits(size, in.ConsistentRead)
	s.w.Tell(Request{Operation: "GetItem", Table: t.config.Name, ReadUnits: units, Partition: partitionName(in.Key[t.config.Hash.Name])})
	return &getItemOutput{Item: item, ConsumedCapacity: report(in.ReturnConsumedCapacity, t.config.Name, units)}, nil
}

// read finds one item, projected, with the size of the whole; nil if there is
// none. The table is there also with an error about its key.
func (s *Service) read(in *getInput) (t *Table, item Item, size int, err error) {
	if err := first(required(in.TableName != "", "tableName"), required(in.Key != nil, "key"), problem(in.Key)); err != nil {
		return nil, nil, 0, err
	}
	x, err := s.bind(placeholders{ExpressionAttributeNames: in.ExpressionAttributeNames}, texts{projection: in.ProjectionExpression})
	if err != nil {
		return nil, nil, 0, err
	}
	if t, err = s.table(in.TableName); err != nil {
		return nil, nil, 0, err
	}
	if err := first(t.checkKey(in.Key), t.checkKeyPaths(x)); err != nil {
		return t, nil, 0, err
	}
	if w := t.rows.get(t.position(in.Key)); w != nil {
		return t, x.project(w.item), w.size, nil
	}
	return t, nil, 0, nil
}
