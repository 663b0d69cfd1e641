package tables_test

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (t *table) transact(token string, items ...types.TransactWriteItem) (*dynamodb.TransactWriteItemsOutput, error) {
	in := &dynamodb.TransactWriteItemsInput{TransactItems: items, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}
	if token != "" {
		in.ClientRequestToken = &token
	}
	return t.db.TransactWriteItems(t.ctx, in)
}

// token is a ClientRequestToken of this case's own.
func (t *table) token() string { return t.name[len(t.name)-20:] }

// putItem is a put in a transaction, under a condition unless empty.
func (t *table) putItem(i m, condition string) types.TransactWriteItem {
	p := &types.Put{TableName: &t.name, Item: item(i), ReturnValuesOnConditionCheckFailure: showOld}
	if condition != "" {
		p.ConditionExpression = &condition
	}
	return types.TransactWriteItem{Put: p}
}

func (t *table) updateItem(pk, expression string, values m) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &t.name, Key: item(m{"pk": pk}), UpdateExpression: &expression, ExpressionAttributeValues: item(values),
	}}
}

func (t *table) deleteItem(pk string) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: &t.name, Key: item(m{"pk": pk})}}
}

func (t *table) require(pk, condition string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: &t.name, Key: item(m{"pk": pk}), ConditionExpression: &condition}}
}

func (t *table) getItems(keys ...m) (*dynamodb.TransactGetItemsOutput, error) {
	in := &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}
	for _, k := range keys {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: &t.name, Key: item(k)}})
	}
	return t.db.TransactGetItems(t.ctx, in)
}

// reasons are the codes of a cancelled transaction, with the items that they
// show.
func (t *table) reasons(err error) string {
	var e *types.TransactionCanceledException
	if !errors.As(err, &e) {
		t.errorf("got %w, want %s", err, cancelled)
		return ""
	}
	var all []string
	for _, r := range e.CancellationReasons {
		reason := aws.ToString(r.Code)
		if r.Item != nil {
			reason += show(r.Item)
		}
		all = append(all, reason)
	}
	return strings.Join(all, " ")
}

var transactionCases = cases("transaction", "pk:S", map[string]func(t *table){
	"makes all its writes": func(t *table) {
		t.put(m{"pk": "guard"})
		t.put(m{"pk": "old"})
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.updateItem("b", "ADD n :v", m{":v": 2}), t.deleteItem("old"), t.require("guard", "attribute_exists(pk)"))
		t.ok("TransactWriteItems", err)
		t.holds("a", m{"pk": "a"})
		t.holds("b", m{"pk": "b", "n": 2})
		t.holds("old", nil)
		t.holds("guard", m{"pk": "guard"})
	},
	"makes none where one condition fails": func(t *table) {
		t.put(m{"pk": "b", "n": 1})
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.updateItem("b", "ADD n :v", m{":v": 2}), t.require("guard", "attribute_exists(pk)"))
		t.equal("reasons", t.reasons(err), "None None ConditionalCheckFailed")
		t.holds("a", nil)
		t.holds("b", m{"pk": "b", "n": 1})
	},
	"gives a reason for each write, in their order": func(t *table) {
		t.put(m{"pk": "a", "n": "text"})
		_, err := t.transact("", t.require("none", "attribute_exists(pk)"), t.putItem(m{"pk": "b"}, ""), t.putItem(m{"pk": "a"}, "attribute_not_exists(pk)"))
		t.equal("reasons", t.reasons(err), `ConditionalCheckFailed None ConditionalCheckFailed{n: "text", pk: "a"}`)
	},
	"gives a reason for an update that does not fit": func(t *table) {
		t.put(m{"pk": "a", "n": "text"})
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.updateItem("a", "ADD n :v", m{":v": 1}))
		t.equal("reasons", t.reasons(err), "None ValidationError")
		t.holds("b", nil)
	},
	"gives a reason for a key that does not fit": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.putItem(m{"pk": 1}, ""))
		t.equal("of a write", t.reasons(err), "None ValidationError")
		_, err = t.getItems(m{"pk": "b"}, m{"id": "b"})
		t.equal("of a read", t.reasons(err), "None ValidationError")
		t.holds("b", nil)
	},
	// Alternator's test_transact, which runs against AWS too:
	// test_transact_write_cancellation_reasons_validationerror.
	"names only the first key that does not fit": func(t *table) {
		_, err := t.transact("", t.require("none", "attribute_exists(pk)"), t.putItem(m{"pk": 7}, ""), t.putItem(m{"pk": 8}, ""), t.putItem(m{"pk": "a"}, "attribute_exists(pk)"))
		t.equal("of writes", t.reasons(err), "None ValidationError None None")
	},
	"gives a reason for an update that makes an item too large": func(t *table) {
		t.put(padded(maxItem - 100))
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.updateItem("a", "SET w = :v", m{":v": strings.Repeat("x", 200)}))
		t.equal("reasons", t.reasons(err), "None ValidationError")
		t.holds("b", nil)
	},
	"shows the item that fails a mere condition": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		check := t.require("a", "attribute_not_exists(pk)")
		check.ConditionCheck.ReturnValuesOnConditionCheckFailure = showOld
		_, err := t.transact("", check)
		t.equal("reasons", t.reasons(err), `ConditionalCheckFailed{n: 1, pk: "a"}`)
	},
	"names the reasons in its message": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.require("none", "attribute_exists(pk)"))
		if got := message(err); !strings.HasSuffix(got, "[None, ConditionalCheckFailed]") {
			t.errorf("the message is %q", got)
		}
	},
	"costs twice": func(t *table) {
		out, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.putItem(m{"pk": "b", "v": strings.Repeat("x", 1500)}, ""))
		t.ok("TransactWriteItems", err)
		t.equal("units", *out.ConsumedCapacity[0].CapacityUnits, 6)
	},
	"with a token is made once": func(t *table) {
		for range 2 {
			_, err := t.transact(t.token(), t.updateItem("a", "ADD n :v", m{":v": 1}))
			t.ok("TransactWriteItems", err)
		}
		t.holds("a", m{"pk": "a", "n": 1})
	},
	"made again costs as much as to read its items": func(t *table) {
		token, write := t.token(), t.putItem(m{"pk": "a", "v": strings.Repeat("x", 1500)}, "")
		first, err := t.transact(token, write)
		t.ok("first", err)
		again, err := t.transact(token, write)
		t.ok("again", err)
		t.equal("write units, then read units", words(*first.ConsumedCapacity[0].WriteCapacityUnits, *again.ConsumedCapacity[0].ReadCapacityUnits), "4 2")
	},
	"with a token refuses another request": func(t *table) {
		_, err := t.transact(t.token(), t.updateItem("a", "ADD n :v", m{":v": 1}))
		t.ok("TransactWriteItems", err)
		_, err = t.transact(t.token(), t.updateItem("a", "ADD n :v", m{":v": 2}))
		t.fails("another value", "IdempotentParameterMismatchException", err)
	},
	"with a token may be tried again where it failed": func(t *table) {
		write := t.putItem(m{"pk": "a"}, "")
		guard := t.require("guard", "attribute_exists(pk)")
		_, err := t.transact(t.token(), write, guard)
		t.fails("no guard", cancelled, err)
		t.put(m{"pk": "guard"})
		_, err = t.transact(t.token(), write, guard)
		t.ok("again", err)
		t.holds("a", m{"pk": "a"})
	},
	"of 100 writes": func(t *table) {
		var list []types.TransactWriteItem
		for _, k := range many(101) {
			list = append(list, t.putItem(k, ""))
		}
		_, err := t.transact("", list[:100]...)
		t.ok("100", err)
		t.equal("items", t.scan().Count, 100)
	},
	"reads items as they are": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		out, err := t.getItems(m{"pk": "none"}, m{"pk": "a"})
		t.ok("TransactGetItems", err)
		t.equal("responses, none, a", words(len(out.Responses), out.Responses[0].Item == nil, show(out.Responses[1].Item)), `2 true {n: 1, pk: "a"}`)
		t.equal("units", *out.ConsumedCapacity[0].CapacityUnits, 4)
	},
	"reads projected": func(t *table) {
		t.put(document)
		out, err := t.db.TransactGetItems(t.ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: &t.name, Key: item(m{"pk": "a"}), ProjectionExpression: text("m.d, n")}},
		}})
		t.ok("TransactGetItems", err)
		t.is("item", out.Responses[0].Item, m{"n": 1, "m": m{"d": 5}})
	},
	"reads nothing where the projection has nothing": func(t *table) {
		t.put(document)
		out, err := t.db.TransactGetItems(t.ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: &t.name, Key: item(m{"pk": "a"}), ProjectionExpression: text("gone")}},
		}})
		t.ok("TransactGetItems", err)
		t.is("item", out.Responses[0].Item, nil)
	},
})

