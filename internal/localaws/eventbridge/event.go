package eventbridge

import (
	"bytes"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Event is an event that a bus accepted.
type Event struct {
	ID         string // UUID
	DetailType string
	Source     string
	Account    string
	Time       time.Time
	Region     string
	Resources  []string
	Detail     string // JSON object, exactly as it came

	ReplayName string // of the replay that sent it again; "": it is sent for the first time

	TraceHeader string // X-Ray; not part of the envelope
}

// Envelope is the JSON object that patterns match and targets receive. Its time has
// whole seconds. Its detail is the original text.
func (e *Event) Envelope() []byte { return e.envelope("detail-type", true) }

// withoutDetail is the event as an input template inserts it for <aws.events.event>.
// One of its members has a different name there.
func (e *Event) withoutDetail() []byte { return e.envelope("detailType", false) }

func (e *Event) envelope(detailType string, detail bool) []byte {
	var b bytes.Buffer
	member := func(name, value string) {
		b.WriteString(`"` + name + `":`)
		b.Write(quoted(value))
		b.WriteByte(',')
	}
	b.WriteString(`{"version":"0",`)
	member("id", e.ID)
	member(detailType, e.DetailType)
	member("source", e.Source)
	member("account", e.Account)
	member("time", e.Time.UTC().Format(time.RFC3339))
	member("region", e.Region)
	if e.ReplayName != "" {
		member("replay-name", e.ReplayName)
	}
	b.WriteString(`"resources":[`)
	for i, r := range e.Resources {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoted(r))
	}
	b.WriteByte(']')
	if detail {
		b.WriteString(`,"detail":`)
		b.WriteString(e.Detail)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func quoted(s string) []byte {
	b, _ := jsontext.AppendQuote(nil, s) // broken UTF-8 is an error, and becomes U+FFFD
	return b
}
