package tables_test

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const showOld = types.ReturnValuesOnConditionCheckFailureAllOld

// shown is the item that a failed condition returned.
func (t *table) shown(err error) map[string]types.AttributeValue {
	var e *types.ConditionalCheckFailedException
	if !errors.As(err, &e) {
		t.errorf("got %w, want %s", err, failed)
		return nil
	}
	return e.Item
}

// never is a condition that fails, also where there is no item.
const never = "attribute_exists(gone)"

var failureCases = cases("condition failure", "pk:S", map[string]func(t *table){
	"of a put returns the old item": func(t *table) {
		t.put(m{"pk": "a", "n": 1, "m": m{"x": l{2}}})
		_, err := t.tryPut(m{"pk": "a"}, putIf(never, nil), func(in *dynamodb.PutItemInput) { in.ReturnValuesOnConditionCheckFailure = showOld })
		t.is("the item", t.shown(err), m{"pk": "a", "n": 1, "m": m{"x": l{2}}})
	},
	"of an update returns the old item": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		_, err := t.tryUpdate(m{"pk": "a"}, "SET n = :v", m{":v": 2}, updateIf(never, nil))
		t.is("the item", t.shown(err), m{"pk": "a", "n": 1})
	},
	"of a delete returns the old item": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		_, err := t.tryDelete(m{"pk": "a"}, deleteIf(never, nil), func(in *dynamodb.DeleteItemInput) { in.ReturnValuesOnConditionCheckFailure = showOld })
		t.is("the item", t.shown(err), m{"pk": "a", "n": 1})
	},
	"returns no item unless asked": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		_, err := t.tryPut(m{"pk": "a"}, putIf(never, nil))
		t.is("the item", t.shown(err), nil)
	},
	"returns no item where there is none": func(t *table) {
		_, err := t.tryUpdate(m{"pk": "a"}, "SET n = :v", m{":v": 2}, updateIf(never, nil))
		t.is("the item", t.shown(err), nil)
	},
	"comes before what the update would meet": func(t *table) {
		t.put(m{"pk": "a", "n": "text"})
		_, err := t.tryUpdate(m{"pk": "a"}, "ADD n :v", m{":v": 2}, updateIf(never, nil))
		t.fails("both fail", failed, err)
	},
	"comes after what the request gets wrong": func(t *table) {
		_, err := t.tryUpdate(m{"pk": "a"}, "SET pk = :v", m{":v": "b"}, updateIf(never, nil))
		t.fails("both fail", invalid, err)
	},
	"refuses to return anything else": func(t *table) {
		_, err := t.tryPut(m{"pk": "a"}, putIf(never, nil), func(in *dynamodb.PutItemInput) { in.ReturnValuesOnConditionCheckFailure = "ALL_NEW" })
		t.fails("ALL_NEW", invalid, err)
	},
})

// updateIf adds a condition that shows the old item where it fails.
func updateIf(condition string, values m) func(*dynamodb.UpdateItemInput) {
	return func(in *dynamodb.UpdateItemInput) {
		in.ConditionExpression, in.ReturnValuesOnConditionCheckFailure = &condition, showOld
		for name, v := range item(values) {
			in.ExpressionAttributeValues[name] = v
		}
	}
}
