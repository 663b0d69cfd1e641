package expression

import (
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

const testItem = `{
	"pk":{"S":"x"}, "a":{"N":"1"}, "s":{"S":"hello"}, "b":{"B":"YWJj"}, "t":{"BOOL":true}, "nul":{"NULL":true},
	"l":{"L":[{"N":"1"},{"N":"2"}]}, "m":{"M":{"k":{"S":"v"},"deep":{"L":[{"M":{"q":{"N":"7"}}}]}}},
	"ss":{"SS":["a","b"]}, "ns":{"NS":["1","2"]}, "with.dot":{"S":"dot"}
}`

const testValues = `{
	":a":{"N":"1"}, ":two":{"N":"2"}, ":s":{"S":"v"}, ":hell":{"S":"hell"}, ":list":{"L":[{"N":"9"}]}, ":ss":{"SS":["a"]}, ":ss2":{"SS":["a","b"]},
	":m":{"M":{}}, ":nul":{"NULL":true}, ":b":{"B":"YQ=="}, ":t":{"BOOL":true}, ":N":{"S":"N"}, ":ns3":{"NS":["3"]}
}`

var testNames = map[string]string{"#a": "a", "#l": "l", "#dot": "with.dot", "#status": "status"}

func item(t *testing.T, text string) value.Item {
	t.Helper()
	var i value.Item
	if err := json.Unmarshal([]byte(text), &i); err != nil {
		t.Fatal(err)
	}
	return i
}

// environment has those of the test names and values that the text uses.
func environment(t *testing.T, text string) *Environment {
	t.Helper()
	names, values := map[string]string(nil), value.Item(nil)
	uses := func(key string) bool { return regexp.MustCompile(key + `\b`).MatchString(text) }
	for key, name := range testNames {
		if uses(key) {
			if names == nil {
				names = map[string]string{}
			}
			names[key] = name
		}
	}
	for key, v := range item(t, testValues) {
		if uses(key) {
			if values == nil {
				values = value.Item{}
			}
			values[key] = v
		}
	}
	e, err := NewEnvironment(names, values)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// match parses, binds and matches a condition.
func match(t *testing.T, text string, on value.Item) (bool, error) {
	t.Helper()
	c, err := ParseCondition(text)
	if err != nil {
		return false, err
	}
	e := environment(t, text)
	if err := c.Bind(e); err != nil {
		return false, err
	}
	if err := e.Unused(); err != nil {
		t.Fatal(err)
	}
	return c.Match(on, e), nil
}

func TestMatch(t *testing.T) {
	on := item(t, testItem)
	for text, want := range map[string]bool{
		"a = :a": true, "(a) = (:a)": true, ":a = a": true, "a = :s": false, "zz = :a": false, "a <> :a": false, "a <> :two": true,
		"a<>:s": true, "zz <> :a": true, "a < :two": true, "a <= :a": true, "a > :a": false, "a>=:a": true, "a < :s": false, "zz < :a": false,
		"NOT a = :two": true, "not not a = :a": true, "NOT zz = :a": true, "NOT a = :a AND a = :s": false,
		"a = :two OR a = :a AND a = :s": false, "(a = :two OR a = :a) AND s > :hell": true, "a = :a\n\tAND\r s > :hell": true,
		"a BETWEEN :a AND :two AND a = :a": true, "a between :a and :a": true, "s BETWEEN :hell AND :s": true, "zz BETWEEN :a AND :two": false,
		"a IN (:s, :a)": true, "a in (:s)": false, "zz IN (zy)": false, "ss IN (:ss2, :m)": true,
		"attribute_exists(l[1])": true, "attribute_exists(l[2])": false, "attribute_exists((m.k))": true, "attribute_exists(a.x)": false,
		"attribute_not_exists(m.deep[0].q)": false, "attribute_not_exists(m.deep[1].q)": true, "attribute_exists(#dot)": true,
		"attribute_type(a, :N)": true, "attribute_type(s, :N)": false, "attribute_type(zz, :N)": false,
		"begins_with(s, :hell)": true, "begins_with(s, :s)": false, "begins_with(b, :b)": true, "begins_with(a, :s)": false,
		"contains(s, :hell)": true, "contains(ss, :ss)": false, "contains(l, :a)": true, "contains(ns, :two)": true, "contains(:s, m.k)": true,
		"contains(zz, :a)": false, "contains(a, zz)": false, "contains(b, :b)": true,
		"size(l) = :two": true, "size(s) > size(ss)": true, "size(m) = size(ns)": true, "size(a) = :a": false, "size(zz) < :a": false, ":two IN (size(l))": true,
		"l[ 0 ] = :a": true, "m . k = :s": true, "m.deep[0].q > :two": true, "#l[1] = :two": true, "t = :t": true, "nul = :nul": true, "ss = :ss2": true,
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := match(t, text, on); err != nil || got != want {
				t.Errorf("%v %v, want %v", got, err, want)
			}
		})
	}
}

