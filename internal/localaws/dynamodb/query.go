package dynamodb

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/expression"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

type queryInput struct {
	pageInput
	KeyConditionExpression *string
	ScanIndexForward       *bool
}

func (s *Service) query(in *queryInput) (*pageOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.KeyConditionExpression == nil {
		return nil, validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	x, terms, err := s.bindQuery(in)
	if err != nil {
		return nil, err
	}
	if err := in.checkSelect(); err != nil {
		return nil, err
	}
	t, err := s.pageTable(&in.pageInput)
	if err != nil {
		return nil, err
	}
	if err := t.checkTerms(terms); err != nil {
		return nil, err
	}
	from, to := t.span(terms)
	backwards := in.ScanIndexForward != nil && !*in.ScanIndexForward
	if in.ExclusiveStartKey != nil {
		if err := t.checkQueryStart(in.ExclusiveStartKey, terms, from, to); err != nil {
			return nil, err
		}
		if start := t.position(in.ExclusiveStartKey); backwards {
			to = start
		} else {
			from = after(start)
		}
	}
	if err := first(t.checkKeyPaths(x), t.checkFilterKeys(x)); err != nil {
		return nil, err
	}
	return s.fill("Query", t, &in.pageInput, x, from, to, backwards), nil
}

func (s *Service) bindQuery(in *queryInput) (*expressions, map[string]expression.KeyTerm, error) {
	x, err := s.bind(in.placeholders, texts{key: in.KeyConditionExpression, filter: in.FilterExpression, projection: in.ProjectionExpression},
		"FilterExpression", "KeyConditionExpression")
	if err != nil {
		return nil, nil, err
	}
	terms, err := x.key.KeyTerms(x.env)
	if err != nil {
		return nil, nil, itemError(err)
	}
	if len(terms) > 2 {
		return nil, nil, validation("Conditions can be of length 1 or 2 only")
	}
	return x, terms, nil
}

// checkTerms checks the key condition against the table's key.
func (t *Table) checkTerms(terms map[string]expression.KeyTerm) error {
	keys := t.config.keys()
	if len(keys) == 1 && len(terms) > 1 {
		return validation("Query key condition not supported")
	}
	for i, k := range keys {
		term, ok := terms[k.Name]
		if !ok {
			if i == 0 || len(terms) > 1 {
				return validation("Query condition missed key schema element: %s", k.Name)
			}
			continue
		}
		for _, v := range term.Values {
			if v.Kind() != k.kind() {
				return invalidParameter("Condition parameter type does not match schema type")
			}
			if err := t.checkKeyValue(k, v); err != nil && term.Operator != "begins_with" {
				return err
			}
		}
		if i == 0 && term.Operator != "=" {
			return validation("Query key condition not supported")
		}
	}
	return nil
}

// span is the range of positions that meet the key condition.
func (t *Table) span(terms map[string]expression.KeyTerm) (from, to string) {
	prefix := t.partition(terms[t.config.Hash.Name].Values[0])
	from, to = string(prefix), beyond(string(prefix))
	term, ok := terms[t.config.Range.Name]
	if !ok {
		return from, to
	}
	low := string(term.Values[0].AppendOrdered(prefix))
	switch term.Operator {
	case "=":
		return low, after(low)
	case "<":
		return from, low
	case "<=":
		return from, after(low)
	case ">":
		return after(low), to
	case ">=":
		return low, to
	case "BETWEEN":
		return low, after(string(term.Values[1].AppendOrdered(prefix)))
	}
	return low, beyond(low) // begins_with
}

// beyond is the least string greater than all that begin with the prefix,
// which does not consist of 0xff alone.
func beyond(prefix string) string {
	b := []byte(prefix)
	for b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	b[len(b)-1]++
	return string(b)
}

// checkQueryStart checks that the start key is one that the query could have
// returned.
func (t *Table) checkQueryStart(start Item, terms map[string]expression.KeyTerm, from, to string) error {
	if len(start) != len(t.config.keys()) {
		return validation(messageStartKey)
	}
	if err := t.checkStartKey(start); err != nil {
		return err
	}
	sameHash := start[t.config.Hash.Name].Equal(terms[t.config.Hash.Name].Values[0])
	term, ranged := terms[t.config.Range.Name]
	switch {
	case !ranged && !sameHash:
		return validation("The provided starting key is outside query boundaries based on provided conditions")
	case ranged && !meets(start[t.config.Range.Name], term):
		return validation("The provided starting key does not match the range key predicate")
	case !sameHash:
		return validation("The query can return at most one row and cannot be restarted")
	}
	return nil
}

// meets tells whether a range key meets its part of the key condition.
func meets(v Value, term expression.KeyTerm) bool {
	order := v.Compare(term.Values[0])
	switch term.Operator {
	case "=":
		return order == 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "BETWEEN":
		return order >= 0 && v.Compare(term.Values[1]) <= 0
	}
	return v.Kind() != value.N && v.HasPrefix(term.Values[0])
}

// checkFilterKeys refuses key attributes in the filter of a Query.
func (t *Table) checkFilterKeys(x *expressions) error {
	if x.filter == nil {
		return nil
	}
	var err error
	x.filter.Paths(x.env, func(path expression.Path) {
		for _, k := range t.config.keys() {
			if err == nil && path[0].Name == k.Name {
				err = validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", k.Name)
			}
		}
	})
	return err
}