var transactionErrorCases = cases("transaction", "pk:S", map[string]func(t *table){
	"refuses more than 100 writes": func(t *table) {
		var list []types.TransactWriteItem
		for _, k := range many(101) {
			list = append(list, t.putItem(k, ""))
		}
		_, err := t.transact("", list...)
		t.fails("101", invalid, err)
	},
	"refuses no writes": func(t *table) {
		_, err := t.transact("", []types.TransactWriteItem{}...)
		t.fails("none", invalid, err)
	},
	"refuses an item twice": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.require("a", "attribute_not_exists(pk)"))
		t.fails("put and check", invalid, err)
		_, err = t.getItems(m{"pk": "a"}, m{"pk": "a"})
		t.fails("read", invalid, err)
	},
	"refuses two operations in one": func(t *table) {
		both := t.putItem(m{"pk": "a"}, "")
		both.Delete = t.deleteItem("b").Delete
		_, err := t.transact("", both)
		t.fails("put and delete", invalid, err)
	},
	"refuses an operation of nothing": func(t *table) {
		_, err := t.transact("", types.TransactWriteItem{})
		t.fails("nothing", invalid, err)
	},
	"refuses an empty key": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.putItem(m{"pk": ""}, ""))
		t.fails("empty", invalid, err)
		t.holds("a", nil)
	},
	"refuses to put an item that is too large": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.putItem(padded(maxItem+1), ""))
		t.fails("400 KB and a byte", invalid, err)
		t.holds("b", nil)
	},
	"refuses a malformed expression": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.updateItem("b", "SET n = = :v", m{":v": 1}))
		t.fails("= =", invalid, err)
		t.holds("a", nil)
	},
	"refuses an update of the key": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), t.updateItem("b", "SET pk = :v", m{":v": "c"}))
		if got := code(err); got != invalid && got != cancelled {
			t.errorf("got %w, want %s or %s", err, invalid, cancelled)
		}
		t.holds("a", nil)
	},
	"refuses a table that does not exist": func(t *table) {
		none := t.putItem(m{"pk": "a"}, "")
		none.Put.TableName = aws.String(t.name + "-none")
		_, err := t.transact("", t.putItem(m{"pk": "a"}, ""), none)
		t.fails("no table", notFound, err)
		t.holds("a", nil)
	},
	"refuses to read more than 100 items": func(t *table) {
		_, err := t.getItems(many(101)...)
		t.fails("101", invalid, err)
	},
})
