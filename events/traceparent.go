package events

import "strings"

// TraceparentBytes is the length of a traceparent as this contract writes it.
const TraceparentBytes = 55

// ParseTraceparent reads a traceparent as W3C defines it, and returns the form
// in which this contract keeps it: version 00, TraceparentBytes long. ok is
// false for everything else, and traceparent is then empty.
//
// A text of a later version is read as far as version 00 goes. Of its flags
// only "sampled" is kept, because the others may mean something else there.
//
// Specification: https://www.w3.org/TR/trace-context/
func ParseTraceparent(text string) (traceparent string, ok bool) {
	if len(text) < TraceparentBytes || text[2] != '-' || text[35] != '-' || text[52] != '-' {
		return "", false
	}
	version, trace, parent, flags := text[:2], text[3:35], text[36:52], text[53:TraceparentBytes]
	for _, digits := range []string{version, trace, parent, flags} {
		if !isLowerHex(digits) {
			return "", false
		}
	}
	switch {
	case isZeros(trace), isZeros(parent), version == "ff":
		return "", false
	case len(text) > TraceparentBytes && (version == "00" || text[TraceparentBytes] != '-'):
		return "", false
	case version == "00":
		return text, true
	}
	sampled := "00"
	if strings.IndexByte("13579bdf", flags[1]) >= 0 {
		sampled = "01"
	}
	return "00-" + trace + "-" + parent + "-" + sampled, true
}

// Traces are the traceparents of changes by their stamps. nil is empty and ready
// for use.
type Traces map[Stamp]string

// Add adds that of a change, if it has one. Of two that share a stamp, the first
// one counts.
func (t *Traces) Add(c *PreferenceChange) {
	if c.Traceparent == "" || (*t)[c.ID] != "" {
		return
	}
	if *t == nil {
		*t = Traces{}
	}
	(*t)[c.ID] = c.Traceparent
}

func isLowerHex(text string) bool { return strings.Trim(text, "0123456789abcdef") == "" }

func isZeros(text string) bool { return strings.Trim(text, "0") == "" }

// traceparent is a member that is a traceparent. What is none counts as absent:
// a trace is worth less than the change that carries it.
func (o object) traceparent(name string) string {
	text, err := o.unquoted(name)
	if err != nil || len(text) > maxTraceparentBytes {
		return ""
	}
	traceparent, _ := ParseTraceparent(string(text))
	return traceparent
}

// maxTraceparentBytes bounds what a later version may add.
const maxTraceparentBytes = 512

// appendTraceparent appends the member, if there is a valid one.
func appendTraceparent(b []byte, text string) []byte {
	traceparent, ok := ParseTraceparent(text)
	if !ok {
		return b
	}
	return append(append(append(b, `,"traceparent":"`...), traceparent...), '"')
}
