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

const operandTypes = "Incorrect operand type for operator or function; operator or function: "
const distinctOperands = "The first operand must be distinct from the remaining operands for this operator or function; operator: "
const misplaced = "The function is not allowed to be used this way in an expression; function: "

// conditionErrors has what is wrong with a text, or with its placeholders.
var conditionErrors = map[string]string{
	"":                                       "The expression can not be empty;",
	"   ":                                    `Syntax error; token: "<EOF>", near: "   "`,
	"a":                                      `Syntax error; token: "<EOF>", near: "a"`,
	"(a)":                                    `Syntax error; token: "<EOF>", near: ")"`,
	"a = :a OR":                              `Syntax error; token: "<EOF>", near: "OR"`,
	"a = :a a = :a":                          `Syntax error; token: "a", near: ":a a ="`,
	"a > 4":                                  `Syntax error; token: "4", near: "> 4"`,
	" = :a":                                  `Syntax error; token: "=", near: " = :a"`,
	"a != :a":                                `Syntax error; token: "!", near: "a !="`,
	"a = :a;":                                `Syntax error; token: ";", near: ":a;"`,
	"a < b < c":                              `Syntax error; token: "<", near: "b < c"`,
	"a IN :a":                                `Syntax error; token: ":a", near: "IN :a"`,
	"a IN (:a,)":                             `Syntax error; token: ")", near: ",)"`,
	"(l)[0] = :a":                            `Syntax error; token: "[", near: ")[0"`,
	"l[00] = :a":                             `Syntax error; token: "0", near: "00]"`,
	"l[-1] = :a":                             `Syntax error; token: "-", near: "[-1"`,
	"_a = :a":                                `Syntax error; token: "_", near: "_a"`,
	"1a = :a":                                `Syntax error; token: "1", near: "1a"`,
	"é = :a":                                 `Syntax error; token: "é", near: "é ="`,
	"# = :a":                                 `Syntax error; token: "#", near: "# ="`,
	"#a#l = :a":                              `Syntax error; token: "#l", near: "#a#l ="`,
	":a.x = :a":                              `Syntax error; token: ".", near: ":a.x"`,
	"size(l).x = :a":                         `Syntax error; token: ".", near: ").x"`,
	"between = :a":                           `Syntax error; token: "between", near: "between ="`,
	"a + :a = :a":                            `Syntax error; token: "+", near: "a + :a"`,
	"a BETWEEN :a":                           `Syntax error; token: "<EOF>", near: ":a"`,
	"a BETWEEN :a OR :a":                     `Syntax error; token: "OR", near: ":a OR :a"`,
	"size() = :a":                            `Syntax error; token: ")", near: "() ="`,
	"((a = :a))":                             "The expression has redundant parentheses;",
	"((a)) = :a":                             "The expression has redundant parentheses;",
	"size(((l))) > :a":                       "The expression has redundant parentheses;",
	"foo((:a), ((a)))":                       "The expression has redundant parentheses;",
	"foo(name)":                              "Invalid function name; function: foo",
	"Attribute_exists(a)":                    "Invalid function name; function: Attribute_exists",
	"if_not_exists(a, :a) = :a":              "The function is not allowed in a condition expression; function: if_not_exists",
	"size(l)":                                misplaced + "size",
	"a = :a AND size(l)":                     misplaced + "size",
	"attribute_exists(a) = :t":               misplaced + "attribute_exists",
	"contains(a, attribute_exists(a))":       misplaced + "attribute_exists",
	"attribute_exists(m.Name)":               "Attribute name is a reserved keyword; reserved keyword: Name",
	"l[2147483648] = :a":                     "List index is not within the allowable range; index: [2147483648]",
	"a = :zz":                                "An expression attribute value used in expression is not defined; attribute value: :zz",
	"#zz = :a":                               "An expression attribute name used in the document path is not defined; attribute name: #zz",
	"a.:a = :a":                              "An expression attribute name used in the document path is not defined; attribute name: :a",
	"size(a, l) > :a":                        "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2",
	"contains(a)":                            "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1",
	"a = #a":                                 distinctOperands + "=, first operand: [a]",
	"l[0] = l[0]":                            distinctOperands + "=, first operand: [l, [0]]",
	"a IN (:a, a)":                           distinctOperands + "IN, first operand: [a]",
	"a BETWEEN a AND :a":                     distinctOperands + "BETWEEN, first operand: [a]",
	"contains(m.k, m.k)":                     distinctOperands + "contains, first operand: [m, k]",
	"attribute_exists(:a)":                   "Operator or function requires a document path; operator or function: attribute_exists",
	"begins_with(a, :a)":                     operandTypes + "begins_with, operand type: N",
	"begins_with(a, size(l))":                operandTypes + "begins_with, operand type: N",
	"size(:nul) > :a":                        operandTypes + "size, operand type: NULL",
	"size(size(a)) > :a":                     operandTypes + "size, operand type: N",
	"attribute_type(a, :a)":                  operandTypes + "attribute_type, operand type: N",
	"attribute_type(a, l)":                   operandTypes + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
	"attribute_type(a, :s)":                  "Invalid attribute type name found; type: v, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
	"a < :ss":                                operandTypes + "<, operand type: SS",
	"a BETWEEN :a AND :nul":                  operandTypes + "BETWEEN, operand type: NULL",
	"a BETWEEN :s AND :a":                    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:v}, upper bound operand: AttributeValue: {N:1}",
	"a BETWEEN :two AND :a":                  "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
	"a" + strings.Repeat(".a", 32) + " = :a": "The document path has too many nesting levels; nesting levels: 33",
	"a IN (" + strings.Repeat(":a,", 100) + ":a)": "The IN operator is provided with too many operands; number of operands: 101",
	"a<:a" + strings.Repeat(" AND a<:a", 150):     "The expression contains too many operators; operator count: 301",
	"a = :a" + strings.Repeat(" ", 4091):          "Expression size has exceeded the maximum allowed size; expression size: 4097",
}

func TestConditionErrors(t *testing.T) {
	for text, want := range conditionErrors {
		t.Run(text[:min(len(text), 60)], func(t *testing.T) {
			if _, err := match(t, text, nil); err == nil || err.Error() != want {
				t.Errorf("%v\nwant %s", err, want)
			}
		})
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
		want   string
	}{
		{"empty names", map[string]string{}, "", "ExpressionAttributeNames must not be empty"},
		{"name without #", map[string]string{"a": "a"}, "", `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{"only #", map[string]string{"#": "a"}, "", `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{"name with a dash", map[string]string{"#a-b": "a"}, "", `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"`},
		{"empty values", nil, `{}`, "ExpressionAttributeValues must not be empty"},
		{"value without :", nil, `{"a":{"S":"x"}}`, `ExpressionAttributeValues contains invalid key: Syntax error; key: "a"`},
		{"bad value", nil, `{":a":{"SS":[]}}`, "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty for key :a"},
		{"too deep", nil, `{":a":` + strings.Repeat(`{"L":[`, 33) + strings.Repeat(`]}`, 33) + `}`,
			"ExpressionAttributeValues contains invalid value: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit for key :a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var values value.Item
			if tt.values != "" {
				values = item(t, tt.values)
			}
			if _, err := NewEnvironment(tt.names, values); err == nil || err.Error() != tt.want {
				t.Errorf("%v\nwant %s", err, tt.want)
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
