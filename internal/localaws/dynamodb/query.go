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
	v, err := s.view(&in.pageInput)
	if err != nil {
		return nil, err
	}
	if err := v.checkTerms(terms); err != nil {
		return nil, err
	}
	from, to := v.span(terms)
	backwards := in.ScanIndexForward != nil && !*in.ScanIndexForward
	if in.ExclusiveStartKey != nil {
		if err := v.checkQueryStart(in.ExclusiveStartKey, terms); err != nil {
			return nil, err
		}
		if start := v.position(in.ExclusiveStartKey); backwards {
			to = start
		} else {
			from = after(start)
		}
	}
	if err := first(v.table.checkKeyPaths(x), v.checkFilterKeys(x), v.checkProjected(&in.pageInput, x, true)); err != nil {
		return nil, err
	}
	return s.fill("Query", v, &in.pageInput, x, from, to, backwards), nil
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

// checkTerms checks the key condition against the keys.
func (v view) checkTerms(terms map[string]expression.KeyTerm) error {
	keys := v.keys()
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
		for _, value := range term.Values {
			if value.Kind() != k.kind() {
				return invalidParameter("Condition parameter type does not match schema type")
			}
			if err := checkKeyValue(k, value, i == 0); err != nil && term.Operator != "begins_with" {
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
func (v view) span(terms map[string]expression.KeyTerm) (from, to string) {
	prefix := v.table.partition(terms[v.hash().Name].Values[0])
	from, to = string(prefix), beyond(string(prefix))
	term, ok := terms[v.rangeKey().Name]
	if !ok {
		return from, to
	}
	low := v.low(prefix, term.Values[0])
	switch term.Operator {
	case "=":
		return low, v.past(low)
	case "<":
		return from, low
	case "<=":
		return from, v.past(low)
	case ">":
		return v.past(low), to
	case ">=":
		return low, to
	case "BETWEEN":
		return low, v.past(v.low(prefix, term.Values[1]))
	}
	return v.beginning(prefix, term.Values[0]) // begins_with
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
func (v view) checkQueryStart(start Item, terms map[string]expression.KeyTerm) error {
	if len(start) != len(v.startKeys()) {
		return validation(messageStartKey)
	}
	if err := v.checkStartKey(start); err != nil {
		return err
	}
	sameHash := start[v.hash().Name].Equal(terms[v.hash().Name].Values[0])
	term, ranged := terms[v.rangeKey().Name]
	switch {
	case !ranged && !sameHash:
		return validation("The provided starting key is outside query boundaries based on provided conditions")
	case ranged && !meets(start[v.rangeKey().Name], term):
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
func (v view) checkFilterKeys(x *expressions) error {
	if x.filter == nil {
		return nil
	}
	var err error
	x.filter.Paths(x.env, func(path expression.Path) {
		for _, k := range v.keys() {
			if err == nil && path[0].Name == k.Name {
				err = validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", k.Name)
			}
		}
	})
	return err
}
