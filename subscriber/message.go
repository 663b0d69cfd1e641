package subscriber

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/bot-preferences/bot-preferences/events"
)

// An outcome is what became of a message.
type outcome int

// The outcomes. A message has failed until its effect is certain, so whatever is
// forgotten or interrupted is redelivered.
const (
	failed     outcome = iota
	handled            // by the Func
	superseded         // shared the outcome of a newer one: see WithNewest
	passedOver         // no announcement
)

// A failure is why a message failed.
type failure struct {
	code string // for the log: one of events' codes or of those below
	err  error
}

// The codes of failures that are not the message's own.
const (
	codeFailed      = "failed"       // the Func returned an error
	codePanicked    = "panicked"     // the Func panicked
	codeNotReturned = "not_returned" // the Func ended its goroutine, or was never called for that reason
	codeUnread      = "unread"       // the profile of a truncated announcement was not read
	codeNoTime      = "no_time"      // the invocation's time is nearly over
)

// Error names the code and the cause.
func (f *failure) Error() string { return "subscriber: " + f.code + ": " + f.err.Error() }

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.err }

var (
	errNoTime      = errors.New("the invocation's time is nearly over")
	errNotReturned = errors.New("it did not return")
)

// A message is an announcement, or what came in place of one.
type message struct {
	id        string // SQS's; of an event that came alone: its envelope's, if it has one
	announced *events.PreferencesUpdated
	outcome   outcome
	failure   *failure // where the outcome is failed
}

func (m *message) fail(code string, err error) { m.outcome, m.failure = failed, &failure{code, err} }

// read sets announced, or the outcome.
func (m *message) read(body []byte) {
	u, err := decode(body)
	switch {
	case err != nil:
		var refusal *events.Refusal
		code := string(events.Malformed)
		if errors.As(err, &refusal) {
			code = string(refusal.Code)
		}
		m.fail(code, err)
	case u == nil:
		m.outcome = passedOver
	default:
		m.announced = u
	}
}

// decode reads an announcement, in its envelope or without. nil: it is another
// event.
func decode(body []byte) (*events.PreferencesUpdated, error) {
	detail := body
	e, err := events.DecodeEnvelope(body)
	switch {
	case err == nil && (e.Source != events.SourcePipeline || e.DetailType != events.DetailTypeUpdated):
		return nil, nil
	case err == nil:
		detail = e.Detail
	case !bare(body, err):
		return nil, err
	}
	u := new(events.PreferencesUpdated)
	if err := u.UnmarshalJSON(detail); err != nil {
		return nil, err
	}
	return u, nil
}

// bare tells whether what is no envelope is an announcement without one.
func bare(body []byte, err error) bool {
	var refusal *events.Refusal
	if !errors.As(err, &refusal) || refusal.Field != "detail-type" {
		return false
	}
	var fields map[string]json.RawMessage
	return json.Unmarshal(body, &fields) == nil && !isEvent(fields) && isDetail(fields)
}

// give hands the announcement to the Func.
func (h *Handler) give(ctx context.Context, m *message) {
	if ctx.Err() != nil {
		m.fail(codeNoTime, errNoTime)
		return
	}
	u := *m.announced
	if err := h.fill(ctx, &u); err != nil {
		m.fail(codeUnread, err)
		return
	}
	if err := h.fn(ctx, u); err != nil {
		m.fail(codeFailed, err)
		return
	}
	m.outcome, m.failure = handled, nil
}
