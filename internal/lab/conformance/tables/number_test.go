package tables_test

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// numbers are what DynamoDB makes of the text of a number; "": it refuses it.
var numbers = []struct{ what, text, want string }{
	{"an integer", "42", "42"},
	{"leading and trailing zeros", "0012.500", "12.5"},
	{"a plus sign", "+5", "5"},
	{"a negative zero", "-0", "0"},
	{"an exponent", "1.5e3", "1500"},
	{"a negative exponent", "25E-3", "0.025"},
	{"a point first", ".5", "0.5"},
	{"38 digits", strings.Repeat("9", 38), strings.Repeat("9", 38)},
	{"38 digits and zeros", strings.Repeat("9", 38) + "00", strings.Repeat("9", 38) + "00"},
	{"39 digits", strings.Repeat("9", 39), ""},
	{"the greatest exponent", "1e125", "1" + strings.Repeat("0", 125)},
	{"an exponent too great", "1e126", ""},
	{"the least exponent", "1e-130", "0." + strings.Repeat("0", 129) + "1"},
	{"an exponent too small", "1e-131", ""},
	{"a word", "ten", ""},
	{"nothing", "", ""},
	{"not a number", "NaN", ""},
	{"an infinity", "Infinity", ""},
	{"two points", "1.2.3", ""},
	{"a space", "1 2", ""},
}

var numberCases = func() []conformance.Case {
	var list []conformance.Case
	for _, n := range numbers {
		list = append(list, conformance.Case{Name: "number/" + n.what, Check: on("pk:S", func(t *table) {
			_, err := t.tryPut(m{"pk": "a", "n": num(n.text)})
			if n.want == "" {
				t.fails(n.text, invalid, err)
				return
			}
			t.ok(n.text, err)
			t.holds("a", m{"pk": "a", "n": num(n.want)})
		})})
	}
	return append(list, cases("number", "pk:N", map[string]func(t *table){
		"as a key in another form": func(t *table) {
			t.put(m{"pk": num("1.50"), "v": 1})
			t.put(m{"pk": num("15e-1"), "v": 2})
			t.is("item", t.get(m{"pk": num("+1.5")}).Item, m{"pk": num("1.5"), "v": 2})
		},
		"adds exactly": func(t *table) {
			t.put(m{"pk": 1, "n": num("0.1")})
			t.update(m{"pk": 1}, "SET n = n + :d", m{":d": num("0.2")})
			t.is("item", t.get(m{"pk": 1}).Item, m{"pk": 1, "n": num("0.3")})
		},
		"adds to 38 digits": func(t *table) {
			t.put(m{"pk": 1, "n": num(strings.Repeat("9", 37) + "8")})
			t.update(m{"pk": 1}, "ADD n :d", m{":d": 1})
			t.is("item", t.get(m{"pk": 1}).Item, m{"pk": 1, "n": num(strings.Repeat("9", 38))})
		},
	})...)
}()
