package events

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var errNotObject = errors.New("must be a JSON object")

// syntaxRule words a decoder's error without quoting the input.
func syntaxRule(err error) string {
	var syntactic *jsontext.SyntacticError
	switch {
	case err == nil:
		return "has text after the JSON object"
	case errors.Is(err, errNotObject):
		return errNotObject.Error()
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "has a duplicate name"
	case !errors.As(err, &syntactic):
		return "is not complete JSON"
	case strings.Contains(syntactic.Error(), "UTF-8"):
		return "is not valid UTF-8"
	case strings.Contains(syntactic.Error(), "surrogate"):
		return "has a lone surrogate"
	}
	return "is not valid JSON"
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

// fieldOf is the dotted path at which a decoder gave up.
func fieldOf(err error) string {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) {
		return ""
	}
	return printable(strings.ReplaceAll(strings.TrimPrefix(string(semantic.JSONPointer), "/"), "/", "."), 200)
}
