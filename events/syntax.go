package events

import (
	"errors"
	"io"
	"strconv"
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

// survey goes through the JSON text of a value. It counts the levels of
// nesting, 0 for a scalar. It returns the first number that is too long or not
// finite.
func survey(text string) (depth int, number string) {
	level := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			i = endOfString(text, i)
		case c == '{' || c == '[':
			level++
			depth = max(depth, level)
		case c == '}' || c == ']':
			level--
		case c == '-' || '0' <= c && c <= '9':
			end := endOfNumber(text, i)
			if number == "" && !bounded(text[i:end]) {
				number = text[i:end]
			}
			i = end - 1
		}
	}
	return depth, number
}

// endOfString is the index of the quote that ends the string that begins at i.
func endOfString(text string, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}

func endOfNumber(text string, i int) int {
	for i < len(text) && strings.IndexByte("+-.0123456789Ee", text[i]) >= 0 {
		i++
	}
	return i
}

// bounded tells whether a number keeps to MaxNumberBytes and is finite. Without
// an exponent so few characters are always finite.
func bounded(number string) bool {
	if len(number) > MaxNumberBytes {
		return false
	}
	if !strings.ContainsAny(number, "eE") {
		return true
	}
	_, err := strconv.ParseFloat(number, 64)
	return !errors.Is(err, strconv.ErrRange)
}
