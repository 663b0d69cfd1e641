package consumers

import (
	"errors"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter/letter"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// A message of a batch: a change, or a refusal of it, or neither where reading
// it panicked. A change that is refused for its time is there, too.
type message struct {
	id, body string
	change   events.PreferenceChange
	refusal  *events.Refusal
	outcome  outcome

	source string // of its envelope
	late   bool   // redriven or replayed: its delay is not measured
	write         // how it was stored, if it was
}

func (m *message) readable() bool { return m.refusal != nil || m.change.UserID != "" }

func (a *Apply) receive(records []awsevents.SQSMessage) []*message {
	now := a.now()
	messages, all := make([]*message, len(records)), make([]message, len(records))
	var text []byte // of one message after the other: a change shares no memory with it
	for i := range records {
		m := &all[i]
		m.id, m.body, m.late = records[i].MessageId, records[i].Body, redriven(&records[i])
		text = append(text[:0], m.body...)
		handler.Contain(a.logger(), "reading a change", func() { m.read(text, now) })
		messages[i] = m
	}
	return messages
}

func (m *message) read(text []byte, now time.Time) {
	change, err := m.decode(text)
	if err == nil {
		m.change = change
		err = events.CheckTime(change.ID, now)
	}
	if err == nil {
		return
	}
	if !errors.As(err, &m.refusal) {
		m.refusal = &events.Refusal{Code: events.Malformed, Rule: "cannot be read"}
	}
}

// decode reads a message's change, and notes what its envelope tells.
func (m *message) decode(text []byte) (events.PreferenceChange, error) {
	envelope, err := events.DecodeEnvelope(text)
	if err != nil {
		return events.PreferenceChange{}, err
	}
	m.source, m.late = envelope.Source, m.late || envelope.ReplayName != ""
	return envelope.Change()
}

// redriven tells whether a message was a dead letter. Redrive says so. What SQS itself
// moved back still has the code of the letter.
func redriven(r *awsevents.SQSMessage) bool {
	_, marked := r.MessageAttributes[letter.AttributeRedriven]
	_, refused := r.MessageAttributes[letter.AttributeCode]
	return marked || refused
}

// sortOut finds the refused messages, and those of each user.
func sortOut(messages []*message) (refused []*message, users [][]*message) {
	at := make(map[string]int, len(messages))
	for _, m := range messages {
		i, known := at[m.change.UserID]
		switch {
		case !m.readable():
		case m.refusal != nil:
			refused = append(refused, m)
		case known:
			users[i] = append(users[i], m)
		default:
			at[m.change.UserID] = len(users)
			users = append(users, []*message{m})
		}
	}
	return refused, users
}
