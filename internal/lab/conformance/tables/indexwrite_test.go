package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// noIndexKeys are values that cannot be the index's hash key, a string. Source:
// Alternator's test_gsi.py (test_gsi_6_write_s_fail, test_gsi_limit_*) and dynoxide's
// tests/index_key_validation.rs.
var noIndexKeys = map[string]any{
	"a number": 3, "binary": []byte("x"), "a boolean": true, "a list": l{"x"}, "a map": m{"a": "x"},
	"the empty string": "", "2,049 bytes": strings.Repeat("x", 2049),
}

var indexWriteCases = append(onIndexCases("index key", "g:S", "ALL", map[string]func(t *table){
	"of another kind is refused in a put": func(t *table) {
		for what, v := range noIndexKeys {
			_, err := t.tryPut(m{"pk": "1", "g": v})
			t.fails(what, invalid, err)
		}
		t.holds("1", nil)
	},
	"of another kind is refused in an update": func(t *table) {
		t.put(m{"pk": "1", "g": "a"})
		for what, v := range noIndexKeys {
			_, err := t.tryUpdate(m{"pk": "1"}, "SET g = :v", m{":v": v})
			t.fails(what, invalid, err)
		}
		_, err := t.tryUpdate(m{"pk": "1"}, "SET g.part = :v", m{":v": "x"})
		t.fails("a part", invalid, err)
		t.holds("1", m{"pk": "1", "g": "a"})
	},
	"of another kind is refused in a batch": func(t *table) {
		for what, v := range noIndexKeys {
			_, err := t.db.BatchWriteItem(t.ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{t.name: {
				{PutRequest: &types.PutRequest{Item: item(m{"pk": "1", "g": "a"})}}, {PutRequest: &types.PutRequest{Item: item(m{"pk": "2", "g": v})}},
			}}})
			t.fails(what, invalid, err)
		}
		t.holds("1", nil)
	},
	"of another kind is refused in a transaction": func(t *table) {
		put := func(v any) error {
			_, err := t.db.TransactWriteItems(t.ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: &t.name, Item: item(m{"pk": "1", "g": v})}},
			}})
			return err
		}
		t.fails("a number", cancelled, put(3))
		t.fails("the empty string", invalid, put(""))
		update := func(v any) error {
			expression := "SET g = :v"
			_, err := t.db.TransactWriteItems(t.ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Update: &types.Update{TableName: &t.name, Key: item(m{"pk": "1"}), UpdateExpression: &expression, ExpressionAttributeValues: item(m{":v": v})}},
			}})
			return err
		}
		t.fails("an update to a number", cancelled, update(3))
		t.fails("an update to the empty string", invalid, update(""))
		t.holds("1", nil)
	},
	// Source: dynalite's tests of query and updateItem, which run against AWS too.
	"is a scalar in every expression": func(t *table) {
		for _, update := range []string{"SET g.part = :v", "SET g[1] = :v", "ADD g.part :v", "SET v = g.part, w = :v"} {
			_, err := t.tryUpdate(m{"pk": "1"}, update, m{":v": 1})
			t.fails(update, invalid, err)
		}
		_, err := t.tryQuery("pk = :v", m{":v": "1"}, filtered("g.part = :v"))
		t.fails("a filter without the index", invalid, err)
		_, err = t.tryIndex("g = :v", m{":v": "1"}, returning("g.part"))
		t.fails("a projection", invalid, err)
		t.holds("1", nil)
	},
	"of 2,048 bytes is taken": func(t *table) {
		long := strings.Repeat("x", 2048)
		t.put(m{"pk": "1", "g": long})
		t.soon("count", "1", func() string { return words(t.index("g = :g", m{":g": long}).Count) })
	},
}), conformance.Case{Name: "index key/as a range key has 1,024 bytes", Check: onIndex("pk:S", "g:S r:S", "ALL", func(t *table) {
	t.put(m{"pk": "1", "g": "a", "r": strings.Repeat("x", 1024)})
	t.indexed("items", "1")
	_, err := t.tryPut(m{"pk": "2", "g": "a", "r": strings.Repeat("x", 1025)})
	t.fails("1,025 bytes", invalid, err)
	_, err = t.tryPut(m{"pk": "2", "r": strings.Repeat("x", 1025)})
	t.fails("1,025 bytes without a hash key", invalid, err)
})})

