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
		"SET l[9].x = :a": errPath,
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := apply(t, text, on); err != want {
				t.Errorf("%v, want %v", err, want)
			}
		})
	}
}

func TestUpdateErrors(t *testing.T) {
	for _, text := range []string{
		"",
		"SET",
		"SET b = :a,",
		"SET b :a",
		"SET b = a + :a + :a",
		"SET (b) = :a",
		"SET b = -:a",
		"SET b = 5",
		"SET :a = :a",
		"SET set = :a",
		"SET b = a AND :a",
		"SET b = if_not_exists(b, a + :a)",
		"FOO b",
		"ADD a (:a)",
		"ADD a b",
		"REMOVE a b",
		"SET b = :a; REMOVE c",
		"SET b = ((a + :a))",
		"SET b = ((:a))",
		"SET b = :a SET c = :a",
		"REMOVE a remove b",
		"SET name = foo(a)",
		"SET b = foo(name)",
		"SET b = size(a)",
		"SET b = list_append(list_append(l, l), l)",
		"SET b = list_append(l, l) + :a",
		"SET b = :zz",
		"SET #zz = :a",
		"SET l[0] = :a, l[0] = :s",
		"SET #a = :a REMOVE a.b",
		"SET m.a = :a ADD m :a",
		"SET m.a = :a, m[0] = :a",
		"SET b = if_not_exists(a)",
		"SET b = if_not_exists(:a, a)",
		"SET b = if_not_exists(a, #a)",
		"SET b = list_append(l, :a)",
		"SET b = a - :s",
		"SET b = :ss + a",
		"ADD a :s",
		"DELETE a :a",
		"SET b = :a" + strings.Repeat(" ", 4096),
		"SET b=a+:a" + manyAssignments(300),
	} {
		if _, err := apply(t, text, nil); err == nil {
			t.Errorf("%.60q is taken", text)
		}
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
	for _, text := range []string{
		"",
		"(a)",
		"a b",
		":a",
		"add",
		"a, name",
		"a, #a",
		"l[0], l.x",
	} {
		t.Run(text, func(t *testing.T) {
			p, err := ParseProjection(text)
			if err == nil {
				_, err = p.Bind(environment(t, text))
			}
			if err == nil {
				t.Error("taken")
			}
		})
	}
}

func TestKeyTerms(t *testing.T) {
	tests := []struct{ text, want string }{
		{"pk = :s", "pk = v"}, {":s = pk AND :a < sk", "pk = v, sk > 1"}, {"(pk = :s) AND (sk BETWEEN :a AND :two)", "pk = v, sk BETWEEN 1 2"},
		{"begins_with(sk, :s) AND pk = :s", "pk = v, sk begins_with v"}, {"pk = :s AND :a >= sk", "pk = v, sk <= 1"},
		{"pk = :s OR sk = :a", "refused"},
		{"NOT pk = :s", "refused"},
		{"pk = :s AND sk <> :a", "refused"},
		{"pk IN (:s)", "refused"},
		{"attribute_exists(pk)", "refused"},
		{"pk = :s AND size(sk) = :a", "refused"},
		{"pk = :s AND sk > :a AND sk < :two", "refused"},
		{"pk = sk", "refused"},
		{"pk.a = :s", "refused"},
		{":a = :a", "refused"},
		{"pk = :s AND :a BETWEEN sk AND :two", "refused"},
		{"begins_with(:s, sk)", "refused"},
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
		return "refused"
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
