package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// subject is what conditions are tried on.
var subject = m{
	"pk": "a", "n": 5, "neg": -3, "s": "bee", "b": []byte("bee"), "good": true, "bad": false, "null": nil, "empty": "",
	"ss": ss{"x", "y"}, "ns": ns{"1", "2"}, "l": l{1, "x", l{2}}, "m": m{"t": "01A", "v": 7}, "emoji": "a🙂",
}

type verdict int

const (
	yes verdict = iota
	no
	refused
)

// conditions are tried both as the condition of a write and as a filter.
var conditions = []struct {
	what, expression string
	values           m
	want             verdict
}{
	{"= of equal numbers", "n = :v", m{":v": num("5.0")}, yes},
	{"= of another type", "n = :v", m{":v": "5"}, no},
	{"= of a missing attribute", "gone = :v", m{":v": 5}, no},
	{"= of two missing attributes", "gone = nothing", nil, no},
	{"= of a null", "#null = :v", m{":v": nil}, yes},
	{"= of sets in another order", "ss = :v", m{":v": ss{"y", "x"}}, yes},
	{"= of lists in another order", "l = :v", m{":v": l{"x", 1, l{2}}}, no},
	{"= of maps", "m = :v", m{":v": m{"v": 7, "t": "01A"}}, yes},
	{"<> of unequal values", "n <> :v", m{":v": 6}, yes},
	{"<> of another type", "n <> :v", m{":v": "5"}, yes},
	{"<> of a missing attribute", "gone <> :v", m{":v": 5}, yes},
	{"< of numbers by their value", "n < :v", m{":v": 10}, yes},
	{"< of negative numbers", "neg < n", nil, yes},
	{"< of strings by their bytes", "s < :v", m{":v": "bf"}, yes},
	{"< of a longer string", "s < :v", m{":v": "beer"}, yes},
	{"> of binaries", "b > :v", m{":v": []byte("bed")}, yes},
	{"< of another type", "n < :v", m{":v": "9"}, no},
	{"> of another type", "n > :v", m{":v": ""}, no},
	{"< of a missing attribute", "gone < :v", m{":v": 5}, no},
	{">= of a missing attribute", "gone >= :v", m{":v": 5}, no},
	{"<= of equal values", "n <= :v", m{":v": 5}, yes},
	{">= of a member", "m.t >= :v", m{":v": "01A"}, yes},
	{">= of a missing member", "m.z >= :v", m{":v": "01A"}, no},
	{">= through a number", "n.z >= :v", m{":v": "01A"}, no},
	{"an element of a list", "l[2][0] = :v", m{":v": 2}, yes},
	{"a value on the left", ":v < n", m{":v": 4}, yes},
	{"BETWEEN with its bounds", "n BETWEEN :v AND :w", m{":v": 5, ":w": 5}, yes},
	{"BETWEEN outside", "n BETWEEN :v AND :w", m{":v": 6, ":w": 9}, no},
	{"BETWEEN of another type", "n BETWEEN :v AND :w", m{":v": "1", ":w": "9"}, no},
	{"IN", "n IN (:v, :w)", m{":v": 4, ":w": 5}, yes},
	{"IN with paths", "n IN (neg, m.v)", nil, no},
	{"IN of a missing attribute", "gone IN (:v)", m{":v": 1}, no},
	{"attribute_exists", "attribute_exists(m.t)", nil, yes},
	{"attribute_exists of a null", "attribute_exists(#null)", nil, yes},
	{"attribute_exists of a missing element", "attribute_exists(l[9])", nil, no},
	{"attribute_not_exists", "attribute_not_exists(gone)", nil, yes},
	{"attribute_not_exists of a missing member", "attribute_not_exists(gone.x)", nil, yes},
	{"attribute_type", "attribute_type(ss, :v)", m{":v": "SS"}, yes},
	{"attribute_type of another", "attribute_type(n, :v)", m{":v": "S"}, no},
	{"attribute_type of a missing attribute", "attribute_type(gone, :v)", m{":v": "NULL"}, no},
	{"begins_with", "begins_with(s, :v)", m{":v": "be"}, yes},
	{"begins_with of an empty string", "begins_with(s, :v)", m{":v": ""}, yes},
	{"begins_with of a number", "begins_with(n, :v)", m{":v": "5"}, no},
	{"contains a substring", "contains(s, :v)", m{":v": "ee"}, yes},
	{"contains an element of a set", "contains(ns, :v)", m{":v": num("2.0")}, yes},
	{"contains an element of a list", "contains(l, :v)", m{":v": l{2}}, yes},
	{"contains of another type", "contains(s, :v)", m{":v": 1}, no},
	{"contains a key of a map", "contains(m, :v)", m{":v": "t"}, no},
	{"size of a string", "size(s) = :v", m{":v": 3}, yes},
	{"size of a set, a list and a map", "size(ss) = :v AND size(l) > :v AND size(m) = :v", m{":v": 2}, yes},
	{"size of a missing attribute", "size(gone) >= :v", m{":v": 0}, no},
	{"size of a number", "size(n) >= :v", m{":v": 0}, no},
	{"NOT", "NOT n = :v", m{":v": 4}, yes},
	{"NOT of a comparison with a missing attribute", "NOT gone >= :v", m{":v": 4}, yes},
	{"NOT of vetoes", "NOT (gone > :v OR m.z >= :s OR n > :v)", m{":v": 5, ":s": "0"}, yes},
	{"NOT of vetoes of which one speaks", "NOT (gone > :v OR m.t >= :s)", m{":v": 5, ":s": "0"}, no},
	{"AND before OR", "n = :v OR n = :w AND s = :w", m{":v": 5, ":w": 0}, yes},
	{"NOT before AND", "NOT n = :v AND n = :w", m{":v": 4, ":w": 5}, yes},
	{"parentheses", "(n = :v OR n = :w) AND s = :w", m{":v": 5, ":w": 0}, no},
	{"words in lower case", "not n = :v and n between :w and :v or n in (:v)", m{":v": 6, ":w": 5}, yes},
	{"booleans", "good = :v AND bad <> :v", m{":v": true}, yes},

	{"a bare path", "good", nil, refused},
	{"a bare value", ":v", m{":v": true}, refused},
	{"nothing", "", nil, refused},
	{"two operators", "n = = :v", m{":v": 1}, refused},
	{"an open parenthesis", "(n = :v", m{":v": 1}, refused},
	{"redundant parentheses", "((n = :v))", m{":v": 1}, refused},
	{"a chain of comparisons", "n < :v < :w", m{":v": 1, ":w": 2}, refused},
	{"an unknown function", "exists(n)", nil, refused},
	{"a function of SET", "if_not_exists(n, :v) = :v", m{":v": 1}, refused},
	{"a function with an operand too many", "begins_with(s, :v, :v)", m{":v": "x"}, refused},
	{"attribute_exists of a value", "attribute_exists(:v)", m{":v": 1}, refused},
	{"attribute_type of an unknown name", "attribute_type(n, :v)", m{":v": "STRING"}, refused},
	{"begins_with a number", "begins_with(s, :v)", m{":v": 5}, refused},
	{"< of a set", "ss < :v", m{":v": ss{"x"}}, refused},
	{"< of a boolean", "good < :v", m{":v": true}, refused},
	{"BETWEEN bounds of two types", "n BETWEEN :v AND :w", m{":v": 1, ":w": "x"}, refused},
	{"BETWEEN bounds the wrong way round", "n BETWEEN :v AND :w", m{":v": 2, ":w": 1}, refused},
	{"an attribute with itself", "n = n", nil, refused},
	{"an undefined value", "n = :w", m{":v": 1}, refused},
	{"an unused value", "n = :v", m{":v": 5, ":w": 1}, refused},
	{"an undefined name", "#x = :v", m{":v": 1}, refused},
	{"a reserved word", "name = :v", m{":v": 1}, refused},
	{"an empty set as a value", "ss = :v", m{":v": ss{}}, refused},
	{"the key as a map", "pk.x = :v", m{":v": 1}, refused},
}