// badConditions are refused for their text, or for their placeholders.
var badConditions = []string{
	"",
	"   ",
	"a",
	"(a)",
	"a = :a OR",
	"a = :a a = :a",
	"a > 4",
	" = :a",
	"a != :a",
	"a = :a;",
	"a < b < c",
	"a IN :a",
	"a IN (:a,)",
	"(l)[0] = :a",
	"l[00] = :a",
	"l[-1] = :a",
	"_a = :a",
	"1a = :a",
	"é = :a",
	"# = :a",
	"#a#l = :a",
	":a.x = :a",
	"size(l).x = :a",
	"between = :a",
	"a + :a = :a",
	"a BETWEEN :a",
	"a BETWEEN :a OR :a",
	"size() = :a",
	"((a = :a))",
	"((a)) = :a",
	"size(((l))) > :a",
	"foo((:a), ((a)))",
	"foo(name)",
	"Attribute_exists(a)",
	"if_not_exists(a, :a) = :a",
	"size(l)",
	"a = :a AND size(l)",
	"attribute_exists(a) = :t",
	"contains(a, attribute_exists(a))",
	"attribute_exists(m.Name)",
	"l[2147483648] = :a",
	"a = :zz",
	"#zz = :a",
	"a.:a = :a",
	"size(a, l) > :a",
	"contains(a)",
	"a = #a",
	"l[0] = l[0]",
	"a IN (:a, a)",
	"a BETWEEN a AND :a",
	"contains(m.k, m.k)",
	"attribute_exists(:a)",
	"begins_with(a, :a)",
	"begins_with(a, size(l))",
	"size(:nul) > :a",
	"size(size(a)) > :a",
	"attribute_type(a, :a)",
	"attribute_type(a, l)",
	"attribute_type(a, :s)",
	"a < :ss",
	"a BETWEEN :a AND :nul",
	"a BETWEEN :s AND :a",
	"a BETWEEN :two AND :a",
	"a" + strings.Repeat(".a", 32) + " = :a",
	"a IN (" + strings.Repeat(":a,", 100) + ":a)",
	"a<:a" + strings.Repeat(" AND a<:a", 150),
	"a = :a" + strings.Repeat(" ", 4091),
}

func TestConditionErrors(t *testing.T) {
	for _, text := range badConditions {
		if _, err := match(t, text, nil); err == nil {
			t.Errorf("%.60q is taken", text)
		}
	}
}

// Messages name what is wrong.
func TestMessagesHelp(t *testing.T) {
	for text, want := range map[string][]string{
		"a = :a;": {`";"`}, "foo(a)": {"foo"}, "attribute_exists(m.Name)": {"reserved", "Name"}, "((a = :a))": {"parentheses"},
		"a = :zz": {":zz"}, "#zz = :a": {"#zz"}, "a = #a": {"distinct", "[a]"}, "size(:nul) > :a": {"size", "NULL"}, "a<:a" + strings.Repeat(" AND a<:a", 150): {"operators"},
	} {
		_, err := match(t, text, nil)
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%.60q: %v, want %s in it", text, err, w)
			}
		}
	}
}

func TestLimitsAreInclusive(t *testing.T) {
	for name, text := range map[string]string{
		"4096 bytes":     "a = :a" + strings.Repeat(" ", 4090),
		"299 operators":  "a<:two" + strings.Repeat(" AND a<:two", 149),
		"100 values":     "a IN (" + strings.Repeat(":a,", 99) + ":a)",
		"32 path levels": "NOT a" + strings.Repeat(".a", 31) + " = :a",
		"greatest index": "NOT l[2147483647] = :a",
		"300 negations":  strings.Repeat("NOT ", 298) + "a = :a",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := match(t, text, item(t, testItem)); err != nil || !got {
				t.Errorf("%v %v", got, err)
			}
		})
	}
}

func TestReservedWords(t *testing.T) {
	if len(reserved) != 573 {
		t.Errorf("%d reserved words, the developer guide has 573", len(reserved))
	}
}

func TestEnvironmentErrors(t *testing.T) {
	tests := []struct {
		name   string
		names  map[string]string
		values string
	}{
		{"empty names", map[string]string{}, ""},
		{"name without #", map[string]string{"a": "a"}, ""},
		{"only #", map[string]string{"#": "a"}, ""},
		{"name with a dash", map[string]string{"#a-b": "a"}, ""},
		{"empty values", nil, `{}`},
		{"value without :", nil, `{"a":{"S":"x"}}`},
		{"bad value", nil, `{":a":{"SS":[]}}`},
		{"too deep", nil, `{":a":` + strings.Repeat(`{"L":[`, 33) + strings.Repeat(`]}`, 33) + `}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var values value.Item
			if tt.values != "" {
				values = item(t, tt.values)
			}
			if _, err := NewEnvironment(tt.names, values); err == nil {
				t.Error("taken")
			}
		})
	}
}

func TestUnused(t *testing.T) {
	e, err := NewEnvironment(map[string]string{"#b": "b", "#a": "a", "#c": "c"}, item(t, `{":v":{"S":"x"},":w":{"S":"x"}}`))
	if err != nil {
		t.Fatal(err)
	}
	bind := func(text string) {
		c, err := ParseCondition(text)
		if err == nil {
			err = c.Bind(e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	bind("#c = :v")
	if want := "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"; e.Unused().Error() != want {
		t.Errorf("%v\nwant %s", e.Unused(), want)
	}
	bind("#a.#b = :v")
	if want := "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"; e.Unused().Error() != want {
		t.Errorf("%v\nwant %s", e.Unused(), want)
	}
	bind("a = :w")
	if err := e.Unused(); err != nil {
		t.Error(err)
	}
}
