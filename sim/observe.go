package sim

import (
	"strconv"
	"strings"

	"github.com/bot-preferences/bot-preferences/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/localaws/world"
	"github.com/bot-preferences/bot-preferences/sim/oracle"
)

// The names by which facts are told apart. They are the contract's, written
// once more: the oracle's side takes nothing from the code that it watches.
const (
	changeType  = "PreferenceChange"
	updatedType = "PreferencesUpdated"
	errorCode   = "ERROR_CODE"
)

// observe tells the oracle what happens in the machines.
func (s *Simulation) observe(f world.Fact) {
	switch f := f.(type) {
	case eventbridge.Matched:
		body := string(f.Event.Envelope())
		s.remember(body)
		s.log.Matched(body)
	case eventbridge.Put:
		if f.Event.DetailType == updatedType {
			s.happened("announcement")
			s.log.Announced(f.Event.Detail)
		}
	case eventbridge.Dropped:
		s.log.Dropped(f.Delivery.Body, f.Reason)
	case sqs.Sent:
		s.sentTo(f)
	case sqs.DeadLettered:
		s.tell("SQS dead-letters a message that was received too often")
		s.happened("message received too often")
		s.log.Sent(f.Message.Body)
	case sqs.Moved:
		s.happened("dead letter redriven")
		s.log.Redriven(f.Message.Body)
		s.log.Queued(f.Message.Body)
	case dynamodb.Changed:
		s.written(f.Record)
	case lambda.Finished:
		if o := s.invocations[f.Invocation.ID]; o != nil {
			o.failures = f.Failures
		}
	}
}

func (s *Simulation) sentTo(f sqs.Sent) {
	switch f.Queue {
	case s.names.changes:
		s.remember(f.Message.Body)
		s.log.Queued(f.Message.Body)
	case s.names.unannounced:
		s.happened("announcement given up by name")
		s.log.Unannounced(f.Message.Body)
	case s.names.letters:
		s.log.Sent(f.Message.Body)
		letter := oracle.Letter{Body: f.Message.Body, Code: f.Message.Attributes[errorCode].StringValue}
		s.happened("dead letter " + letter.Code)
		if s.acting != nil && s.acting.letters != nil {
			*s.acting.letters = append(*s.acting.letters, letter)
		}
	}
}

// remember keeps what may be replayed.
func (s *Simulation) remember(body string) { s.sent = append(s.sent, body) }

func (s *Simulation) written(r dynamodb.Record) {
	id := r.Keys["user_id"].Text()
	old, image := imageOf(r.OldImage), imageOf(r.NewImage)
	s.happened("write that changed an item")
	if image == nil {
		delete(s.items, id)
	} else {
		s.items[id] = image
	}
	s.tell("table: %s %s", id, image)
	s.log.Written(id, old, image)
}

// imageOf reads an item by the published layout.
func imageOf(from dynamodb.Item) *oracle.Image {
	if from == nil {
		return nil
	}
	image := &oracle.Image{Cleared: from["cleared"].Text(), Entries: map[string]oracle.Entry{}}
	image.Revision, _ = strconv.ParseInt(from["revision"].Text(), 10, 64)
	for name, v := range from {
		if key, ok := strings.CutPrefix(name, "p."); ok {
			fields := v.Fields()
			image.Entries[key] = oracle.Entry{Value: fields["v"].Text(), Stamp: fields["t"].Text()}
		}
	}
	return image
}
