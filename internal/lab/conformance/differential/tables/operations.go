package tables

import (
	"maps"
	"slices"
)

// operations make the bodies of requests.
var operations = []struct {
	name   string
	weight int
	make   func(g *generator) object
}{
	{"UpdateItem", 36, (*generator).updateItem},
	{"PutItem", 8, (*generator).putItem},
	{"DeleteItem", 8, (*generator).deleteItem},
	{"GetItem", 8, (*generator).getItem},
	{"Query", 16, (*generator).query},
	{"Scan", 9, (*generator).scan},
	{"TransactWriteItems", 8, (*generator).transactWrite},
	{"TransactGetItems", 3, (*generator).transactGet},
	{"BatchGetItem", 3, (*generator).batchGet},
	{"BatchWriteItem", 3, (*generator).batchWrite},
}

// express writes an expression into the request.
func (s *scope) express(member string, tokens []string) {
	s.feature(member)
	if s.one(14) {
		tokens = s.mutate(tokens)
	}
	s.texts[member] = s.join(tokens)
}

// into adds the expressions and their placeholders to a body.
func (s *scope) into(body object) {
	maps.Copy(body, s.texts)
	if s.one(80) {
		s.names["#unused"] = "n"
	}
	if s.one(80) {
		s.values[":unused"] = s.value(2)
	}
	if s.one(80) {
		s.names[pick(s.generator, []string{"n", "#", "#a-b", "##", ":n", "", "#é", "#p 1"})] = "n"
	}
	if s.one(80) {
		s.values[pick(s.generator, []string{"n", ":", ":a-b", "::", "#n", "", ":é"})] = s.value(2)
	}
	if len(s.names) > 0 || s.one(150) {
		body["ExpressionAttributeNames"] = s.names
	}
	if len(s.values) > 0 || s.one(150) {
		body["ExpressionAttributeValues"] = s.values
	}
}

// option adds a member with one of several values, one time in n.
func (g *generator) option(body object, n int, member string, values ...any) {
	if !g.one(n) {
		return
	}
	v := pick(g, values)
	if text, ok := v.(string); ok {
		g.feature(member + " " + text)
	}
	body[member] = v
}

func (g *generator) capacity(body object) {
	if g.one(60) {
		body["ReturnConsumedCapacity"] = "ALL"
		return
	}
	g.option(body, 8, "ReturnConsumedCapacity", "TOTAL", "INDEXES", "NONE")
}

// condition adds a condition, one time in n.
func (s *scope) conditional(n int, body object) {
	if s.one(n) {
		s.express("ConditionExpression", s.condition(0))
		s.option(body, 2, "ReturnValuesOnConditionCheckFailure", "ALL_OLD", "ALL_OLD", "NONE")
	}
	if s.one(150) {
		body["ReturnValuesOnConditionCheckFailure"] = pick(s.generator, []string{"ALL_NEW", "UPDATED_OLD", "all_old", "ALL_OLD"})
	}
}

func (g *generator) returning(body object, values ...any) {
	g.option(body, 2, "ReturnValues", values...)
	if g.one(60) {
		body["ReturnValues"] = pick(g, []string{"ALL_NEW", "UPDATED_OLD", "all_old", "FOO"})
	}
	g.option(body, 60, "ReturnItemCollectionMetrics", "SIZE", "NONE", "X")
}

func (g *generator) updateItem() object {
	body := g.updateBody()
	g.returning(body, "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE")
	g.capacity(body)
	return body
}

func (g *generator) updateBody() object {
	key := g.someKey()
	body := object{"TableName": tableName, "Key": key}
	s := g.scope(g.itemOf(key))
	if !g.one(40) {
		s.express("UpdateExpression", s.update())
	}
	s.conditional(4, body)
	s.into(body)
	return body
}

func (g *generator) putItem() object {
	body := g.putBody()
	g.returning(body, "ALL_OLD", "ALL_OLD", "NONE")
	g.capacity(body)
	return body
}

func (g *generator) putBody() object {
	key := g.someKey()
	old := g.itemOf(key)
	item := g.item(0)
	if g.one(4) {
		item = maps.Clone(old) // which may change nothing
		if g.one(2) {
			item[pick(g, vocabulary).name] = g.maybeBad(g.value(1))
		}
	}
	if g.one(60) {
		item[pick(g, append(odd, ""))] = g.badValue()
	}
	maps.Copy(item, key)
	body := object{"TableName": tableName, "Item": item}
	s := g.scope(old)
	s.conditional(2, body)
	s.into(body)
	return body
}

func (g *generator) deleteItem() object {
	body := g.keyBody(2)
	g.returning(body, "ALL_OLD", "ALL_OLD", "NONE")
	g.capacity(body)
	return body
}

// keyBody has a key and, one time in n, a condition.
func (g *generator) keyBody(n int) object {
	key := g.someKey()
	body := object{"TableName": tableName, "Key": key}
	s := g.scope(g.itemOf(key))
	s.conditional(n, body)
	s.into(body)
	return body
}

func (g *generator) getItem() object {
	body := g.getBody()
	g.option(body, 4, "ConsistentRead", true, false)
	g.capacity(body)
	return body
}

