package tables_test

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// missing are updates of an item that does not exist. after lists the attributes of the
// item that they make; nil means none. The source is Alternator's test_update_expression
// (https://github.com/scylladb/scylladb/blob/master/test/alternator/test_update_expression.py),
// which runs against AWS too: test_nested_attribute_remove_from_missing_item,
// test_nested_attribute_update_bad_path_dot and _array; for whole attributes test_item,
// test_update_item_non_existent.
var missing = []struct {
	expression string
	values     m
	refused    bool
	after      m
}{
	{"REMOVE x", nil, false, nil},
	{"REMOVE x.y", nil, false, nil},
	{"REMOVE x[0]", nil, false, nil},
	{"REMOVE x.y, x.z, w[3].v", nil, false, nil},
	{"DELETE s :s", m{":s": ss{"x"}}, false, nil},
	{"SET x.y = :v", m{":v": 1}, true, nil},
	{"SET x[0] = :v", m{":v": 1}, true, nil},
	{"SET n = x.y", nil, true, nil},
	{"ADD n :v", m{":v": 1}, false, m{"n": 1}},
	{"SET n = :v REMOVE x", m{":v": 1}, false, m{"n": 1}},
}

// updatesThroughNothing are updates of an item {"s": "x", "m": {"a": 1}, "l": [1]}, by
// the same tests and test_nested_attribute_remove_missing_leaf.
var updatesThroughNothing = []struct {
	expression string
	values     m
	after      m // nil: refused
}{
	{"REMOVE x.y", nil, nil},
	{"REMOVE x[0]", nil, nil},
	{"REMOVE s.y", nil, nil},
	{"REMOVE s[0]", nil, nil},
	{"REMOVE l.y", nil, nil},
	{"REMOVE m[0]", nil, nil},
	{"REMOVE m.b, l[7], x", nil, m{"s": "x", "m": m{"a": 1}, "l": l{1}}},
	{"SET x[0] = :v", m{":v": 1}, nil},
	{"SET s[0] = :v", m{":v": 1}, nil},
	{"SET l.y = :v", m{":v": 1}, nil},
	{"SET l[9] = :v", m{":v": 2}, m{"s": "x", "m": m{"a": 1}, "l": l{1, 2}}},
}

var missingItemCases = func() []conformance.Case {
	var list []conformance.Case
	for _, u := range missing {
		list = append(list, conformance.Case{Name: "missing item/" + u.expression, Check: on("pk:S", func(t *table) {
			_, err := t.tryUpdate(m{"pk": "a"}, u.expression, u.values)
			if u.refused {
				t.fails(u.expression, invalid, err)
			} else {
				t.ok(u.expression, err)
			}
			if u.after == nil {
				t.holds("a", nil)
			} else {
				t.holds("a", whole(u.after))
			}
		})})
	}
	before := m{"s": "x", "m": m{"a": 1}, "l": l{1}}
	for _, u := range updatesThroughNothing {
		list = append(list, conformance.Case{Name: "missing place/" + u.expression, Check: on("pk:S", func(t *table) {
			t.put(whole(before))
			_, err := t.tryUpdate(m{"pk": "a"}, u.expression, u.values)
			after := u.after
			if after == nil {
				t.fails(u.expression, invalid, err)
				after = before
			} else {
				t.ok(u.expression, err)
			}
			t.holds("a", whole(after))
		})})
	}
	return append(list, conformance.Case{Name: "missing item/REMOVE x.y under a condition that fails", Check: on("pk:S", func(t *table) {
		_, err := t.tryUpdate(m{"pk": "a"}, "REMOVE x.y", nil, func(in *dynamodb.UpdateItemInput) { in.ConditionExpression = text("attribute_exists(pk)") })
		t.fails("REMOVE x.y", failed, err)
	})}, conformance.Case{Name: "missing item/REMOVE x.y in a transaction", Check: on("pk:S", func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.updateItem("a", "REMOVE x.y", nil))
		t.ok("TransactWriteItems", err)
		t.holds("a", nil)
		t.holds("b", m{"pk": "b"})
	})})
}()