// Source: Alternator's test_gsi.py (test_11801*, test_17119, test_gsi_4).
var indexMoveCases = append(onIndexCases("index", "g:S r:S", "ALL", map[string]func(t *table){
	"follows a new key": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "r": "1"})
		t.put(m{"pk": "2", "g": "a", "r": "2"})
		t.indexed("before", "1 2")
		t.update(m{"pk": "1"}, "SET r = :r", m{":r": "3"})
		t.indexed("after", "2 1")
		t.update(m{"pk": "2"}, "SET g = :g", m{":g": "b"})
		t.indexed("moved away", "1")
		t.update(m{"pk": "1"}, "SET r = :r", m{":r": "1"})
		t.indexed("back", "1")
	},
	"follows other attributes": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "r": "1"})
		t.update(m{"pk": "1"}, "SET r = :r, v = :v", m{":r": "1", ":v": "x"})
		t.soon("item", show(item(m{"pk": "1", "g": "a", "r": "1", "v": "x"})), func() string { return t.firstOfIndex() })
		t.put(m{"pk": "1", "g": "a", "r": "1", "w": "y"})
		t.soon("item", show(item(m{"pk": "1", "g": "a", "r": "1", "w": "y"})), func() string { return t.firstOfIndex() })
	},
	"loses an item that loses its key": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "r": "1"})
		t.put(m{"pk": "2", "g": "a", "r": "2"})
		t.indexed("before", "1 2")
		t.update(m{"pk": "1"}, "REMOVE r", nil)
		t.indexed("without its range key", "2")
		t.delete(m{"pk": "2"})
		t.indexed("deleted", "")
		t.update(m{"pk": "1"}, "SET r = :r", m{":r": "1"})
		t.indexed("back", "1")
	},
	"follows batches and transactions": func(t *table) {
		_, err := t.db.BatchWriteItem(t.ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{t.name: {
			{PutRequest: &types.PutRequest{Item: item(m{"pk": "1", "g": "a", "r": "1"})}}, {PutRequest: &types.PutRequest{Item: item(m{"pk": "2", "g": "a", "r": "2"})}},
		}}})
		t.ok("BatchWriteItem", err)
		t.indexed("batch", "1 2")
		_, err = t.db.TransactWriteItems(t.ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: &t.name, Item: item(m{"pk": "3", "g": "a", "r": "0"})}}, {Delete: &types.Delete{TableName: &t.name, Key: item(m{"pk": "1"})}},
		}})
		t.ok("TransactWriteItems", err)
		t.indexed("transaction", "3 2")
	},
	"does not see a write that fails": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "r": "1"})
		condition := "attribute_not_exists(pk)"
		_, err := t.tryPut(m{"pk": "1", "g": "a", "r": "2"}, func(in *dynamodb.PutItemInput) { in.ConditionExpression = &condition })
		t.fails("PutItem", failed, err)
		t.soon("item", show(item(m{"pk": "1", "g": "a", "r": "1"})), func() string { return t.firstOfIndex() })
	},
}), conformance.Case{Name: "index/of two, both follow", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) {
	addIndex(in, idx, "g:S", "ALL")
	addIndex(in, "another", "n:N", "KEYS_ONLY")
}, func(t *table) {
	t.put(m{"pk": "1", "g": "a", "n": 1})
	t.put(m{"pk": "2", "n": 1})
	t.indexed("idx", "1")
	t.soon("another", "1 2", func() string {
		name := "another"
		return sorted(column(t.index("n = :n", m{":n": 1}, func(in *dynamodb.QueryInput) { in.IndexName = &name }).Items, "pk"))
	})
})})
