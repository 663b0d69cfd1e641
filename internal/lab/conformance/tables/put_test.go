package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func putReturning(what types.ReturnValue) func(*dynamodb.PutItemInput) {
	return func(in *dynamodb.PutItemInput) { in.ReturnValues = what }
}

func putIf(condition string, values m) func(*dynamodb.PutItemInput) {
	return func(in *dynamodb.PutItemInput) {
		in.ConditionExpression, in.ExpressionAttributeValues = &condition, item(values)
	}
}

// everything has every type of value.
var everything = m{
	"pk": "a", "s": "ü日本🙂", "n": num("-12.5"), "b": []byte{0, 255}, "yes": true, "no": false, "null": nil,
	"ss": ss{"x", "y"}, "ns": ns{"1", "2.5"}, "bs": bs{{1}, {2}}, "l": l{"x", 1, l{}, m{}}, "m": m{"k": m{"deep": l{nil}}},
}

var putCases = cases("put", "pk:S", map[string]func(t *table){
	"makes an item": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.holds("a", m{"pk": "a", "n": 1})
	},
	"replaces the whole item": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.put(m{"pk": "a", "s": "x"})
		t.holds("a", m{"pk": "a", "s": "x"})
	},
	"keeps every type of value": func(t *table) {
		t.put(everything)
		t.holds("a", everything)
	},
	"keeps empty strings and binaries that are no keys": func(t *table) {
		t.put(m{"pk": "a", "s": "", "b": []byte{}, "l": l{""}})
		t.holds("a", m{"pk": "a", "s": "", "b": []byte{}, "l": l{""}})
	},
	"keeps attribute names of any characters": func(t *table) {
		t.put(m{"pk": "a", "p.x:y-z": 1, "ü #": 2, "size": 3})
		t.holds("a", m{"pk": "a", "p.x:y-z": 1, "ü #": 2, "size": 3})
	},
	"returns nothing unless asked": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.is("attributes", t.put(m{"pk": "a"}).Attributes, nil)
		t.is("attributes", t.put(m{"pk": "a"}, putReturning(types.ReturnValueNone)).Attributes, nil)
	},
	"returns the old item for ALL_OLD": func(t *table) {
		t.is("of a new item", t.put(m{"pk": "a", "n": 1}, putReturning(types.ReturnValueAllOld)).Attributes, nil)
		t.is("of an old item", t.put(m{"pk": "a"}, putReturning(types.ReturnValueAllOld)).Attributes, m{"pk": "a", "n": 1})
	},
	"refuses to return new values": func(t *table) {
		for _, v := range []types.ReturnValue{types.ReturnValueAllNew, types.ReturnValueUpdatedNew, types.ReturnValueUpdatedOld, "ALL"} {
			_, err := t.tryPut(m{"pk": "a"}, putReturning(v))
			t.fails(string(v), invalid, err)
		}
		t.holds("a", nil)
	},
	"writes where a condition holds": func(t *table) {
		t.put(m{"pk": "a", "n": 1}, putIf("attribute_not_exists(pk)", nil))
		_, err := t.tryPut(m{"pk": "a", "n": 2}, putIf("attribute_not_exists(pk)", nil))
		t.fails("again", failed, err)
		t.holds("a", m{"pk": "a", "n": 1})
		t.put(m{"pk": "a", "n": 3}, putIf("n = :n", m{":n": 1}))
		t.holds("a", m{"pk": "a", "n": 3})
	},
	"reads its condition on the old item": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		_, err := t.tryPut(m{"pk": "a", "n": 2}, putIf("n = :n", m{":n": 2}))
		t.fails("a condition that the new item meets", failed, err)
	},
	"refuses an item without its key": func(t *table) {
		_, err := t.tryPut(m{"n": 1})
		t.fails("no key", invalid, err)
	},
	"refuses a key of another type": func(t *table) {
		_, err := t.tryPut(m{"pk": 1})
		t.fails("a number", invalid, err)
	},
	"refuses an empty key": func(t *table) {
		_, err := t.tryPut(m{"pk": ""})
		t.fails("empty", invalid, err)
	},
	"refuses empty sets": func(t *table) {
		for name, v := range (m{"strings": ss{}, "numbers": ns{}, "binaries": bs{}}) {
			_, err := t.tryPut(m{"pk": "a", "v": v})
			t.fails(name, invalid, err)
		}
	},
	"refuses sets with an element twice": func(t *table) {
		for name, v := range (m{"strings": ss{"x", "x"}, "numbers": ns{"1", "1.0"}, "binaries": bs{{1}, {1}}}) {
			_, err := t.tryPut(m{"pk": "a", "v": v})
			t.fails(name, invalid, err)
		}
	},
	"takes sets with an empty element": func(t *table) {
		t.put(m{"pk": "a", "v": ss{"", "x"}})
		t.holds("a", m{"pk": "a", "v": ss{"", "x"}})
	},
	"refuses a NULL that is false": func(t *table) {
		_, err := t.tryPut(m{"pk": "a", "v": &types.AttributeValueMemberNULL{Value: false}})
		t.fails("null", invalid, err)
	},
	"refuses a table that does not exist": func(t *table) {
		_, err := t.tryPut(m{"pk": "a"}, func(in *dynamodb.PutItemInput) { in.TableName = aws.String(t.name + "-none") })
		t.fails("no table", notFound, err)
	},
	"takes the table's ARN for its name": func(t *table) {
		t.put(m{"pk": "a"}, func(in *dynamodb.PutItemInput) { in.TableName = t.describe().TableArn })
		t.holds("a", m{"pk": "a"})
	},
	"costs a unit per KB of the larger item": func(t *table) {
		units := func(in *dynamodb.PutItemInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal }
		t.equal("small", *t.put(m{"pk": "a"}, units).ConsumedCapacity.CapacityUnits, 1)
		t.equal("1,025 bytes", *t.put(m{"pk": "a", "v": strings.Repeat("x", 1025-4)}, units).ConsumedCapacity.CapacityUnits, 2)
		t.equal("small over large", *t.put(m{"pk": "a"}, units).ConsumedCapacity.CapacityUnits, 2)
	},
	"refuses placeholders without an expression": func(t *table) {
		_, err := t.tryPut(m{"pk": "a"}, func(in *dynamodb.PutItemInput) { in.ExpressionAttributeNames = map[string]string{"#a": "a"} })
		t.fails("names", invalid, err)
		_, err = t.tryPut(m{"pk": "a"}, func(in *dynamodb.PutItemInput) { in.ExpressionAttributeValues = item(m{":a": 1}) })
		t.fails("values", invalid, err)
	},
})
