package tables

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An expression is an expression of a request, read without localaws' parser. Declared
// differences use it as independent evidence.
type expression struct {
	member        string // "UpdateExpression" and so on
	text          string
	elements      []element
	names, values object
}

// An element is an operand, a keyword or a sign. Parentheses that only group are left
// out.
type element struct {
	text  string      // as written; of a keyword in capitals
	path  []any       // string for a name, int for an index
	value attribute   // of a defined :placeholder
	call  string      // the function, or "IN" for its list
	args  [][]element // of call
}

// expressionsIn are those of the request, wherever they stand.
func expressionsIn(v any) []expression {
	var all []expression
	switch v := v.(type) {
	case object:
		names, _ := v["ExpressionAttributeNames"].(object)
		values, _ := v["ExpressionAttributeValues"].(object)
		for member, e := range v {
			if text, ok := e.(string); ok && strings.HasSuffix(member, "Expression") {
				x := expression{member: member, text: text, names: names, values: values}
				x.elements = (&reader{expression: x, tokens: tokensOf(text)}).group()
				all = append(all, x)
				continue
			}
			all = append(all, expressionsIn(e)...)
		}
	case []any:
		for _, e := range v {
			all = append(all, expressionsIn(e)...)
		}
	}
	return all
}

var tokens = regexp.MustCompile(`[#:][A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*|[0-9]+|<>|<=|>=|[^ \t\r\n]`)

func tokensOf(text string) []string { return tokens.FindAllString(text, -1) }

var keywords = []string{"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}

func isKeyword(token string) bool { return slices.Contains(keywords, strings.ToUpper(token)) }

var word = regexp.MustCompile(`^#?[A-Za-z0-9_]+$`)

// isName tells whether a token is a name or a placeholder of one.
func isName(token string) bool {
	return word.MatchString(token) && !isKeyword(token) && (token[0] < '0' || token[0] > '9')
}

type reader struct {
	expression
	tokens []string
	at     int
}

func (r *reader) isNext(token string) bool { return r.at < len(r.tokens) && r.tokens[r.at] == token }

// group reads up to the parenthesis that ends it, or the end.
func (r *reader) group() []element {
	var out []element
	for r.at < len(r.tokens) && !r.isNext(")") {
		out = append(out, r.next()...)
	}
	r.at++
	return out
}

func (r *reader) next() []element {
	t := r.tokens[r.at]
	r.at++
	switch {
	case t == "(":
		return r.group()
	case t[0] == ':' && len(t) > 1:
		return []element{{text: t, value: withoutNulls(r.values[t])}}
	case strings.EqualFold(t, "IN") && r.isNext("("):
		return []element{{text: "IN"}, r.list("IN")}
	case isKeyword(t):
		return []element{{text: strings.ToUpper(t)}}
	case isName(t) && t[0] != '#' && r.isNext("("):
		return []element{r.list(t)}
	case isName(t):
		return []element{{text: t, path: r.path(t)}}
	}
	return []element{{text: t}}
}

// withoutNulls returns an attribute value without its null members, which count as
// absent.
func withoutNulls(v any) attribute {
	if v == nil {
		return nil
	}
	return lacking(v, func(_ string, content any) bool { return content == nil })
}

// list reads (operand, ...).
func (r *reader) list(call string) element {
	r.at++
	e := element{text: call, call: call}
	var arg []element
	for _, part := range r.group() {
		if part.text == "," {
			e.args, arg = append(e.args, arg), nil
			continue
		}
		arg = append(arg, part)
	}
	e.args = append(e.args, arg)
	return e
}

// path reads what follows its first name.
func (r *reader) path(first string) []any {
	steps := []any{r.resolved(first)}
	for r.at+1 < len(r.tokens) {
		index, err := strconv.Atoi(r.tokens[r.at+1])
		switch {
		case r.isNext(".") && isName(r.tokens[r.at+1]):
			steps = append(steps, r.resolved(r.tokens[r.at+1]))
			r.at += 2
		case r.isNext("[") && err == nil && r.at+2 < len(r.tokens) && r.tokens[r.at+2] == "]":
			steps = append(steps, index)
			r.at += 3
		default:
			return steps
		}
	}
	return steps
}

func (r *reader) resolved(name string) string {
	if full, ok := r.names[name].(string); ok {
		return full
	}
	return name
}

// shown is a path as messages show it: [a, [1], b].
func shown(path []any) string {
	parts := make([]string, len(path))
	for i, step := range path {
		switch step := step.(type) {
		case int:
			parts[i] = "[" + strconv.Itoa(step) + "]"
		case string:
			parts[i] = step
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// each calls f with every run of elements: the whole expression, and the operands of
// calls.
func (e expression) each(f func(run []element)) {
	var walk func(run []element)
	walk = func(run []element) {
		f(run)
		for _, part := range run {
			for _, arg := range part.args {
				walk(arg)
			}
		}
	}
	walk(e.elements)
}

// operands returns the operands of each operator or function with this name.
func (e expression) operands(name string) [][]element {
	var all [][]element
	e.each(func(run []element) {
		for i, part := range run {
			switch {
			case part.call == name && name != "IN":
				var args []element
				for _, arg := range part.args {
					args = append(args, arg...)
				}
				all = append(all, args)
			case part.text != name || part.call != "" || i == 0 || i+1 == len(run):
			case name == "BETWEEN" && i+3 < len(run):
				all = append(all, []element{run[i-1], run[i+1], run[i+3]})
			case name == "IN":
				args := []element{run[i-1]}
				for _, arg := range run[i+1].args {
					args = append(args, arg...)
				}
				all = append(all, args)
			default:
				all = append(all, []element{run[i-1], run[i+1]})
			}
		}
	})
	return all
}

// calls returns the calls of a function.
func (e expression) calls(name string) []element {
	var all []element
	e.each(func(run []element) {
		for _, part := range run {
			if part.call == name && name != "IN" {
				all = append(all, part)
			}
		}
	})
	return all
}

// paths returns all paths of the expression.
func (e expression) paths() [][]any {
	var all [][]any
	e.each(func(run []element) {
		for _, part := range run {
			if part.path != nil {
				all = append(all, part.path)
			}
		}
	})
	return all
}

// targets returns the paths that an update changes, and the sections they are in.
func (e expression) targets() (paths [][]any, sections []string) {
	section := ""
	for i, part := range e.elements {
		if slices.Contains(keywords[:4], part.text) {
			section = part.text
		}
		if part.path != nil && i > 0 && (e.elements[i-1].text == "," || e.elements[i-1].text == section) {
			paths, sections = append(paths, part.path), append(sections, section)
		}
	}
	return paths, sections
}

// kind is the type that an operand has without an item; "" is any.
func (e element) kind() string {
	switch {
	case e.call == "size":
		return "N"
	case len(e.value) == 1:
		return kindOf(e.value)
	}
	return ""
}
