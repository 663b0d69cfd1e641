package otlp

import "time"

// A TraceID identifies a trace. Zeros identify none.
type TraceID [16]byte

// A SpanID identifies a span of a trace. Zeros identify none.
type SpanID [8]byte

// A Kind is a span's part in a conversation.
type Kind int

// The kinds, with OTLP's numbers.
const (
	Internal Kind = 1
	Producer Kind = 4
	Consumer Kind = 5
)

// A Span is one step of work that has ended.
type Span struct {
	Service    string // the resource's service.name
	Trace      TraceID
	ID, Parent SpanID // Parent: zero at the root
	Remote     bool   // the parent is in another process, which may export it or not
	Name       string
	Kind       Kind
	Start, End time.Time
	Attributes []Attribute
	Links      []Link
	Failed     string // what went wrong; empty: nothing
}

// A Link points to a span of any trace.
type Link struct {
	Trace TraceID
	ID    SpanID
}

// An Attribute has a value of one type.
type Attribute struct {
	Key     string
	Text    string
	Count   int64 // counts if IsCount
	IsCount bool
}

// Text is an attribute with a text.
func Text(key, text string) Attribute { return Attribute{Key: key, Text: text} }

// Count is an attribute with a whole number.
func Count(key string, n int64) Attribute { return Attribute{Key: key, Count: n, IsCount: true} }
