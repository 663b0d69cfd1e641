package pattern

import "strings"

// test is one entry of a leaf's array.
type test struct {
	absent  bool // {"exists": false}: passes where no value is
	numeric bool // event-ruler reads numbers as numbers where such a test is
	passes  func(v value) bool

	identity  string   // equal tests have the same
	wildcards []string // that it is made of
}

func compileTest(path string, n node) (test, error) {
	switch n.kind {
	case '{':
		return compileOperator(path, n)
	case '"':
		if r, ok := addressRange(n.text); ok {
			return test{passes: r.passes}, nil
		}
		return equalTo(quote(n.text)), nil
	case '0':
		return equalToNumber(n.text), nil
	case 't', 'f', 'n':
		return equalTo(n.text), nil
	}
	return test{}, refuse(path, "Match value must be String, number, true, false, or null")
}

func compileOperator(path string, n node) (test, error) {
	name, operand, err := single(path, n, "Match expression name not found")
	if err != nil {
		return test{}, err
	}
	switch name {
	case "exactly", "prefix", "suffix", "equals-ignore-case", "wildcard":
		return compileText(path, name, operand)
	case "anything-but":
		return compileAnythingBut(path, operand)
	case "numeric":
		return compileNumeric(path, operand)
	case "exists":
		return compileExists(path, operand)
	case "cidr":
		return compileCIDR(path, operand)
	}
	return test{}, refuse(path, "Unrecognized match type %s", name)
}

// single takes an object apart that must have exactly one member.
func single(path string, n node, missing string) (string, node, error) {
	if len(n.members) == 0 {
		return "", node{}, refuse(path, "%s", missing)
	}
	if len(n.members) > 1 {
		return "", node{}, refuse(path, "Only one key allowed in match expression")
	}
	return n.members[0].name, n.members[0].value, nil
}

// compileText compiles the operators over one string. prefix and suffix take
// {"equals-ignore-case": ...} too.
func compileText(path, operator string, n node) (test, error) {
	folded := operator == "equals-ignore-case"
	if n.kind == '{' && (operator == "prefix" || operator == "suffix") {
		name, operand, err := single(path, n, strings.ToUpper(operator[:1])+operator[1:]+" expression name not found")
		if err != nil {
			return test{}, err
		}
		if name != "equals-ignore-case" {
			return test{}, refuse(path, "Unsupported %s pattern: %s", operator, name)
		}
		folded, n = true, operand
	}
	if n.kind != '"' {
		what := operator
		switch {
		case folded:
			what = "equals-ignore-case"
		case operator == "exactly":
			what = "exact"
		}
		return test{}, refuse(path, "%s match pattern must be a string", what)
	}
	passes, err := textTest(path, operator, folded, n.text)
	return test{passes: passes}, err
}

// textTest makes the test of one string. Strings are compared with their
// quotation marks, as event-ruler does: these tell "1" from 1, and a quotation
// mark within prefix or suffix can meet the one at the end.
func textTest(path, operator string, folded bool, s string) (func(value) bool, error) {
	switch {
	case operator == "prefix" && folded:
		return folding(`"` + s).prefixes, nil
	case operator == "suffix" && folded:
		return folding(s + `"`).suffixes, nil
	case folded:
		return folding(quote(s)).equals, nil
	case operator == "prefix":
		return func(v value) bool { return strings.HasPrefix(v.text, `"`+s) }, nil
	case operator == "suffix":
		return func(v value) bool { return strings.HasSuffix(v.text, s+`"`) }, nil
	case operator == "wildcard":
		return compileWildcard(path, quote(s))
	}
	return equalTo(quote(s)).passes, nil
}

func equalTo(text string) test {
	return test{passes: func(v value) bool { return v.text == text }}
}

func compileExists(path string, n node) (test, error) {
	switch n.kind {
	case 't':
		return test{passes: func(value) bool { return true }}, nil
	case 'f':
		return test{absent: true, passes: func(value) bool { return false }}, nil
	}
	return test{}, refuse(path, "exists match pattern must be either true or false.")
}

func quote(s string) string { return `"` + s + `"` }
