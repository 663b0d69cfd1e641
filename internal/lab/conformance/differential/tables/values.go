package tables

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// kinds are the types of attributes.
var kinds = []string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}

// vocabulary lists attributes of items and of maps in them, with their most frequent
// type. Names that are not plain words, or are reserved, need a placeholder.
var vocabulary = []struct{ name, kind string }{
	{"n", "N"}, {"n2", "N"}, {"s", "S"}, {"s_2", "S"}, {"b", "B"}, {"ss", "SS"}, {"ns", "NS"}, {"bs", "BS"},
	{"l", "L"}, {"l2", "L"}, {"m", "M"}, {"f", "BOOL"}, {"z", "NULL"}, {"N", "N"},
}

// odd lists names that are rarely used.
var odd = []string{
	"status", "Name", "size", "Value", "data", "a.b", "with space", "é", "_u", "0d", "a[0]", "#h", ":v", "set", "AND", "a-b", "m.n", "x" + "\U0001F600", `q"`, "attribute_exists",
}

// reserved lists the words above that an expression refuses without a placeholder.
var reserved = map[string]bool{"status": true, "Name": true, "size": true, "Value": true, "data": true, "set": true, "AND": true}

// item makes attributes, at the given depth below the item.
func (g *generator) item(depth int) object {
	item := object{}
	for _, v := range vocabulary {
		if g.IntN(10) >= 6-2*depth {
			continue
		}
		kind := v.kind
		if g.one(30) {
			kind = pick(g, kinds)
		}
		item[v.name] = g.valueOfKind(kind, depth)
	}
	for _, name := range odd {
		if g.one(12 + 10*depth) {
			item[name] = g.value(depth + 1)
		}
	}
	return item
}

// value returns a value of any type.
func (g *generator) value(depth int) attribute {
	n := len(kinds)
	if depth > 2 {
		n -= 2 // no more lists and maps
	}
	return g.valueOfKind(kinds[g.IntN(n)], depth)
}

func (g *generator) valueOfKind(kind string, depth int) attribute {
	var v any
	switch kind {
	case "S":
		v = g.text()
	case "N":
		v = g.number()
	case "B":
		v = base64.StdEncoding.EncodeToString([]byte(g.text()))
	case "BOOL":
		v = g.one(2)
	case "NULL":
		v = true
	case "M":
		v = g.item(depth + 1)
	case "L":
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(depth+1))
		}
		v = list
	default:
		v = g.set(kind)
	}
	return attribute{kind: v}
}

// set has elements from small pools, so that sets have some in common.
func (g *generator) set(kind string) []any {
	pool := []string{"a", "b", "c", "ab", "", "é", "B", "\uFFFD", "\U0001F600"}
	switch kind {
	case "NS":
		pool = []string{"1", "2", "-3", "0", "100000000000000000000", "0.1", "1.5", "10", "9"}
		if g.one(12) {
			pool = []string{"1", "1", "0", "0", "100", "7"} // some of them are equal
		}
	case "BS":
		pool = []string{"AA==", "AAE=", "", "/w==", "YQ==", "YWI="}
	}
	var set []any
	for _, i := range g.Perm(len(pool))[:1+g.IntN(3)] {
		set = append(set, pool[i])
	}
	return set
}

var texts = []string{
	"", "a", "b", "ab", "abc", "abcabc", "A", "é", "e\u0301", "\U0001F600", "a\U0001F600b", "\uFFFD", "\x00", "a b", "N", "SS", "NULL", "<&>", `"quoted"`, "\u2028", "10", "9",
}

func (g *generator) text() string {
	if g.one(10) {
		return pick(g, texts) + pick(g, texts)
	}
	return pick(g, texts)
}

