package tables

import (
	"regexp"
	"slices"
	"strings"
)

// mapped is a value of JSON with f applied to the texts below the members of the
// given ending.
func mapped(v any, ending string, f func(member, text string) string) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for member, e := range v {
			if text, ok := e.(string); ok && strings.HasSuffix(member, ending) {
				out[member] = f(member, text)
				continue
			}
			out[member] = mapped(e, ending, f)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = mapped(e, ending, f)
		}
		return out
	}
	return v
}

// rewritten is the request with its expressions written otherwise; false where
// nothing is to rewrite.
func rewritten(r request, f func(member, text string) string) (request, bool) {
	other := r
	other.body = mapped(r.body, "Expression", f).(object)
	return other, text(other.body) != text(r.body)
}

// withoutParentheses leaves out those around one operand, and in an update all
// that are not a function's.
func withoutParentheses(member, expression string) string {
	tokens := tokensOf(expression)
	all := len(tokens)
	for again := true; again; {
		again = false
		for i, t := range tokens {
			if end := closing(tokens, i); t == "(" && end > 0 && !belongs(tokens, i) && (member == "UpdateExpression" || isOperand(tokens[i+1:end])) {
				tokens = slices.Concat(tokens[:i], tokens[i+1:end], tokens[end+1:])
				again = true
				break
			}
		}
	}
	if len(tokens) == all {
		return expression
	}
	return spaced(tokens)
}

// spaced writes down tokens with room between them, but not before an index.
func spaced(tokens []string) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 && tokens[i-1] != "[" {
			b.WriteByte(' ')
		}
		b.WriteString(t)
	}
	return b.String()
}

// closing is where the parenthesis at i is closed; 0 where it is not.
func closing(tokens []string, i int) int {
	depth := 0
	for j := i; j < len(tokens); j++ {
		switch tokens[j] {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			return j
		}
	}
	return 0
}

// belongs tells whether the parenthesis at i is that of a list of operands.
func belongs(tokens []string, i int) bool {
	return i > 0 && (strings.EqualFold(tokens[i-1], "IN") || isName(tokens[i-1]))
}

// isOperand tells whether tokens are a path, a placeholder or a call.
func isOperand(tokens []string) bool {
	depth := 0
	for i, t := range tokens {
		switch {
		case t == "(":
			if depth == 0 && !belongs(tokens, i) {
				return false
			}
			depth++
		case t == ")":
			depth--
		case depth > 0 || t == "." || t == "[" || t == "]":
		case isKeyword(t) || !placed.MatchString(t):
			return false
		}
	}
	return len(tokens) > 0
}

var placed = regexp.MustCompile(`^[#:]?[A-Za-z0-9_]+$`)

var space = regexp.MustCompile(`\[[ \t\r\n]+`)

// withTightIndexes leaves out white space behind brackets.
func withTightIndexes(_, expression string) string { return space.ReplaceAllString(expression, "[") }

var minusZero = regexp.MustCompile(`^-0*(\.0*)?$`)

// withPlainZeros writes 0 for -0.
func withPlainZeros(r request) (request, bool) {
	other := r
	other.body = mapped(r.body, "N", func(_, number string) string {
		if minusZero.MatchString(number) {
			return "0"
		}
		return number
	}).(object)
	return other, text(other.body) != text(r.body)
}

// ofTheTable is a read of a missing table as one of the case's table.
func ofTheTable(r request) (request, bool) {
	name, named := r.body["TableName"].(string)
	other := r
	other.body = lacking(r.body, func(string, any) bool { return false })
	other.body["TableName"] = tableName
	return other, named && name != tableName && r.isRead()
}