func (g *generator) getBody() object {
	key := g.someKey()
	body := object{"TableName": tableName, "Key": key}
	s := g.scope(g.itemOf(key))
	if !g.one(5) {
		s.express("ProjectionExpression", s.projection())
	}
	if len(s.values) > 0 {
		s.values = object{} // the operation has none
	}
	s.into(body)
	delete(body, "ExpressionAttributeValues")
	return body
}

// page adds what Query and Scan share.
func (s *scope) page(body object) {
	if s.one(2) {
		s.express("FilterExpression", s.condition(0))
	}
	if s.one(4) {
		s.express("ProjectionExpression", s.projection())
	}
	s.option(body, 3, "Limit", 1, 1, 2, 3, 1000)
	s.option(body, 60, "Limit", 0, -1)
	s.option(body, 8, "Select", "COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT")
	s.option(body, 60, "Select", "ALL_PROJECTED_ATTRIBUTES", "FOO")
	s.option(body, 8, "ConsistentRead", true, false)
	s.option(body, 80, "IndexName", "none", indexName)
	s.capacity(body)
	s.into(body)
}

func (g *generator) query() object {
	body := object{"TableName": tableName}
	key := g.someKey()
	s := g.scope(g.itemOf(key))
	if g.readIndex(body) {
		s.express("KeyConditionExpression", s.indexCondition(g.itemOf(key)))
	} else {
		s.express("KeyConditionExpression", s.keyCondition(key))
	}
	s.page(body)
	s.option(body, 3, "ScanIndexForward", true, false, false)
	s.option(body, 10, "ExclusiveStartKey", g.someKey(), g.key(), key)
	return body
}

func (g *generator) scan() object {
	body := object{"TableName": tableName}
	g.readIndex(body)
	s := g.scope(pick(g, g.items))
	s.page(body)
	if s.one(12) {
		body["TotalSegments"], body["Segment"] = 1, 0
	}
	if s.one(60) {
		body[pick(g, []string{"TotalSegments", "Segment"})] = pick(g, []any{0, 1, -1, 1000001, 2})
	}
	if body["TotalSegments"] == 2 {
		delete(body, "Segment") // in which of two an item lies, no one promises
	}
	return body
}

func (g *generator) transactWrite() object {
	var items []any
	for range 1 + g.IntN(3) {
		switch g.IntN(6) {
		case 0:
			items = append(items, object{"Put": g.putBody()})
		case 1:
			items = append(items, object{"Delete": g.keyBody(3)})
		case 2:
			items = append(items, object{"ConditionCheck": g.keyBody(1)})
		default:
			items = append(items, object{"Update": g.updateBody()})
		}
	}
	if g.one(60) {
		items = append(items, pick(g, []any{object{}, object{"Put": g.putBody(), "Delete": g.keyBody(3)}, object{"Update": nil}}))
	}
	body := object{"TransactItems": items}
	g.option(body, 20, "ClientRequestToken", "@token@", "@token@", long(37))
	g.capacity(body)
	return body
}

func (g *generator) transactGet() object {
	var items []any
	for range 1 + g.IntN(3) {
		items = append(items, object{"Get": g.getBody()})
	}
	body := object{"TransactItems": items}
	g.capacity(body)
	return body
}

func (g *generator) batchGet() object {
	one := object{}
	var keys []any
	for range 1 + g.IntN(3) {
		keys = append(keys, g.someKey())
	}
	one["Keys"] = keys
	s := g.scope(pick(g, g.items))
	if s.one(2) {
		s.express("ProjectionExpression", s.projection())
	}
	s.into(one)
	delete(one, "ExpressionAttributeValues")
	g.option(one, 4, "ConsistentRead", true, false)
	body := object{"RequestItems": object{tableName: one}}
	g.capacity(body)
	return body
}

func (g *generator) batchWrite() object {
	var list []any
	for range 1 + g.IntN(3) {
		if g.one(2) {
			list = append(list, object{"DeleteRequest": object{"Key": g.someKey()}})
		} else {
			item := g.item(0)
			maps.Copy(item, g.someKey())
			if g.one(40) {
				item["s"] = g.badValue()
			}
			list = append(list, object{"PutRequest": object{"Item": item}})
		}
	}
	if g.one(40) {
		list = append(list, object{})
	}
	body := object{"RequestItems": object{tableName: list}}
	g.capacity(body)
	return body
}

// spoil changes a member of the request.
func (g *generator) spoil(body object) {
	names := slices.Sorted(maps.Keys(body))
	name := pick(g, names)
	switch g.IntN(6) {
	case 0:
		delete(body, name)
	case 1:
		body[name] = nil
	case 2:
		body[name] = pick(g, []any{object{}, []any{}, 1, true, "x"})
	case 3:
		delete(body, "ExpressionAttributeValues")
	case 4:
		delete(body, "ExpressionAttributeNames")
	default:
		if _, ok := body["TableName"]; ok {
			body["TableName"] = pick(g, []any{"missing", "no", "a b", long(256), ""})
		}
	}
}