var conditionCases = func() []conformance.Case {
	var list []conformance.Case
	for _, c := range conditions {
		list = append(list, conformance.Case{Name: "condition/" + c.what, Check: on("pk:S", func(t *table) {
			t.put(subject)
			t.judge(c.expression, c.values, c.want)
		})})
	}
	return list
}()

// judge tries the condition on the item a: as a condition and as a filter.
func (t *table) judge(expression string, values m, want verdict) {
	names := map[string]string{"#null": "null"}
	if !strings.Contains(expression, "#null") {
		names = nil
	}
	_, err := t.tryUpdate(m{"pk": "a"}, "", values, named(names), func(in *dynamodb.UpdateItemInput) { in.ConditionExpression = &expression })
	t.equal("as a condition: "+expression, code(err), map[verdict]string{yes: "", no: failed, refused: invalid}[want])
	out, err := t.db.Scan(t.ctx, &dynamodb.ScanInput{
		TableName: &t.name, FilterExpression: &expression, ExpressionAttributeNames: names, ExpressionAttributeValues: item(values),
	})
	t.equal("as a filter: "+expression, code(err), map[verdict]string{refused: invalid}[want])
	if err == nil {
		t.equal("passed by the filter "+expression, out.Count, map[verdict]int{yes: 1}[want])
	}
}
