package tables

import (
	"context"
	"slices"
)

// The index of an indexed table, with two attributes of the vocabulary as its keys. It
// has all attributes, because dynoxide differs on those that an index lacks.
const (
	indexName = "idx"
	indexHash = "s_2" // a string
	indexSort = "n2"  // a number
)

// addIndex adds the index to a new table.
func addIndex(body object) {
	definitions, _ := body["AttributeDefinitions"].([]any)
	body["AttributeDefinitions"] = append(definitions,
		object{"AttributeName": indexHash, "AttributeType": "S"}, object{"AttributeName": indexSort, "AttributeType": "N"})
	body["GlobalSecondaryIndexes"] = []any{object{
		"IndexName": indexName, "Projection": object{"ProjectionType": "ALL"},
		"KeySchema": []any{object{"AttributeName": indexHash, "KeyType": "HASH"}, object{"AttributeName": indexSort, "KeyType": "RANGE"}},
	}}
}

// readIndex makes some of the reads of an indexed table reads of its index.
func (g *generator) readIndex(body object) bool {
	if !g.shape.indexed || g.one(2) {
		return false
	}
	g.feature("IndexName")
	body["IndexName"] = indexName
	return true
}

// indexCondition is a key condition of the index, for an item or so.
func (s *scope) indexCondition(item object) []string {
	hash, _ := item[indexHash].(attribute)
	if hash["S"] == nil {
		hash = s.valueOfKind("S", 0)
	}
	tokens := s.equal(indexHash, s.maybeOther(hash))
	if s.one(2) {
		return tokens
	}
	number, _ := item[indexSort].(attribute)
	if number["N"] == nil {
		number = s.valueOfKind("N", 0)
	}
	return append(tokens, s.keyword("AND"), s.name(indexSort), pick(s.generator, []string{"=", "<", "<=", ">", ">="}), s.constant(s.maybeOther(number)))
}

// compareIndexes compares what the sides' indexes have at the end of a case.
func (p *pair) compareIndexes(ctx context.Context, shape int) (d disagreement, err error) {
	request := object{"TableName": tableName, "IndexName": indexName}
	if d.ours, err = p.ours.all(ctx, shape, "Scan", request); err == nil {
		d.theirs, err = p.theirs.all(ctx, shape, "Scan", request)
	}
	return d, err
}

func isIndexKey(name any) bool { return name == indexHash || name == indexSort }

// hasUnfitIndexKey tells whether a transaction puts a key attribute of the index with
// another type, or updates one.
func (d disagreement) hasUnfitIndexKey() bool {
	puts := slices.ContainsFunc(d.request.parts(), func(part object) bool {
		item := dig(part, "Put", "Item")
		hash, sort := dig(item, indexHash), dig(item, indexSort)
		return hash != nil && dig(hash, "S") == nil || sort != nil && dig(sort, "N") == nil
	})
	return shapes[d.shape].indexed && (puts || d.hasExpression(func(e expression) bool {
		paths, _ := e.targets()
		return e.member == "UpdateExpression" && slices.ContainsFunc(paths, func(p []any) bool { return isIndexKey(p[0]) })
	}))
}
