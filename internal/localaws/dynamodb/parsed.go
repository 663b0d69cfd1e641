package dynamodb

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/expression"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// parsedCache holds parsed expressions by kind and text, so that a text in use
// is parsed once. It starts afresh when full.
type parsedCache map[parsedKey]any

type parsedKey struct{ kind, text string }

const maxParsed = 1024

func cached[T any](c parsedCache, kind, text string, parse func(string) (*T, error)) (*T, error) {
	key := parsedKey{kind, text}
	if p, ok := c[key]; ok {
		return p.(*T), nil
	}
	p, err := parse(text)
	if err != nil {
		return nil, err
	}
	if len(c) >= maxParsed {
		clear(c)
	}
	c[key] = p
	return p, nil
}

// placeholders are the members that all requests with expressions share.
type placeholders struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues Item
}

// texts are the expressions of a request; nil ones are absent.
type texts struct {
	update, condition, key, filter, projection *string
}

// expressions are those of a request, parsed and bound to its placeholders.
type expressions struct {
	env *expression.Environment

	update      *expression.Update
	updatePaths expression.Paths
	condition   *expression.Condition
	key         *expression.Condition
	filter      *expression.Condition
	projection  expression.Paths // nil: all attributes
}

// bind parses and checks the expressions of a request in DynamoDB's order.
// valued names those that the operation has that could use values.
func (s *Service) bind(in placeholders, t texts, valued ...string) (*expressions, error) {
	if err := in.check(t, valued); err != nil {
		return nil, err
	}
	env, err := expression.NewEnvironment(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, itemError(err)
	}
	x := &expressions{env: env}
	err = first(
		s.bindUpdate(x, t.update),
		s.bindCondition(x, &x.condition, "ConditionExpression", t.condition),
		s.bindCondition(x, &x.key, "KeyConditionExpression", t.key),
		s.bindCondition(x, &x.filter, "FilterExpression", t.filter),
		s.bindProjection(x, t.projection),
	)
	if err != nil {
		return nil, err
	}
	return x, itemError(env.Unused())
}

// check refuses placeholders without an expression that could use them.
func (in placeholders) check(t texts, valued []string) error {
	hasValued := t.update != nil || t.condition != nil || t.key != nil || t.filter != nil
	if in.ExpressionAttributeNames != nil && !hasValued && t.projection == nil {
		return validation("ExpressionAttributeNames can only be specified when using expressions")
	}
	if in.ExpressionAttributeValues == nil || hasValued {
		return nil
	}
	verb := "is"
	if len(valued) > 1 {
		verb = "are"
	}
	return validation("ExpressionAttributeValues can only be specified when using expressions: %s %s null", strings.Join(valued, " and "), verb)
}

func (s *Service) bindUpdate(x *expressions, text *string) error {
	if text == nil {
		return nil
	}
	u, err := cached(s.parsed, "update", *text, expression.ParseUpdate)
	if err == nil {
		x.update = u
		x.updatePaths, err = u.Bind(x.env)
	}
	return invalidExpression("UpdateExpression", err)
}

func (s *Service) bindCondition(x *expressions, to **expression.Condition, name string, text *string) error {
	if text == nil {
		return nil
	}
	c, err := cached(s.parsed, "condition", *text, expression.ParseCondition)
	if err == nil {
		*to = c
		err = c.Bind(x.env)
	}
	return invalidExpression(name, err)
}

func (s *Service) bindProjection(x *expressions, text *string) error {
	if text == nil {
		return nil
	}
	p, err := cached(s.parsed, "projection", *text, expression.ParseProjection)
	if err == nil {
		x.projection, err = p.Bind(x.env)
	}
	return invalidExpression("ProjectionExpression", err)
}

func invalidExpression(name string, err error) error {
	if err == nil {
		return nil
	}
	return wire.Errorf("ValidationException", "Invalid %s: %s", name, err.Error())
}

// holds tells whether the item (nil: none) meets the condition, if there is one.
func (x *expressions) holds(item Item) bool {
	return x.condition == nil || x.condition.Match(item, x.env)
}

// passes tells whether the item passes the filter, if there is one.
func (x *expressions) passes(item Item) bool {
	return x.filter == nil || x.filter.Match(item, x.env)
}

// project gives the part of the item that the projection asks for.
func (x *expressions) project(item Item) Item {
	if x.projection == nil {
		return item
	}
	return x.projection.Project(item)
}

// checkScalars refuses paths that lead into a key attribute; word is Key or IndexKey.
func checkScalars(keys []KeyAttribute, word string, visit func(func(expression.Path))) error {
	var err error
	visit(func(path expression.Path) {
		if err != nil || len(path) == 1 {
			return
		}
		for _, k := range keys {
			if path[0].Name == k.Name {
				err = validation("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: %s: %s", word, k.Name)
			}
		}
	})
	return err
}

// checkKeyPaths checks all paths of a request against the keys of the table and its
// indexes.
func (t *Table) checkKeyPaths(x *expressions) error {
	if err := checkScalars(t.config.keys(), "Key", x.paths); err != nil {
		return err
	}
	for _, index := range t.indexes {
		if err := checkScalars(index.config.keys(), "IndexKey", x.paths); err != nil {
			return err
		}
	}
	return nil
}

// paths calls f with every path of a request, but for key conditions.
func (x *expressions) paths(f func(expression.Path)) {
	for _, c := range []*expression.Condition{x.condition, x.filter} {
		if c != nil {
			c.Paths(x.env, f)
		}
	}
	if x.update != nil {
		x.update.Reads(x.env, f)
	}
	for _, path := range x.updatePaths {
		f(path)
	}
	for _, path := range x.projection {
		f(path)
	}
}
