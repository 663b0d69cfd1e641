package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"
)

// A Format is how a command prints a list: as a table for people, or as JSON for
// programs.
type Format string

// The formats that --output takes.
const (
	Table Format = "table"
	JSON  Format = "json"
)

// Register adds the flag --output to a command.
func (f *Format) Register(c *cobra.Command) {
	*f = Table
	c.Flags().Var(f, "output", "`format` of the list: table or json")
	Complete(c, "output", string(Table), string(JSON))
}

// String returns the format's name.
func (f *Format) String() string { return string(*f) }

// Set takes the format's name.
func (f *Format) Set(text string) error {
	switch Format(text) {
	case Table, JSON:
		*f = Format(text)
		return nil
	}
	return errors.New("it must be table or json")
}

// Type is what the help calls a value.
func (f *Format) Type() string { return "format" }

// WriteJSON writes a value as indented JSON. Characters on which a terminal would
// act are escaped: values of anybody's may be in it.
func WriteJSON(w io.Writer, v any) error {
	text, err := json.Marshal(v, json.Deterministic(true), json.FormatNilSliceAsNull(false), jsontext.AllowInvalidUTF8(true), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, Escaped(string(text)))
	return err
}

// Escaped is JSON text in which what is not printable is escaped. It changes no line
// break of the layout, and JSON has any other character outside ASCII within strings
// alone.
func Escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
