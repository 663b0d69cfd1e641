package consumers

import (
	"errors"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
)

// A fate is what became of a message.
type fate int

// The fates. A message is unsettled until its effect is certain, so whatever is
// forgotten or interrupted is redelivered.
const (
	unsettled    fate = iota
	merged            // stored, alone or with others of its user, by a new revision
	duplicate         // nothing to store: it was there or superseded
	deadLettered      // refused
)

// A message of a batch: a change, or a refusal of it, or neither where reading
// it panicked.
type message struct {
	id, body string
	change   events.PreferenceChange
	refusal  *events.Refusal
	fate     fate
}

func (m *message) readable() bool { return m.refusal != nil || m.change.UserID != "" }

func (a *Apply) receive(records []awsevents.SQSMessage) []*message {
	now := a.now()
	messages := make([]*message, len(records))
	for i := range records {
		m := &message{id: records[i].MessageId, body: records[i].Body}
		contained(a.log(), "reading a change", func() { m.read(now) })
		messages[i] = m
	}
	return messages
}

func (m *message) read(now time.Time) {
	change, err := events.DecodeChange([]byte(m.body))
	if err == nil {
		err = events.CheckTime(change.ID, now)
	}
	if err == nil {
		m.change = change
		return
	}
	if !errors.As(err, &m.refusal) {
		m.refusal = &events.Refusal{Code: events.Malformed, Rule: "cannot be read"}
	}
}

// sortOut makes pieces of work that do not depend on each other: each refused
// message by itself, and the messages of each user together.
func sortOut(messages []*message) [][]*message {
	var work [][]*message
	users := map[string]int{}
	for _, m := range messages {
		i, known := users[m.change.UserID]
		switch {
		case !m.readable():
		case m.refusal != nil:
			work = append(work, []*message{m})
		case known:
			work[i] = append(work[i], m)
		default:
			users[m.change.UserID] = len(work)
			work = append(work, []*message{m})
		}
	}
	return work
}
