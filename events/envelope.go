package events

import (
	"errors"
	"time"
)

// An Envelope is an event as EventBridge delivers it to a queue. The queue's
// own route carries the same JSON, so that there is one decoder.
//
// Specification: the envelope fields of "Events in Amazon EventBridge".
type Envelope struct {
	ID         string    // of the envelope, not of the change
	Source     string    // the emitting bot's name
	DetailType string    // DetailTypeChange or DetailTypeUpdated
	Time       time.Time // whole seconds on the bus; zero: the bus sets it
	Detail     []byte    // JSON text

	// ReplayName is the name of the archive's replay that sent the event again; empty:
	// it is sent for the first time. It is read and never written.
	ReplayName string

	// Traceparent is the detail's, for routes that have a place of their own for
	// it, in the form of AWS X-Ray. It is no part of the envelope's JSON.
	Traceparent string
}

// ChangeEnvelope wraps a change that has an id. In its detail U+FFFE and U+FFFF,
// which SQS does not take, are written as escapes.
func ChangeEnvelope(source string, c *PreferenceChange, now time.Time) Envelope {
	return Envelope{
		ID: c.ID.UUID(), Source: source, DetailType: DetailTypeChange,
		Time: now, Detail: forQueues(c.AppendJSON(nil)), Traceparent: c.Traceparent,
	}
}

// AppendJSON appends the envelope's JSON, without a time where that is zero.
// Detail must be valid JSON.
func (e *Envelope) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"version":"0","id":`...), e.ID)
	b = appendString(append(b, `,"detail-type":`...), e.DetailType)
	b = appendString(append(b, `,"source":`...), e.Source)
	if !e.Time.IsZero() {
		b = appendString(append(b, `,"time":`...), e.Time.UTC().Format(time.RFC3339))
	}
	b = append(b, `,"resources":[],"detail":`...)
	return append(append(b, e.Detail...), '}')
}

// DecodeEnvelope reads an envelope strictly, as ParseChange does. Every error
// is a *Refusal. Only detail-type and detail must be there: id and time are
// needed only to derive the id of a change that has none. Detail shares the
// memory of body.
func DecodeEnvelope(body []byte) (Envelope, error) {
	var buffer memberBuffer
	fields, err := readObject(buffer[:0], body)
	if err != nil {
		return Envelope{}, err
	}
	var e Envelope
	for _, f := range []struct {
		name string
		into *string
	}{{"id", &e.ID}, {"source", &e.Source}, {"detail-type", &e.DetailType}} {
		if *f.into, err = fields.text(f.name); err != nil {
			return Envelope{}, ofEnvelope(err)
		}
	}
	if e.DetailType == "" {
		return Envelope{}, refuse(Malformed, "detail-type", "of the envelope is required")
	}
	e.ReplayName, _ = fields.text("replay-name") // a metric depends on it, and no change is refused for it
	if e.Time, err = fields.time("time"); err != nil {
		return Envelope{}, ofEnvelope(err)
	}
	if e.Detail = fields.member("detail"); e.Detail == nil {
		return Envelope{}, refuse(Malformed, "detail", "of the envelope is required")
	}
	return e, nil
}

// ofEnvelope words a refusal so that the envelope's id is not taken for the
// change's.
func ofEnvelope(err error) error {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return refuse(r.Code, r.Field, "of the envelope %s", r.Rule)
	}
	return err
}

// DecodeChange reads a queue message's body: an envelope with a
// PreferenceChange. A change without an id gets the one that DeriveStamp makes
// of the envelope's id and a time:
//
//   - A replace, and a change that only unsets, counts from the end of the
//     second in which the bus took it. That is the envelope's time cut to the
//     second, plus 1,000 ms. So it covers everything that was said in its second. What is
//     said without an id in the next one has the same millisecond, so the random
//     parts decide.
//   - Every other change counts from the envelope's time. The bus gives whole
//     seconds, so that is the start of its second.
//
// Every error is a *Refusal whose field is relative to detail where it is
// inside.
func DecodeChange(body []byte) (PreferenceChange, error) {
	e, err := DecodeEnvelope(body)
	if err != nil {
		return PreferenceChange{}, err
	}
	return e.Change()
}

// Change reads the PreferenceChange in an envelope that DecodeEnvelope returned, as
// DecodeChange does. Nothing of the result shares memory with Detail.
func (e *Envelope) Change() (PreferenceChange, error) {
	if e.DetailType != DetailTypeChange {
		return PreferenceChange{}, refuse(Malformed, "detail-type", "of the envelope must be %q", DetailTypeChange)
	}
	c, err := parseChange(e.Detail, known)
	if err != nil {
		return PreferenceChange{}, err
	}
	if c.ID.IsZero() {
		c.ID, err = e.derive(c.forgets())
	}
	return c, err
}

// derive makes the stamp of a change without an id. forgets: it only forgets.
func (e *Envelope) derive(forgets bool) (Stamp, error) {
	switch {
	case e.ID == "":
		return Stamp{}, refuse(Malformed, "id", "of the envelope is required where the change has none")
	case e.Time.IsZero():
		return Stamp{}, refuse(Malformed, "time", "of the envelope is required where the change has no id")
	}
	at := e.Time
	if forgets {
		at = at.Truncate(time.Second).Add(time.Second)
	}
	s, err := DeriveStamp(at, e.ID)
	if err != nil {
		return Stamp{}, refuse(Malformed, "time", "of the envelope must not be before the year 1970")
	}
	return s, nil
}
