package events

import (
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

var (
	errNotObject    = errors.New("must be a JSON object")
	errTrailingText = errors.New("has text after the JSON object")
)

// refuseSyntax words a decoder's error without quoting the input.
func refuseSyntax(err error) *Refusal {
	var at *jsontext.SyntacticError
	switch {
	case errors.Is(err, errNotObject) || errors.Is(err, errTrailingText):
		return refuse(Malformed, "", "the input %s", err)
	case errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &at):
		return refuse(Malformed, "", "the input is not complete JSON")
	}
	field, inside := fieldAt(at.JSONPointer)
	rule := syntaxRule(at.Err, inside)
	if field == "" {
		rule = "the input " + rule
	}
	return refuse(Malformed, field, "%s", rule)
}

// syntaxRule looks only at the cause, never at the whole error: that quotes
// names, which are the sender's to choose.
func syntaxRule(cause error, inside bool) string {
	switch text := cause.Error(); {
	case errors.Is(cause, jsontext.ErrDuplicateName) && inside:
		return "has a duplicate name inside"
	case errors.Is(cause, jsontext.ErrDuplicateName):
		return "is a duplicate name"
	case text == "invalid UTF-8":
		return "is not valid UTF-8"
	case strings.HasPrefix(text, "invalid surrogate pair"):
		return "has a lone surrogate"
	}
	return "is not valid JSON"
}

// fieldAt is the dotted path of the field that a JSON pointer leads to, or into
// (inside). It ends at the preference: names within a value are part of the
// value and never quoted.
func fieldAt(pointer jsontext.Pointer) (field string, inside bool) {
	if rest, ok := strings.CutPrefix(string(pointer), "/detail/"); ok {
		pointer = jsontext.Pointer("/" + rest) // fields are relative to detail
	}
	var path []string
	for name := range pointer.Tokens() {
		if len(path) == 1 && path[0] != "preferences" || len(path) == 2 {
			return strings.Join(path, "."), true
		}
		path = append(path, printable(name, maxNameBytes))
	}
	return strings.Join(path, "."), false
}

func validJSON(text string) bool { return jsontext.Value(text).IsValid() }

// depth counts the levels of nesting of valid JSON text; a scalar has none.
func depth(text string) int {
	level, deepest, inString := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}
