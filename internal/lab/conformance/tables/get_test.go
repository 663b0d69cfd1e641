package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func projecting(expression string, names map[string]string) func(*dynamodb.GetItemInput) {
	return func(in *dynamodb.GetItemInput) {
		in.ProjectionExpression, in.ExpressionAttributeNames = &expression, names
	}
}

var getCases = append(cases("get", "pk:S", map[string]func(t *table){
	"returns nothing for a missing item": func(t *table) { t.is("item", t.get(m{"pk": "a"}).Item, nil) },
	"reads back a write at once where consistent": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.holds("a", m{"pk": "a", "n": 1})
	},
	"costs half where eventually consistent": func(t *table) {
		t.put(m{"pk": "a", "v": strings.Repeat("x", 4096)})
		units := func(key string, consistent bool) float64 {
			out := t.get(m{"pk": key}, func(in *dynamodb.GetItemInput) {
				in.ConsistentRead, in.ReturnConsumedCapacity = &consistent, types.ReturnConsumedCapacityTotal
			})
			return *out.ConsumedCapacity.CapacityUnits
		}
		t.equal("units", []float64{units("a", true), units("a", false), units("none", true), units("none", false)}, []float64{2, 1, 1, 0.5})
	},
	"does not report units unless asked": func(t *table) {
		t.equal("none", t.get(m{"pk": "a"}).ConsumedCapacity == nil, true)
	},
	"reports units per table and index": func(t *table) {
		out := t.get(m{"pk": "a"}, func(in *dynamodb.GetItemInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes })
		t.equal("of the table", *out.ConsumedCapacity.Table.CapacityUnits, 1)
	},
	"refuses a key that is not the table's": func(t *table) {
		for name, key := range map[string]m{
			"another name": {"id": "a"}, "another type": {"pk": 1}, "an attribute more": {"pk": "a", "sk": "b"}, "empty": {}, "an empty string": {"pk": ""},
		} {
			_, err := t.tryGet(key)
			t.fails(name, invalid, err)
		}
	},
	"refuses a table that does not exist": func(t *table) {
		_, err := t.tryGet(m{"pk": "a"}, func(in *dynamodb.GetItemInput) { in.TableName = aws.String(t.name + "-none") })
		t.fails("no table", notFound, err)
	},
	"returns an empty item where the projection has nothing": func(t *table) {
		t.put(m{"pk": "a"})
		t.is("item", t.get(m{"pk": "a"}, projecting("gone", nil)).Item, m{})
	},
}), projectionCases()...)

// document is what projections are tried on.
var document = m{"pk": "a", "n": 1, "size": 2, "m": m{"a": m{"b": 3, "c": 4}, "d": 5}, "l": l{"zero", "one", m{"x": 6, "y": 7}}, "p.q": m{"t": 8}}

// projections have what they give, or nil where they are refused.
var projections = []struct {
	what, expression string
	names            map[string]string
	want             m
}{
	{"an attribute", "n", nil, m{"n": 1}},
	{"several", "n, pk", nil, m{"pk": "a", "n": 1}},
	{"a missing one beside another", "n, gone, m.gone, l[9], n2.x", nil, m{"n": 1}},
	{"a member of a map", "m.a.b", nil, m{"m": m{"a": m{"b": 3}}}},
	{"two members of a map", "m.a.b, m.d", nil, m{"m": m{"a": m{"b": 3}, "d": 5}}},
	{"an element of a list", "l[1]", nil, m{"l": l{"one"}}},
	{"elements in the list's order", "l[1], l[0]", nil, m{"l": l{"zero", "one"}}},
	{"a member of an element", "l[2].x", nil, m{"l": l{m{"x": 6}}}},
	{"two members of an element", "l[2].y, l[2].x", nil, m{"l": l{m{"x": 6, "y": 7}}}},
	{"a name with a dot through a placeholder", "#p.t", map[string]string{"#p": "p.q"}, m{"p.q": m{"t": 8}}},
	{"a reserved word through a placeholder", "#s", map[string]string{"#s": "size"}, m{"size": 2}},
	{"placeholders within a path", "m.#a.#b", map[string]string{"#a": "a", "#b": "b"}, m{"m": m{"a": m{"b": 3}}}},
	{"a reserved word", "size", nil, nil},
	{"a path twice", "n, n", nil, nil},
	{"overlapping paths", "m.a, m.a.b", nil, nil},
	{"conflicting paths", "m.a, m[1]", nil, nil},
	{"nothing", "", nil, nil},
	{"a value", ":n", nil, nil},
	{"a comma too many", "n,", nil, nil},
	{"an undefined placeholder", "#x", map[string]string{"#n": "n"}, nil},
	{"an unused placeholder", "n", map[string]string{"#n": "n"}, nil},
	{"a key attribute as a map", "pk.x", nil, nil},
	{"an index that is no number", "l[x]", nil, nil},
}

func projectionCases() []conformance.Case {
	var list []conformance.Case
	for _, p := range projections {
		list = append(list, conformance.Case{Name: "projection/" + p.what, Check: on("pk:S", func(t *table) {
			t.put(document)
			out, err := t.tryGet(m{"pk": "a"}, projecting(p.expression, p.names))
			if p.want == nil {
				t.fails(p.expression, invalid, err)
				return
			}
			t.is(p.expression, answer(t, p.expression, out, err).Item, p.want)
		})})
	}
	return list
}