var numbers = []string{
	"0", "-0", "0.0", "-0.00", "0e5", "1", "-1", "1.0", "1.50", "-1.50", "+5", ".5", "5.", "007", "1e0", "1E+2", "100", "1e-2", "0.01", "3", "2", "10", "9",
	"1E125", "-1E125", "9.9999999999999999999999999999999999999E+125", "-9.9999999999999999999999999999999999999E+125", "1E-130", "-1E-130", "1e124",
	"12345678901234567890123456789012345678", "-12345678901234567890123456789012345678", "1.2345678901234567890123456789012345678", "99999999999999999999999999999999999999",
	"0.00000000000000000000000000000000000001", "10000000000000000000000000000000000000000", "123456789012345678901234567890123456780000", "5e-39", "4e-38", "1e38", "1e37",
	"0.1", "0.2", "0.3", "-0.1", "1e20", "100000000000000000000.5", "33333333333333333333333333333333333333", "0.33333333333333333333333333333333333333", "1000", "1e3", "255", "256",
}

func (g *generator) number() string {
	switch g.IntN(6) {
	case 0, 1:
		return pick(g, numbers)
	case 2:
		var digits strings.Builder
		for range 1 + g.IntN(38) {
			digits.WriteByte(byte('0' + g.IntN(10)))
		}
		d := digits.String()
		at := g.IntN(len(d) + 1)
		return d[:at] + "." + d[at:] + fmt.Sprintf("E%d", g.IntN(60)-30)
	}
	return fmt.Sprint(g.IntN(30) - 10)
}

// badNumbers are texts that are no numbers, and numbers that DynamoDB refuses.
var badNumbers = []string{
	"", "x", " 1", "1 ", "1e126", "-1e126", "1e-131", "10e125", "0.1e-130", "123456789012345678901234567890123456789", "1.23456789012345678901234567890123456789", "1e", "e1", ".", "-", "+", "--1", "1.2.3",
	"0x10", "NaN", "Infinity", "1e1000000000000", "0e1000", "0e-1000", "1_000", "1,5", "1d", "1f", "١",
}

// badValue returns an AttributeValue that is refused or, rarely, one at a limit.
func (g *generator) badValue() attribute {
	switch g.IntN(4) {
	case 0:
		return attribute{"N": pick(g, badNumbers)}
	case 1:
		return nest(g.one(2), pick(g, []int{30, 31, 32, 33, 34}))
	}
	return pick(g, []attribute{
		{}, {"NULL": false}, {"SS": []any{}}, {"NS": []any{}}, {"BS": []any{}}, {"SS": []any{"a", "b", "a"}}, {"NS": []any{"1", "1.0"}}, {"BS": []any{"AA==", "AA=="}},
		{"S": "a", "N": "1"}, {"NULL": true, "S": "a"}, {"L": []any{attribute{}}}, {"M": object{"x": attribute{"N": "x"}}}, {"NS": []any{"1", "x"}}, {"M": object{"": attribute{"S": ""}}}, {"X": "y"},
		{"L": []any{attribute{"SS": []any{}}}}, {"S": nil}, {"S": nil, "N": "1"},
	})
}

// nest is lists or maps around a number, at or beyond the limit of nesting.
func nest(lists bool, depth int) attribute {
	v := attribute{"N": "1"}
	for range depth {
		if lists {
			v = attribute{"L": []any{v}}
		} else {
			v = attribute{"M": object{"d": v}}
		}
	}
	return v
}

// maybeBad is the value, or rarely a bad one.
func (g *generator) maybeBad(v attribute) attribute {
	if g.one(150) {
		return g.badValue()
	}
	return v
}

// near returns a value that differs from the given one a little, or not at all.
func (g *generator) near(v attribute) attribute {
	kind := kindOf(v)
	switch {
	case g.one(3):
		return v
	case kind == "N" && g.one(2):
		return attribute{"N": pick(g, []string{"1", "-1", "0"})}
	case kind == "S" && g.one(2):
		text, _ := v["S"].(string)
		runes := []rune(text)
		return attribute{"S": string(runes[:g.IntN(len(runes)+1)])}
	case kind == "L":
		list, _ := v["L"].([]any)
		if len(list) > 0 {
			return attribute{"L": list[:g.IntN(len(list)+1)]}
		}
	case strings.HasSuffix(kind, "S") && len(kind) == 2:
		if list, _ := v[kind].([]any); len(list) > 1 {
			return attribute{kind: append(append([]any{}, list[1:]...), list[0])} // the same set in another order
		}
	}
	return g.valueOfKind(kind, 2)
}

func kindOf(v attribute) string {
	for kind := range v {
		return kind
	}
	return "S"
}
