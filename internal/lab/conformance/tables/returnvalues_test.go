package tables_test

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func updateReturning(what types.ReturnValue) func(*dynamodb.UpdateItemInput) {
	return func(in *dynamodb.UpdateItemInput) { in.ReturnValues = what }
}

const (
	allOld     = types.ReturnValueAllOld
	allNew     = types.ReturnValueAllNew
	updatedOld = types.ReturnValueUpdatedOld
	updatedNew = types.ReturnValueUpdatedNew
)

// The corners are those of
// https://github.com/scylladb/scylladb/blob/master/test/alternator/test_returnvalues.py,
// which is run against AWS too.

// returnValues are what an update of an item returns; before is nil where there
// is none.
var returnValues = []struct {
	what       string
	before     m
	asked      types.ReturnValue
	expression string
	values     m
	want       m
}{
	{"nothing unless asked", m{"pk": "a", "n": 1}, "", "SET n = :v", m{":v": 2}, nil},
	{"nothing for NONE", m{"pk": "a", "n": 1}, types.ReturnValueNone, "SET n = :v", m{":v": 2}, nil},
	{"ALL_OLD", m{"pk": "a", "n": 1, "k": 5}, allOld, "SET n = :v", m{":v": 2}, m{"pk": "a", "n": 1, "k": 5}},
	{"ALL_OLD of a new item", nil, allOld, "SET n = :v", m{":v": 2}, nil},
	{"ALL_NEW", m{"pk": "a", "n": 1, "k": 5}, allNew, "SET n = :v REMOVE k", m{":v": 2}, m{"pk": "a", "n": 2}},
	{"ALL_NEW of a new item", nil, allNew, "SET n = :v", m{":v": 2}, m{"pk": "a", "n": 2}},
	{"ALL_NEW without an expression", m{"pk": "a", "n": 1}, allNew, "", nil, m{"pk": "a", "n": 1}},
	{"UPDATED_OLD", m{"pk": "a", "n": 1, "k": 5}, updatedOld, "SET n = :v", m{":v": 2}, m{"n": 1}},
	{"UPDATED_OLD of a new attribute", m{"pk": "a", "k": 5}, updatedOld, "SET n = :v", m{":v": 2}, nil},
	{"UPDATED_OLD of a removed attribute", m{"pk": "a", "n": 1}, updatedOld, "REMOVE n", nil, m{"n": 1}},
	{"UPDATED_OLD of a new item", nil, updatedOld, "SET n = :v", m{":v": 2}, nil},
	{"UPDATED_OLD of a member", m{"pk": "a", "m": m{"x": 1, "y": 2}}, updatedOld, "SET m.x = :v", m{":v": 2}, m{"m": m{"x": 1}}},
	{"UPDATED_NEW", m{"pk": "a", "n": 1, "k": 5}, updatedNew, "SET n = :v ADD k :v", m{":v": 2}, m{"n": 2, "k": 7}},
	{"UPDATED_NEW of an attribute set to the same value", m{"pk": "a", "n": 1}, updatedNew, "SET n = :v", m{":v": 1}, m{"n": 1}},
	{"UPDATED_NEW of a new item", nil, updatedNew, "SET n = :v", m{":v": 2}, m{"n": 2}},
	{"UPDATED_NEW of a removed attribute", m{"pk": "a", "n": 1}, updatedNew, "REMOVE n", nil, nil},
	{"UPDATED_NEW of a member", m{"pk": "a", "m": m{"x": 1, "y": 2}}, updatedNew, "SET m.x = :v", m{":v": 2}, m{"m": m{"x": 2}}},
	{"UPDATED_NEW of an element", m{"pk": "a", "l": l{1, 2, 3}}, updatedNew, "SET l[1] = :v", m{":v": 9}, m{"l": l{9}}},
	{"UPDATED_OLD of an element and of none", m{"pk": "a", "m": m{"l": l{1, 2, 3}}}, updatedOld, "REMOVE m.l[1], m.l[3]", nil, m{"m": m{"l": l{2}}}},
	{"UPDATED_NEW of what moved to a removed element's place", m{"pk": "a", "l": l{1, 2, 3}}, updatedNew, "REMOVE l[1]", nil, m{"l": l{3}}},
	{"UPDATED_NEW of an element beyond the end", m{"pk": "a", "l": l{1}}, updatedNew, "SET l[9] = :v", m{":v": 2}, nil},
	{"UPDATED_NEW of a set", m{"pk": "a", "s": ss{"x"}}, updatedNew, "ADD s :v", m{":v": ss{"y"}}, m{"s": ss{"x", "y"}}},
}

var returnCases = func() []conformance.Case {
	var list []conformance.Case
	for _, r := range returnValues {
		list = append(list, conformance.Case{Name: "return values/" + r.what, Check: on("pk:S", func(t *table) {
			if r.before != nil {
				t.put(r.before)
			}
			out := t.update(m{"pk": "a"}, r.expression, r.values, updateReturning(r.asked))
			t.is(string(r.asked), out.Attributes, r.want)
		})})
	}
	return append(list, conformance.Case{Name: "return values/an unknown kind", Check: on("pk:S", func(t *table) {
		_, err := t.tryUpdate(m{"pk": "a"}, "", nil, updateReturning("EVERYTHING"))
		t.fails("EVERYTHING", invalid, err)
	})})
}()
