package expression

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// apply parses, binds and applies an update.
func apply(t *testing.T, text string, on value.Item) (value.Item, error) {
	t.Helper()
	u, err := ParseUpdate(text)
	if err != nil {
		return nil, err
	}
	e := environment(t, text)
	if _, err := u.Bind(e); err != nil {
		return nil, err
	}
	return u.Apply(on, e)
}

// plain is an item as canonical JSON.
func plain(t *testing.T, i value.Item) string {
	t.Helper()
	text, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestApply(t *testing.T) {
	const start = `{"a":{"N":"1"},"l":{"L":[{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"S":"v"}}},"ss":{"SS":["a","b"]}}`
	tests := []struct{ update, want string }{
		{"SET b = :a", `{"a":{"N":"1"},"b":{"N":"1"},"l":{"L":[{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"S":"v"}}},"ss":{"SS":["a","b"]}}`},
		{"REMOVE l, m, ss, zz", `{"a":{"N":"1"}}`},
		{"REMOVE l, m, ss SET b = a + :two, c = (a - :two)", `{"a":{"N":"1"},"b":{"N":"3"},"c":{"N":"-1"}}`},
		{"remove l, m, ss set a = a + :a, b = a", `{"a":{"N":"2"},"b":{"N":"1"}}`},
		{"REMOVE m, ss SET l[1] = l[0], l[0] = l[1]", `{"a":{"N":"1"},"l":{"L":[{"N":"2"},{"N":"1"}]}}`},
		{"REMOVE m, ss SET l[9] = :s, l[5] = :two", `{"a":{"N":"1"},"l":{"L":[{"N":"1"},{"N":"2"},{"N":"2"},{"S":"v"}]}}`},
		{"REMOVE m, ss, l[0] SET l[1] = :s, l[3] = :two", `{"a":{"N":"1"},"l":{"L":[{"S":"v"},{"N":"2"}]}}`},
		{"REMOVE m, ss, l[0], l[1], l[7]", `{"a":{"N":"1"},"l":{"L":[]}}`},
		{"REMOVE l, ss SET m.z = :a, m.k = m.k", `{"a":{"N":"1"},"m":{"M":{"k":{"S":"v"},"z":{"N":"1"}}}}`},
		{"REMOVE l, ss, m.k, m.zz", `{"a":{"N":"1"},"m":{"M":{}}}`},
		{"REMOVE l, ss SET m = :m, b = m.k", `{"a":{"N":"1"},"b":{"S":"v"},"m":{"M":{}}}`},
		{"REMOVE m, ss, l SET b = if_not_exists(a, :two), c = if_not_exists(zz.x[1], :two) + :a", `{"a":{"N":"1"},"b":{"N":"1"},"c":{"N":"3"}}`},
		{"REMOVE m, ss, l SET b = if_not_exists(zz, if_not_exists(zy, :s))", `{"a":{"N":"1"},"b":{"S":"v"}}`},
		{"REMOVE m, ss, a SET l = list_append(l, :list), b = list_append(if_not_exists(zz, :list), l)", `{"b":{"L":[{"N":"9"},{"N":"1"},{"N":"2"}]},"l":{"L":[{"N":"1"},{"N":"2"},{"N":"9"}]}}`},
		{"REMOVE m, l ADD a :two, n :a, ss :ss, tt :ss2", `{"a":{"N":"3"},"n":{"N":"1"},"ss":{"SS":["a","b"]},"tt":{"SS":["a","b"]}}`},
		{"REMOVE l, ss, a ADD m.n :two", `{"m":{"M":{"k":{"S":"v"},"n":{"N":"2"}}}}`},
		{"REMOVE m, ss ADD l[0] :two, l[7] :ss", `{"a":{"N":"1"},"l":{"L":[{"N":"3"},{"N":"2"},{"SS":["a"]}]}}`},
		{"REMOVE l, m DELETE ss :ss, zz :ss", `{"a":{"N":"1"},"ss":{"SS":["b"]}}`},
		{"REMOVE l, m DELETE ss :ss2", `{"a":{"N":"1"}}`},
		{"REMOVE l, m, ss, #a SET #status = :s", `{"status":{"S":"v"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.update, func(t *testing.T) {
			on := item(t, start)
			got, err := apply(t, tt.update, on)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, plain(t, got)); diff != "" {
				t.Error(diff)
			}
			if plain(t, on) != start {
				t.Errorf("the old item has become %s", plain(t, on))
			}
		})
	}
}

func TestApplyErrors(t *testing.T) {
	on := item(t, testItem)
	for text, want := range map[string]error{
		"SET b = zz": errNoAttribute, "SET b = zz + :a": errNoAttribute, "SET b = l[7]": errNoAttribute, "SET b = m.k.z": errNoAttribute,
		"SET b = if_not_exists(zz, zy)": errNoAttribute, "SET b = list_append(zz, :list)": errNoAttribute,
		"SET b = if_not_exists(a, zz)": errNoAttribute, // even though it is not needed
		"SET b = l + :a":               errOperandType, "SET b = list_append(a, :list)": errOperandType, "SET b = if_not_exists(zz, :s) + :a": errOperandType,
		"ADD ss :a": errOperandType, "ADD a :ss": errOperandType, "ADD ns :ss": errOperandType, "DELETE a :ss": errOperandType, "DELETE ns :ss": errOperandType,
		"SET zz.y = :a": errPath, "SET zz[0] = :a": errPath, "SET m[0] = :a": errPath, "SET l.x = :a": errPath, "SET a.x = :a": errPath, "SET m.z.y = :a": errPath,
		"REMOVE zz.y": errPath, "REMOVE l.x": errPath, "REMOVE ss[0]": errPath, "ADD m.z.y :a": errPath, "DELETE zz.y :ss": errPath,
		"SET l[9].x = :a":      errPath,
		"SET b.x = :a, c = zz": errNoAttribute, // of several, the last path decides
		"SET c.x = :a, b = zz": errPath,
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := apply(t, text, on); err != want {
				t.Errorf("%v, want %v", err, want)
			}
		})
	}
}

func TestUpdateErrors(t *testing.T) {
	const overlap = "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
	const conflict = "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: "
	for text, want := range map[string]string{
		"":                                 "The expression can not be empty;",
		"SET":                              `Syntax error; token: "<EOF>", near: "SET"`,
		"SET b = :a,":                      `Syntax error; token: "<EOF>", near: ","`,
		"SET b :a":                         `Syntax error; token: ":a", near: "b :a"`,
		"SET b = a + :a + :a":              `Syntax error; token: "+", near: ":a + :a"`,
		"SET (b) = :a":                     `Syntax error; token: "(", near: "SET (b"`,
		"SET b = -:a":                      `Syntax error; token: "-", near: "= -:a"`,
		"SET b = 5":                        `Syntax error; token: "5", near: "= 5"`,
		"SET :a = :a":                      `Syntax error; token: ":a", near: "SET :a ="`,
		"SET set = :a":                     `Syntax error; token: "set", near: "SET set ="`,
		"SET b = a AND :a":                 `Syntax error; token: "AND", near: "a AND :a"`,
		"SET b = if_not_exists(b, a + :a)": `Syntax error; token: "+", near: "a + :a"`,
		"FOO b":                            `Syntax error; token: "FOO", near: "FOO b"`,
		"ADD a (:a)":                       `Syntax error; token: "(", near: "a (:a"`,
		"ADD a b":                          `Syntax error; token: "b", near: "a b"`,
		"REMOVE a b":                       `Syntax error; token: "b", near: "a b"`,
		"SET b = :a; REMOVE c":             `Syntax error; token: ";", near: ":a; REMOVE"`,
		"SET b = ((a + :a))":               "The expression has redundant parentheses;",
		"SET b = ((:a))":                   "The expression has redundant parentheses;",
		"SET b = :a SET c = :a":            `The "SET" section can only be used once in an update expression;`,
		"REMOVE a remove b":                `The "REMOVE" section can only be used once in an update expression;`,
		"SET name = foo(a)":                "Attribute name is a reserved keyword; reserved keyword: name",
		"SET b = foo(name)":                "Invalid function name; function: foo",
		"SET b = size(a)":                  "The function is not allowed in an update expression; function: size",
		"SET b = list_append(list_append(l, l), l)": "The function is not allowed to be used this way in an expression; function: list_append",
		"SET b = list_append(l, l) + :a":            "The function is not allowed to be used this way in an expression; function: list_append",
		"SET b = :zz":                               "An expression attribute value used in expression is not defined; attribute value: :zz",
		"SET #zz = :a":                              "An expression attribute name used in the document path is not defined; attribute name: #zz",
		"SET l[0] = :a, l[0] = :s":                  overlap + "[l, [0]], path two: [l, [0]]",
		"SET #a = :a REMOVE a.b":                    overlap + "[a], path two: [a, b]",
		"SET m.a = :a ADD m :a":                     overlap + "[m, a], path two: [m]",
		"SET m.a = :a, m[0] = :a":                   conflict + "[m, a], path two: [m, [0]]",
		"SET b = if_not_exists(a)":                  "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1",
		"SET b = if_not_exists(:a, a)":              "Operator or function requires a document path; operator or function: if_not_exists",
		"SET b = if_not_exists(a, #a)":              "The first operand must be distinct from the remaining operands for this operator or function; operator: if_not_exists, first operand: [a]",
		"SET b = list_append(l, :a)":                operandTypes + "list_append, operand type: N",
		"SET b = a - :s":                            operandTypes + "-, operand type: S",
		"SET b = :ss + a":                           operandTypes + "+, operand type: SS",
		"ADD a :s":                                  "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
		"DELETE a :a":                               "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
		"SET b = :a" + strings.Repeat(" ", 4096):    "Expression size has exceeded the maximum allowed size;",
		"SET b=a+:a" + manyAssignments(300):         "The expression contains too many operators; operator count: 301",
	} {
		t.Run(text[:min(len(text), 60)], func(t *testing.T) {
			if _, err := apply(t, text, nil); err == nil || err.Error() != want {
				t.Errorf("%v\nwant %s", err, want)
			}
		})
	}
}

func manyAssignments(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(",c" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "=a+:a")
	}
	return b.String()
}

func TestProject(t *testing.T) {
	on := item(t, testItem)
	tests := []struct{ projection, want string }{
		{"a, zz, #dot", `{"a":{"N":"1"},"with.dot":{"S":"dot"}}`},
		{"l[1], l[0]", `{"l":{"L":[{"N":"1"},{"N":"2"}]}}`},
		{"l[1], l[9]", `{"l":{"L":[{"N":"2"}]}}`},
		{"m.deep[0].q, m.zz", `{"m":{"M":{"deep":{"L":[{"M":{"q":{"N":"7"}}}]}}}}`},
		{"m.deep[0].zz, a.x, l.x, s[0], ss[0]", `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.projection, func(t *testing.T) {
			p, err := ParseProjection(tt.projection)
			if err != nil {
				t.Fatal(err)
			}
			paths, err := p.Bind(environment(t, tt.projection))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, plain(t, paths.Project(on))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProjectionErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":          "The expression can not be empty;",
		"(a)":       `Syntax error; token: "(", near: "(a"`,
		"a b":       `Syntax error; token: "b", near: "a b"`,
		":a":        `Syntax error; token: ":a", near: ":a"`,
		"add":       `Syntax error; token: "add", near: "add"`,
		"a, name":   "Attribute name is a reserved keyword; reserved keyword: name",
		"a, #a":     "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
		"l[0], l.x": "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [l, [0]], path two: [l, x]",
	} {
		t.Run(text, func(t *testing.T) {
			p, err := ParseProjection(text)
			if err == nil {
				_, err = p.Bind(environment(t, text))
			}
			if err == nil || err.Error() != want {
				t.Errorf("%v\nwant %s", err, want)
			}
		})
	}
}

func TestKeyTerms(t *testing.T) {
	const invalid = "Invalid condition in KeyConditionExpression: "
	tests := []struct{ text, want string }{
		{"pk = :s", "pk = v"}, {":s = pk AND :a < sk", "pk = v, sk > 1"}, {"(pk = :s) AND (sk BETWEEN :a AND :two)", "pk = v, sk BETWEEN 1 2"},
		{"begins_with(sk, :s) AND pk = :s", "pk = v, sk begins_with v"}, {"pk = :s AND :a >= sk", "pk = v, sk <= 1"},
		{"pk = :s OR sk = :a", "Invalid operator used in KeyConditionExpression: OR"},
		{"NOT pk = :s", "Invalid operator used in KeyConditionExpression: NOT"},
		{"pk = :s AND sk <> :a", "Invalid operator used in KeyConditionExpression: <>"},
		{"pk IN (:s)", "Invalid operator used in KeyConditionExpression: IN"},
		{"attribute_exists(pk)", "Invalid operator used in KeyConditionExpression: attribute_exists"},
		{"pk = :s AND size(sk) = :a", "KeyConditionExpressions cannot contain nested operations"},
		{"pk = :s AND sk > :a AND sk < :two", "KeyConditionExpressions must only contain one condition per key"},
		{"pk = sk", invalid + "Multiple attribute names used in one condition"},
		{"pk.a = :s", "KeyConditionExpressions cannot have conditions on nested attributes"},
		{":a = :a", invalid + "No key attribute specified"},
		{"pk = :s AND :a BETWEEN sk AND :two", invalid + "BETWEEN operator must have the key attribute as its first operand"},
		{"begins_with(:s, sk)", invalid + "begins_with operator must have the key attribute as its first operand"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			c, err := ParseCondition(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			e := environment(t, tt.text)
			if err := c.Bind(e); err != nil {
				t.Fatal(err)
			}
			terms, err := c.KeyTerms(e)
			if got := shownTerms(terms, err); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

func shownTerms(terms map[string]KeyTerm, err error) string {
	if err != nil {
		return err.Error()
	}
	var parts []string
	for _, key := range []string{"pk", "sk"} {
		if term, ok := terms[key]; ok {
			words := []string{key, term.Operator}
			for _, v := range term.Values {
				words = append(words, v.Text())
			}
			parts = append(parts, strings.Join(words, " "))
		}
	}
	return strings.Join(parts, ", ")
}
