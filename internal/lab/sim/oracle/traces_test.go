package oracle

import (
	"strings"
	"testing"
)

const (
	traceA = "00-11111111111111111111111111111111-00f067aa0ba902b7-01"
	traceB = "00-22222222222222222222222222222222-00f067aa0ba902b7-00"
)

// traced writes the first change with a trace, and an item with another one perhaps.
func (s story) traced(change, item string) *Image {
	rest := one
	if change != "" {
		rest += `,"traceparent":"` + change + `"`
	}
	s.taken(body(1, rest))
	i := image(10, "", Entry{"1", stamp(1)})
	i.Trace = item
	s.written("u", nil, i)
	s.merged(body(1, rest))
	return i
}

func (s story) firstAnnounced(rest string) {
	s.announced(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"caused_by":["`+stamp(1)+`"],"as_of":"`+stamp(1)+`"`+rest)
}

func TestAHistoryWithATrace(t *testing.T) {
	s := tale()
	i := s.traced(traceA, traceA)
	s.firstAnnounced(`,"traceparent":"` + traceA + `"`)
	s.quiet(i)
	if v := s.Violation(); v != nil {
		t.Error(v)
	}
}

func TestTraceOf(t *testing.T) {
	for text, want := range map[string]string{
		traceA: traceA, traceB: traceB,
		"01" + traceA[2:]:                             traceA,
		"01" + traceA[2:53] + "0a":                    traceA[:53] + "00",
		"fe" + traceA[2:53] + "0b-more":               traceA,
		"01" + traceA[2:53] + "03":                    traceA,
		"01" + traceA[2:53] + "04":                    traceA[:53] + "00",
		"01" + traceA[2:] + "more":                    "",
		"ff" + traceA[2:]:                             "",
		traceA + "-more":                              "",
		strings.ToUpper("0a" + traceA[2:]):            "",
		"00-" + strings.Repeat("0", 32) + traceA[35:]: "",
		traceA[:36] + strings.Repeat("0", 16) + "-01": "",
		"": "", "no trace": "",
	} {
		if got := traceOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
