package tables_test

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func named(names map[string]string) func(*dynamodb.UpdateItemInput) {
	return func(in *dynamodb.UpdateItemInput) { in.ExpressionAttributeNames = names }
}

// updates change the item a, which has the attributes before. after lists its
// attributes afterwards; nil means that the update is refused and changes nothing.
var updates = []struct {
	what       string
	before     m
	expression string
	values     m
	after      m
}{
	{"SET makes an attribute", m{}, "SET n = :v", m{":v": 1}, m{"n": 1}},
	{"SET replaces an attribute by one of another type", m{"n": 1}, "SET n = :v", m{":v": "x"}, m{"n": "x"}},
	{"SET copies an attribute", m{"n": 1}, "SET k = n", nil, m{"n": 1, "k": 1}},
	{"SET exchanges two attributes", m{"n": 1, "k": 2}, "SET n = k, k = n", nil, m{"n": 2, "k": 1}},
	{"SET adds and subtracts", m{"n": 5, "k": 5}, "SET n = n + :v, k = :v - k", m{":v": 2}, m{"n": 7, "k": -3}},
	{"SET writes a member of a map", m{"m": m{"x": 1}}, "SET m.y = :v", m{":v": 2}, m{"m": m{"x": 1, "y": 2}}},
	{"SET writes two members of a map", m{"m": m{}}, "SET m.x = :v, m.y = :v", m{":v": 2}, m{"m": m{"x": 2, "y": 2}}},
	{"SET writes an element of a list", m{"l": l{1, 2}}, "SET l[1] = :v", m{":v": 9}, m{"l": l{1, 9}}},
	{"SET beyond the end of a list appends", m{"l": l{1}}, "SET l[7] = :a, l[5] = :b", m{":a": 7, ":b": 5}, m{"l": l{1, 5, 7}}},
	{"SET through a missing map", m{}, "SET m.x = :v", m{":v": 1}, nil},
	{"SET through a number", m{"n": 1}, "SET n.x = :v", m{":v": 1}, nil},
	{"SET an index of a map", m{"m": m{}}, "SET m[0] = :v", m{":v": 1}, nil},
	{"SET from a missing attribute", m{}, "SET n = k", nil, nil},
	{"SET adds to a missing attribute", m{}, "SET n = n + :v", m{":v": 1}, nil},
	{"SET adds to a string", m{"n": "x"}, "SET n = n + :v", m{":v": 1}, nil},
	{"SET adds a string", m{"n": 1}, "SET n = n + :v", m{":v": "x"}, nil},
	{"SET three summands", m{"n": 1}, "SET n = n + :v + :v", m{":v": 1}, nil},

	{"if_not_exists keeps what there is", m{"n": 1}, "SET n = if_not_exists(n, :v)", m{":v": 9}, m{"n": 1}},
	{"if_not_exists takes the other where there is nothing", m{}, "SET n = if_not_exists(n, :v)", m{":v": 9}, m{"n": 9}},
	{"if_not_exists counts from a beginning", m{}, "SET n = if_not_exists(n, :zero) + :one", m{":zero": 100, ":one": 1}, m{"n": 101}},
	{"if_not_exists reads another attribute", m{"k": 3}, "SET n = if_not_exists(k, :v)", m{":v": 9}, m{"n": 3, "k": 3}},
	{"if_not_exists counts null as existing", m{"n": nil}, "SET n = if_not_exists(n, :v)", m{":v": 9}, m{"n": nil}},
	{"if_not_exists of a value", m{}, "SET n = if_not_exists(:v, :v)", m{":v": 9}, nil},
	{"list_append appends", m{"l": l{1}}, "SET l = list_append(l, :v)", m{":v": l{2, 3}}, m{"l": l{1, 2, 3}}},
	{"list_append puts in front", m{"l": l{1}}, "SET l = list_append(:v, l)", m{":v": l{2}}, m{"l": l{2, 1}}},
	{"list_append on a missing attribute", m{}, "SET l = list_append(l, :v)", m{":v": l{1}}, nil},
	{"list_append with if_not_exists", m{}, "SET l = list_append(if_not_exists(l, :e), :v)", m{":e": l{}, ":v": l{1}}, m{"l": l{1}}},
	{"list_append of a number", m{"l": l{1}}, "SET l = list_append(l, :v)", m{":v": 1}, nil},
	{"list_append to a string", m{"l": "x"}, "SET l = list_append(l, :v)", m{":v": l{1}}, nil},

	{"REMOVE removes attributes", m{"n": 1, "k": 2, "s": "x"}, "REMOVE n, k", nil, m{"s": "x"}},
	{"REMOVE of a missing attribute", m{"n": 1}, "REMOVE k", nil, m{"n": 1}},
	{"REMOVE removes a member of a map", m{"m": m{"x": 1, "y": 2}}, "REMOVE m.x", nil, m{"m": m{"y": 2}}},
	{"REMOVE leaves an empty map", m{"m": m{"x": 1}}, "REMOVE m.x", nil, m{"m": m{}}},
	{"REMOVE of a missing member", m{"m": m{"x": 1}}, "REMOVE m.y", nil, m{"m": m{"x": 1}}},
	{"REMOVE through a missing map", m{"n": 1}, "REMOVE m.y", nil, nil},
	{"REMOVE removes elements by their old index", m{"l": l{0, 1, 2, 3}}, "REMOVE l[0], l[2]", nil, m{"l": l{1, 3}}},
	{"REMOVE of a missing element", m{"l": l{0}}, "REMOVE l[3]", nil, m{"l": l{0}}},

	{"ADD makes a number", m{}, "ADD n :v", m{":v": -2}, m{"n": -2}},
	{"ADD adds to a number", m{"n": 1}, "ADD n :v", m{":v": 2}, m{"n": 3}},
	{"ADD makes a set", m{}, "ADD s :v", m{":v": ss{"x"}}, m{"s": ss{"x"}}},
	{"ADD adds to a set", m{"s": ss{"x"}}, "ADD s :v", m{":v": ss{"x", "y"}}, m{"s": ss{"x", "y"}}},
	{"ADD adds to a set of numbers by their value", m{"s": ns{"1"}}, "ADD s :v", m{":v": ns{"1.0", "2"}}, m{"s": ns{"1", "2"}}},
	{"ADD of a set of another type", m{"s": ss{"x"}}, "ADD s :v", m{":v": ns{"1"}}, nil},
	{"ADD of a string", m{}, "ADD n :v", m{":v": "x"}, nil},
	{"ADD to a string", m{"n": "x"}, "ADD n :v", m{":v": 1}, nil},
	{"ADD to a member of a map", m{"m": m{"x": 1}}, "ADD m.x :v", m{":v": 1}, m{"m": m{"x": 2}}},
	{"DELETE takes from a set", m{"s": ss{"x", "y"}}, "DELETE s :v", m{":v": ss{"x", "z"}}, m{"s": ss{"y"}}},
	{"DELETE of the last element removes the attribute", m{"s": ss{"x"}, "n": 1}, "DELETE s :v", m{":v": ss{"x"}}, m{"n": 1}},
	{"DELETE from a missing attribute", m{"n": 1}, "DELETE s :v", m{":v": ss{"x"}}, m{"n": 1}},
	{"DELETE of a number", m{"n": 1}, "DELETE n :v", m{":v": 1}, nil},
	{"DELETE from a number", m{"n": 1}, "DELETE n :v", m{":v": ss{"x"}}, nil},

	{"all sections at once", m{"n": 1, "k": 2, "s": ss{"x", "y"}}, "SET a = n REMOVE k ADD n :one DELETE s :x", m{":one": 1, ":x": ss{"x"}}, m{"a": 1, "n": 2, "s": ss{"y"}}},
	{"sections in lower case and any order", m{"k": 2}, "remove k set n = :v", m{":v": 1}, m{"n": 1}},
	{"actions see the item as it was", m{"n": 1}, "SET k = n, n = :v", m{":v": 9}, m{"n": 9, "k": 1}},
	{"nothing is done where one action fails", m{"n": 1}, "SET n = :v, k = gone", m{":v": 2}, nil},
	{"a section twice", m{}, "SET n = :v SET k = :v", m{":v": 1}, nil},
	{"a path twice", m{}, "SET n = :v, n = :v", m{":v": 1}, nil},
	{"overlapping paths", m{"m": m{}}, "SET m = :v, m.x = :v", m{":v": 1}, nil},
	{"conflicting paths", m{"m": m{"x": 1}}, "SET m.x = :v, m[0] = :v", m{":v": 1}, nil},
	{"the key", m{}, "SET pk = :v", m{":v": "b"}, nil},
	{"the key, removed", m{}, "REMOVE pk", nil, nil},
	{"an empty set", m{}, "SET s = :v", m{":v": ss{}}, nil},
	{"an empty map", m{}, "SET x = :v", m{":v": m{}}, m{"x": m{}}},
	{"a reserved word", m{}, "SET name = :v", m{":v": 1}, nil},
	{"an undefined value", m{}, "SET n = :w", m{":v": 1}, nil},
	{"an unused value", m{}, "SET n = :v", m{":v": 1, ":w": 1}, nil},
	{"a literal", m{}, "SET n = 1", nil, nil},
	{"a blank expression", m{}, " ", nil, nil},
	{"an unknown section", m{}, "PUT n :v", m{":v": 1}, nil},
	{"an unknown function", m{}, "SET n = size(k)", nil, nil},
}

