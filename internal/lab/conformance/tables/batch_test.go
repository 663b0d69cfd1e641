package tables_test

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func putting(i m) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: item(i)}}
}

func deleting(pk string) types.WriteRequest {
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item(m{"pk": pk})}}
}

func (t *table) batchWrite(requests ...types.WriteRequest) (*dynamodb.BatchWriteItemOutput, error) {
	return t.db.BatchWriteItem(t.ctx, &dynamodb.BatchWriteItemInput{
		RequestItems: map[string][]types.WriteRequest{t.name: requests}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
}

func (t *table) batchGet(keys ...m) (*dynamodb.BatchGetItemOutput, error) {
	ask := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, k := range keys {
		ask.Keys = append(ask.Keys, item(k))
	}
	return t.batchGetOf(ask)
}

func (t *table) batchGetOf(ask types.KeysAndAttributes) (*dynamodb.BatchGetItemOutput, error) {
	return t.db.BatchGetItem(t.ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{t.name: ask}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
}

// many are n keys k0, k1, ...
func many(n int) []m {
	keys := make([]m, n)
	for i := range keys {
		keys[i] = m{"pk": fmt.Sprint("k", i)}
	}
	return keys
}

func puts(n int) []types.WriteRequest {
	var list []types.WriteRequest
	for _, k := range many(n) {
		list = append(list, putting(k))
	}
	return list
}

var batchCases = cases("batch", "pk:S", map[string]func(t *table){
	"write puts and deletes": func(t *table) {
		t.put(m{"pk": "old"})
		out, err := t.batchWrite(putting(m{"pk": "a", "n": 1}), deleting("old"), deleting("none"), putting(m{"pk": "b"}))
		t.ok("BatchWriteItem", err)
		t.equal("unprocessed", len(answer(t, "", out, err).UnprocessedItems), 0)
		t.holds("a", m{"pk": "a", "n": 1})
		t.holds("old", nil)
		t.equal("items", t.scanAll(), "a b")
	},
	"write of 25 items": func(t *table) {
		_, err := t.batchWrite(puts(25)...)
		t.ok("25", err)
		_, err = t.batchWrite(puts(26)...)
		t.fails("26", invalid, err)
		t.equal("items", t.scan().Count, 25)
	},
	"write costs by item": func(t *table) {
		out, err := t.batchWrite(putting(m{"pk": "a"}), putting(m{"pk": "b", "v": strings.Repeat("x", 1500)}))
		t.ok("BatchWriteItem", err)
		t.equal("units", *out.ConsumedCapacity[0].CapacityUnits, 3)
	},
	"write refuses a key twice": func(t *table) {
		_, err := t.batchWrite(putting(m{"pk": "a"}), deleting("a"))
		t.fails("twice", invalid, err)
		t.equal("items", t.scan().Count, 0)
	},
	"write refuses a bad item, and the good ones with it": func(t *table) {
		_, err := t.batchWrite(putting(m{"pk": "a"}), putting(m{"n": 1}))
		t.fails("no key", invalid, err)
		t.equal("items", t.scan().Count, 0)
	},
	"write refuses an item that is too large": func(t *table) {
		_, err := t.batchWrite(putting(padded(maxItem + 1)))
		t.fails("400 KB and a byte", invalid, err)
	},
	"write refuses no requests": func(t *table) {
		_, err := t.db.BatchWriteItem(t.ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{}})
		t.fails("no table", invalid, err)
		_, err = t.batchWrite()
		t.fails("no request", invalid, err)
	},
	"write refuses a request of nothing": func(t *table) {
		_, err := t.batchWrite(types.WriteRequest{})
		t.fails("neither put nor delete", invalid, err)
	},
	"write refuses a table that does not exist": func(t *table) {
		_, err := t.db.BatchWriteItem(t.ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
			t.name: {putting(m{"pk": "a"})}, t.name + "-none": {putting(m{"pk": "a"})},
		}})
		t.fails("no table", notFound, err)
		t.equal("items", t.scan().Count, 0)
	},
	"get leaves out what is missing": func(t *table) {
		t.spread(3)
		out, err := t.batchGet(m{"pk": "k02"}, m{"pk": "none"}, m{"pk": "k00"})
		t.ok("BatchGetItem", err)
		t.equal("items", sorted(column(out.Responses[t.name], "pk")), "k00 k02")
		t.equal("unprocessed", len(out.UnprocessedKeys), 0)
	},
	"get finds nothing": func(t *table) {
		out, err := t.batchGet(m{"pk": "none"})
		t.ok("BatchGetItem", err)
		_, there := out.Responses[t.name]
		t.equal("items, a response for the table", words(len(out.Responses[t.name]), there), "0 true")
	},
	"get projects": func(t *table) {
		t.put(document)
		out, err := t.batchGetOf(types.KeysAndAttributes{
			Keys: []map[string]types.AttributeValue{item(m{"pk": "a"})}, ProjectionExpression: aws.String("m.#a.b"), ExpressionAttributeNames: map[string]string{"#a": "a"},
		})
		t.ok("BatchGetItem", err)
		t.is("item", out.Responses[t.name][0], m{"m": m{"a": m{"b": 3}}})
	},
	"get costs by key, found or not": func(t *table) {
		t.spread(1)
		out, err := t.batchGet(m{"pk": "k00"}, m{"pk": "none"})
		t.ok("BatchGetItem", err)
		t.equal("units", *out.ConsumedCapacity[0].CapacityUnits, 2)
	},
	"get of 100 keys": func(t *table) {
		_, err := t.batchGet(many(100)...)
		t.ok("100", err)
		_, err = t.batchGet(many(101)...)
		t.fails("101", invalid, err)
	},
	"get refuses a key twice": func(t *table) {
		_, err := t.batchGet(m{"pk": "a"}, m{"pk": "a"})
		t.fails("twice", invalid, err)
	},
	"get refuses a key that is not the table's": func(t *table) {
		_, err := t.batchGet(m{"pk": "a"}, m{"id": "a"})
		t.fails("another name", invalid, err)
	},
	"get refuses no keys": func(t *table) {
		_, err := t.db.BatchGetItem(t.ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{}})
		t.fails("no table", invalid, err)
		_, err = t.batchGetOf(types.KeysAndAttributes{Keys: []map[string]types.AttributeValue{}})
		t.fails("no keys", invalid, err)
	},
	"get refuses a table that does not exist": func(t *table) {
		_, err := t.db.BatchGetItem(t.ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			t.name + "-none": {Keys: []map[string]types.AttributeValue{item(m{"pk": "a"})}},
		}})
		t.fails("no table", notFound, err)
	},
})
