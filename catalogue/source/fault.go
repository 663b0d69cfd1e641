package source

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Fault is one rule that a catalogue breaks.
type Fault struct {
	File  string
	Line  int    // from 1
	Field string // such as preferences.language.default; empty for the file as a whole
	Rule  string
}

// String is "catalogue.yaml:7: preferences.language.default: breaks the schema: /pattern".
func (f Fault) String() string {
	text := fmt.Sprintf("%s:%d: ", f.File, f.Line)
	if f.Field != "" {
		text += f.Field + ": "
	}
	return text + f.Rule
}

// Faults are all that is wrong with a catalogue, by line.
type Faults []Fault

// Error has a line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

func (f Faults) sort() {
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule))
	})
}

// maxPrinted bounds what a message quotes of a file, in bytes.
const maxPrinted = 80

// printable is a name as a message shows it: in ASCII, and not long.
func printable(name string) string {
	if len(name) > maxPrinted {
		name = name[:maxPrinted] + "..."
	}
	if quoted := strconv.QuoteToASCII(name); quoted != `"`+name+`"` || name == "" {
		return quoted
	}
	return name
}