var updateCases = func() []conformance.Case {
	var list []conformance.Case
	for _, u := range updates {
		list = append(list, conformance.Case{Name: "update/" + u.what, Check: on("pk:S", func(t *table) {
			before, after := whole(u.before), whole(u.after)
			t.put(before)
			_, err := t.tryUpdate(m{"pk": "a"}, u.expression, u.values)
			if u.after == nil {
				t.fails(u.expression, invalid, err)
				after = before
			} else {
				t.ok(u.expression, err)
			}
			t.holds("a", after)
		})})
	}
	return append(list, updateItemCases...)
}()

// whole is the item a with the attributes.
func whole(attributes m) m {
	i := m{"pk": "a"}
	for name, v := range attributes {
		i[name] = v
	}
	return i
}

var updateItemCases = cases("update", "pk:S", map[string]func(t *table){
	"makes an item": func(t *table) {
		t.update(m{"pk": "a"}, "SET n = :v", m{":v": 1})
		t.holds("a", m{"pk": "a", "n": 1})
	},
	"makes an item of its key alone without an expression": func(t *table) {
		t.update(m{"pk": "a"}, "", nil)
		t.holds("a", m{"pk": "a"})
	},
	// https://github.com/scylladb/scylladb/blob/master/test/alternator/test_item.py,
	// which is run against AWS too: test_update_item_non_existent.
	"makes no item by removing from nothing": func(t *table) {
		t.is("attributes", t.update(m{"pk": "a"}, "REMOVE n", nil, updateReturning(allNew)).Attributes, nil)
		t.holds("a", nil)
		t.update(m{"pk": "a"}, "DELETE s :v", m{":v": ss{"x"}})
		t.holds("a", nil)
	},
	"makes no item where it fails": func(t *table) {
		_, err := t.tryUpdate(m{"pk": "a"}, "SET n = k", nil)
		t.fails("a missing attribute", invalid, err)
		t.holds("a", nil)
	},
	"takes names through placeholders": func(t *table) {
		t.put(m{"pk": "a", "p.x": m{"v": 1}})
		t.update(m{"pk": "a"}, "SET #p.#v = :v, #n = :v", m{":v": 2}, named(map[string]string{"#p": "p.x", "#v": "v", "#n": "name"}))
		t.holds("a", m{"pk": "a", "p.x": m{"v": 2}, "name": 2})
	},
	"refuses an unused name": func(t *table) {
		_, err := t.tryUpdate(m{"pk": "a"}, "SET n = :v", m{":v": 2}, named(map[string]string{"#x": "x"}))
		t.fails("unused", invalid, err)
	},
	"refuses a key that is not the table's": func(t *table) {
		_, err := t.tryUpdate(m{"id": "a"}, "SET n = :v", m{":v": 2})
		t.fails("another name", invalid, err)
	},
	"writes where a condition holds": func(t *table) {
		condition := func(in *dynamodb.UpdateItemInput) { c := "attribute_exists(pk)"; in.ConditionExpression = &c }
		_, err := t.tryUpdate(m{"pk": "a"}, "SET n = :v", m{":v": 1}, condition)
		t.fails("a missing item", failed, err)
		t.holds("a", nil)
		t.put(m{"pk": "a"})
		t.update(m{"pk": "a"}, "SET n = :v", m{":v": 1}, condition)
		t.holds("a", m{"pk": "a", "n": 1})
	},
})
