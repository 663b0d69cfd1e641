package tables_test

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func deleteReturning(what types.ReturnValue) func(*dynamodb.DeleteItemInput) {
	return func(in *dynamodb.DeleteItemInput) { in.ReturnValues = what }
}

func deleteIf(condition string, values m) func(*dynamodb.DeleteItemInput) {
	return func(in *dynamodb.DeleteItemInput) {
		in.ConditionExpression, in.ExpressionAttributeValues = &condition, item(values)
	}
}

var deleteCases = cases("delete", "pk:S", map[string]func(t *table){
	"removes the item": func(t *table) {
		t.put(m{"pk": "a"})
		t.put(m{"pk": "b"})
		t.is("attributes", t.delete(m{"pk": "a"}).Attributes, nil)
		t.holds("a", nil)
		t.holds("b", m{"pk": "b"})
	},
	"is content where there is nothing": func(t *table) {
		t.is("attributes", t.delete(m{"pk": "a"}, deleteReturning(types.ReturnValueAllOld)).Attributes, nil)
	},
	"returns the old item for ALL_OLD": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.is("attributes", t.delete(m{"pk": "a"}, deleteReturning(types.ReturnValueAllOld)).Attributes, m{"pk": "a", "n": 1})
	},
	"refuses to return new values": func(t *table) {
		_, err := t.tryDelete(m{"pk": "a"}, deleteReturning(types.ReturnValueAllNew))
		t.fails("ALL_NEW", invalid, err)
	},
	"removes where a condition holds": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		_, err := t.tryDelete(m{"pk": "a"}, deleteIf("n > :n", m{":n": 1}))
		t.fails("n > 1", failed, err)
		t.holds("a", m{"pk": "a", "n": 1})
		t.delete(m{"pk": "a"}, deleteIf("n >= :n", m{":n": 1}))
		t.holds("a", nil)
	},
	"fails a condition on a missing item": func(t *table) {
		_, err := t.tryDelete(m{"pk": "a"}, deleteIf("attribute_exists(pk)", nil))
		t.fails("attribute_exists", failed, err)
		t.delete(m{"pk": "a"}, deleteIf("attribute_not_exists(pk)", nil))
	},
	"refuses a key that is not the table's": func(t *table) {
		_, err := t.tryDelete(m{"pk": "a", "n": 1})
		t.fails("an attribute more", invalid, err)
	},
	"refuses a table that does not exist": func(t *table) {
		_, err := t.tryDelete(m{"pk": "a"}, func(in *dynamodb.DeleteItemInput) { in.TableName = aws.String(t.name + "-none") })
		t.fails("no table", notFound, err)
	},
})
