package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// cost shows the units of a request: in all, of the table, and of the index idx, which
// is "-" if the answer lacks it.
func cost(c *types.ConsumedCapacity) string {
	if c == nil || c.Table == nil {
		return "none"
	}
	if x, ok := c.GlobalSecondaryIndexes[idx]; ok {
		return words(*c.CapacityUnits, *c.Table.CapacityUnits, *x.CapacityUnits)
	}
	return words(*c.CapacityUnits, *c.Table.CapacityUnits, "-")
}

func (t *table) putCost(i m) string {
	return cost(t.put(i, func(in *dynamodb.PutItemInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes }).ConsumedCapacity)
}

func (t *table) updateCost(expression string, values m) string {
	return cost(t.update(m{"pk": "1"}, expression, values, func(in *dynamodb.UpdateItemInput) {
		in.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes
	}).ConsumedCapacity)
}

// kb is a text of so many KB, less what the other attributes of an item need.
func kb(n float64) string { return strings.Repeat("x", int(n*1024)-100) }

// The index has the attribute p beside the keys. Source: dynoxide's
// tests/index_consumed_capacity.rs and transactional_index_consumed_capacity.rs, whose
// figures were measured at AWS.
var indexCostCases = onIndexCases("index cost", "g:S", "p", map[string]func(t *table){
	"is that of what the index has": func(t *table) {
		t.equal("a new item", t.putCost(m{"pk": "1", "g": "a"}), "2 1 1")
		t.equal("the same again", t.putCost(m{"pk": "1", "g": "a"}), "1 1 -")
		t.equal("not in the index", t.putCost(m{"pk": "2", "v": "x"}), "1 1 -")
		t.equal("3 KB beside the index", t.putCost(m{"pk": "3", "g": "a", "v": kb(3)}), "4 3 1")
		t.equal("3 KB in the index", t.putCost(m{"pk": "4", "g": "a", "p": kb(3)}), "6 3 3")
	},
	"is none where the index stays as it is": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "p": "x"})
		t.equal("another attribute", t.updateCost("SET v = :v", m{":v": "x"}), "1 1 -")
		t.equal("an attribute of the index", t.updateCost("SET p = :v", m{":v": "y"}), "2 1 1")
	},
	"is that of the larger item in its place": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "p": kb(3)})
		t.equal("smaller", t.updateCost("SET p = :v", m{":v": "x"}), "6 3 3")
		t.equal("larger", t.updateCost("SET p = :v", m{":v": kb(2)}), "4 2 2")
	},
	"of another key is that of both items": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "p": kb(1.5)})
		t.equal("moved", t.updateCost("SET g = :v", m{":v": "b"}), "6 2 4")
		t.equal("out", t.updateCost("REMOVE g", nil), "4 2 2")
		t.equal("in", t.updateCost("SET g = :v", m{":v": "b"}), "4 2 2")
		out := t.delete(m{"pk": "1"}, func(in *dynamodb.DeleteItemInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes })
		t.equal("deleted", cost(out.ConsumedCapacity), "4 2 2")
	},
	"in TOTAL is one sum": func(t *table) {
		out := t.put(m{"pk": "1", "g": "a"}, func(in *dynamodb.PutItemInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal })
		t.equal("units", *out.ConsumedCapacity.CapacityUnits, 2)
		t.equal("details", words(out.ConsumedCapacity.Table == nil, out.ConsumedCapacity.GlobalSecondaryIndexes == nil), "true true")
	},
	"in a batch is that of all writes": func(t *table) {
		out, err := t.db.BatchWriteItem(t.ctx, &dynamodb.BatchWriteItemInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes, RequestItems: map[string][]types.WriteRequest{t.name: {
			{PutRequest: &types.PutRequest{Item: item(m{"pk": "1", "g": "a"})}}, {PutRequest: &types.PutRequest{Item: item(m{"pk": "2", "g": "a"})}}, {PutRequest: &types.PutRequest{Item: item(m{"pk": "3"})}},
		}}})
		t.ok("BatchWriteItem", err)
		t.equal("units", cost(&out.ConsumedCapacity[0]), "5 3 2")
	},
	"in a transaction is not doubled": func(t *table) {
		out, err := t.db.TransactWriteItems(t.ctx, &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes, TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: &t.name, Item: item(m{"pk": "1", "g": "a"})}},
		}})
		t.ok("TransactWriteItems", err)
		t.equal("units", cost(&out.ConsumedCapacity[0]), "3 2 1")
	},
	"of reading is the index's alone": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "p": kb(5), "v": kb(20)})
		t.indexed("items", "1")
		out := t.index("g = :g", m{":g": "a"}, func(in *dynamodb.QueryInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes })
		t.equal("Query", cost(out.ConsumedCapacity), "1 0 1")
		scanned := t.scan(ofIndex, func(in *dynamodb.ScanInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes })
		t.equal("Scan", cost(scanned.ConsumedCapacity), "1 0 1")
	},
})
