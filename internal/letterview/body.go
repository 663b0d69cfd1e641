// Package letterview formats a dead letter for a person at a terminal.
//
// A letter holds what somebody said. So the values of preferences, the id of the
// conversation and everything that the contract does not name are masked, unless the
// caller asks for values. What is shown identifies the letter and its fault: ids, the
// user, the names of preferences, and what the pipeline itself wrote.
package letterview

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// shown lists what is never masked: fields of the envelope, of a change and of a missed
// announcement, and what Lambda writes about stream records.
var shown = set(
	"/version", "/id", "/detail-type", "/source", "/account", "/time", "/region", "/resources", "/replay-name",
	"/detail/id", "/detail/user_id", "/detail/replace", "/detail/version", "/detail/origin", "/detail/traceparent",
	"/user_id", "/replace", "/origin", "/traceparent",
	"/revision", "/previous_revision", "/code", "/message", "/sequence_number", "/erased", "/as_of",
	"/requestContext", "/responseContext", "/timestamp", "/DDBStreamBatchInfo",
)

// opened lists the objects whose names are shown and whose members are judged one by one.
var opened = set("", "/detail", "/detail/preferences", "/preferences")

func set(names ...string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, name := range names {
		s[name] = true
	}
	return s
}

// Body formats a letter's body: indented JSON, safe to print, with a final line break. It
// shows values if values is set, and else their kinds and sizes. A body that is not JSON
// is shown up to where it can be read, followed by a line that says how much is left. With
// values it is shown as it came, and so is one that nests deeper than maxDepth.
func Body(body string, values bool) string {
	var out strings.Builder
	read, err := copyBody(&out, body, values)
	text := strings.TrimRight(out.String(), "\n")
	switch {
	case err == nil:
	case values:
		text = body
	default:
		if text != "" {
			text += "\n"
		}
		text += fmt.Sprintf("... %d of %d bytes cannot be read as JSON (--values shows them)", int64(len(body))-read, len(body))
	}
	return printable(text) + "\n"
}

// printable replaces what a terminal would act on, except for line breaks.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = terminal.Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// maxDepth bounds the indentation. A body of ten thousand brackets would become a hundred
// megabytes.
const maxDepth = 100

var errDeep = errors.New("the body nests too deep to be indented")

// copyBody returns how many bytes of the body it has read.
func copyBody(out io.Writer, body string, values bool) (int64, error) {
	lenient := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	d := jsontext.NewDecoder(strings.NewReader(body), lenient...)
	e := jsontext.NewEncoder(out, append(lenient, jsontext.WithIndent("  "), jsontext.SpaceAfterComma(false))...)
	for {
		err := copyNext(d, e, values)
		switch {
		case errors.Is(err, io.EOF):
			return int64(len(body)), nil
		case err != nil:
			return d.InputOffset(), err
		case e.StackDepth() > maxDepth:
			return d.InputOffset(), errDeep
		}
	}
}

// copyNext copies the next token, or the next value whole, or writes a mask for it.
func copyNext(d *jsontext.Decoder, e *jsontext.Encoder, values bool) error {
	kind := d.PeekKind()
	name, isName := next(d)
	if values || isName || kind == '}' || kind == ']' || kind == 0 || kind == '{' && opened[name] {
		token, err := d.ReadToken()
		if err != nil {
			return err
		}
		return e.WriteToken(token)
	}
	value, err := d.ReadValue()
	switch {
	case err != nil:
		return err
	case shown[name] && !mayBeDeep(kind, string(value)), kind == 'n':
		return e.WriteValue(value)
	}
	return e.WriteToken(jsontext.String(mask(kind, len(value))))
}

// mayBeDeep tells whether a value could nest deeper than maxDepth: it has more brackets.
func mayBeDeep(kind jsontext.Kind, value string) bool {
	return (kind == '{' || kind == '[') && strings.Count(value, "[")+strings.Count(value, "{") > maxDepth
}

// next tells what the decoder reads next: the name of a member, or the value at a pointer.
func next(d *jsontext.Decoder) (pointer string, isName bool) {
	depth := d.StackDepth()
	kind, length := d.StackIndex(depth)
	switch {
	case depth == 0:
		return "", false
	case kind == '{' && length%2 == 0:
		return "", true
	case kind == '{':
		return string(d.StackPointer()), false
	}
	return string(d.StackPointer()) + "/-", false
}

func mask(kind jsontext.Kind, bytes int) string {
	what := map[jsontext.Kind]string{'"': "text", '0': "number", 't': "true or false", 'f': "true or false", '{': "object", '[': "list"}[kind]
	if kind == 't' || kind == 'f' {
		return "(" + what + ")"
	}
	return fmt.Sprintf("(%s, %d bytes)", what, bytes)
}
