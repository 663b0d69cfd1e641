package dynamodb

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/expression"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// putInput, updateInput, deleteInput and checkInput are shared by the single
// operations and TransactWriteItems.
type putInput struct {
	TableName           string
	Item                Item
	ConditionExpression *string
	placeholders
	ReturnValuesOnConditionCheckFailure string
}

type updateInput struct {
	TableName           string
	Key                 Item
	UpdateExpression    *string
	ConditionExpression *string
	placeholders
	ReturnValuesOnConditionCheckFailure string
}

type deleteInput struct {
	TableName           string
	Key                 Item
	ConditionExpression *string
	placeholders
	ReturnValuesOnConditionCheckFailure string
}

type checkInput = deleteInput

// A prepared write has been checked as far as possible without its item. The functions
// that make one return it also with an error about the table's key, but then only with
// the table. A transaction reports such an error for each item.
type prepared struct {
	table   *Table
	key     string
	hash    Value
	x       *expressions
	item    Item // to put; for an update, the key
	kind    writeKind
	showOld bool // in the error of a failed condition
}

type writeKind int

const (
	kindPut writeKind = iota
	kindUpdate
	kindDelete
	kindCheck
)

func (s *Service) preparePut(in *putInput) (*prepared, error) {
	if err := first(
		required(in.TableName != "", "tableName"), required(in.Item != nil, "item"), checkOnFailure(in.ReturnValuesOnConditionCheckFailure),
		problem(in.Item),
	); err != nil {
		return nil, err
	}
	size := in.Item.Size()
	if size > value.MaxItemSize {
		return nil, validation(messageItemSize)
	}
	if tooDeep(in.Item) {
		return nil, validation(messageItemNesting)
	}
	x, err := s.bind(in.placeholders, texts{condition: in.ConditionExpression}, "ConditionExpression")
	if err != nil {
		return nil, err
	}
	t, err := s.table(in.TableName)
	if err != nil {
		return nil, err
	}
	if err := first(t.checkItemKey(in.Item), t.checkIndexKeys(nil, in.Item), t.checkKeyPaths(x)); err != nil {
		return &prepared{table: t}, err
	}
	return &prepared{table: t, key: t.position(in.Item), hash: in.Item[t.config.Hash.Name], x: x, item: in.Item, kind: kindPut, showOld: in.ReturnValuesOnConditionCheckFailure == "ALL_OLD"}, nil
}

func (s *Service) prepareUpdate(in *updateInput) (*prepared, error) {
	p, err := s.prepareKeyed(kindUpdate, in.TableName, in.Key, in.ReturnValuesOnConditionCheckFailure, in.placeholders,
		texts{update: in.UpdateExpression, condition: in.ConditionExpression}, "UpdateExpression", "ConditionExpression")
	if err != nil {
		return p, err
	}
	p.item = in.Key
	for _, k := range p.table.config.keys() {
		for _, path := range p.x.updatePaths {
			if path[0].Name == k.Name {
				return p, invalidParameter("Cannot update attribute %s. This attribute is part of the key", k.Name)
			}
		}
	}
	return p, p.table.checkKeyPaths(p.x)
}

func (s *Service) prepareDelete(in *deleteInput) (*prepared, error) {
	p, err := s.prepareKeyed(kindDelete, in.TableName, in.Key, in.ReturnValuesOnConditionCheckFailure, in.placeholders,
		texts{condition: in.ConditionExpression}, "ConditionExpression")
	if err != nil {
		return p, err
	}
	return p, p.table.checkKeyPaths(p.x)
}

func (s *Service) prepareCheck(in *checkInput) (*prepared, error) {
	if err := required(in.ConditionExpression != nil, "conditionExpression"); err != nil {
		return nil, err
	}
	p, err := s.prepareDelete(in)
	if p != nil {
		p.kind = kindCheck
	}
	return p, err
}

func (s *Service) prepareKeyed(kind writeKind, name string, key Item, onFailure string, in placeholders, t texts, valued ...string) (*prepared, error) {
	if err := first(
		required(name != "", "tableName"), required(key != nil, "key"), checkOnFailure(onFailure), problem(key),
	); err != nil {
		return nil, err
	}
	x, err := s.bind(in, t, valued...)
	if err != nil {
		return nil, err
	}
	table, err := s.table(name)
	if err != nil {
		return nil, err
	}
	if err := table.checkKey(key); err != nil {
		return &prepared{table: table}, err
	}
	return &prepared{table: table, key: table.position(key), hash: key[table.config.Hash.Name], x: x, kind: kind, showOld: onFailure == "ALL_OLD"}, nil
}

// meet finds the item and decides what becomes of it. It changes nothing yet. With an
// error it returns the write too, for its cost.
func (p *prepared) meet() (*write, error) {
	w := &write{table: p.table, key: p.key, old: p.table.rows.get(p.key)}
	if !p.x.holds(w.oldItem()) {
		return w, conditionFailed(w.oldItem(), p.showOld)
	}
	switch p.kind {
	case kindPut:
		w.item, w.size = p.item, p.item.Size()
		w.unchanged = w.old != nil && w.item.Equal(w.old.item)
	case kindUpdate:
		return w, p.update(w)
	case kindDelete:
		w.unchanged = w.old == nil
	case kindCheck:
		w.unchanged = true
	}
	return w, nil
}

// update computes the new item. It looks only at the attributes that the expression
// names, because items can be large and updates small.
func (p *prepared) update(w *write) error {
	old := w.oldItem()
	base, size := old, 0
	if old == nil {
		base, size = p.item, p.item.Size()
	} else {
		size = w.old.size
	}
	w.item, w.size, w.unchanged = base, size, old != nil
	if p.x.update == nil {
		return nil
	}
	if old == nil && p.x.update.OnlyTakes() {
		// There is nothing to take from, and nothing is created. The paths may lead
		// anywhere. An update without an expression would create the item.
		w.item, w.size, w.unchanged = nil, 0, true
		return nil
	}
	item, err := p.x.update.Apply(base, p.x.env)
	if err != nil {
		return itemError(err)
	}
	seen := make(map[string]struct{}, len(p.x.updatePaths))
	for _, path := range p.x.updatePaths {
		name := path[0].Name
		if _, ok := seen[name]; ok {
			continue
		}
		seen[name] = struct{}{}
		before, after := base[name], item[name]
		if after.Depth() > maxDepth {
			return validation(messageNesting)
		}
		size += attributeSize(name, after) - attributeSize(name, before)
		w.unchanged = w.unchanged && after.Equal(before)
	}
	if size > value.MaxItemSize {
		return validation(messageUpdateSize)
	}
	if err := p.table.checkIndexKeys(old, item); err != nil {
		return err
	}
	w.item, w.size = item, size
	return nil
}

func attributeSize(name string, v Value) int {
	if !v.Exists() {
		return 0
	}
	return len(name) + v.Size()
}

func required(present bool, member string) error {
	if present {
		return nil
	}
	return constraint("null", member, "Member must not be null")
}

func problem(item Item) error {
	for name := range item {
		if len(name) > expression.MaxName {
			return invalidParameter("Attribute name is too large, must be at most %d bytes", expression.MaxName)
		}
	}
	if p := item.Problem(); p != "" {
		return validation("%s", p)
	}
	return nil
}

func checkOnFailure(returnValues string) error {
	return oneOf(returnValues, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
}
