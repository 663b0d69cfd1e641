package sim

import (
	"strconv"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// The names that distinguish facts. They are the contract's, written a second time,
// because the oracle must not depend on the code that it checks.
const (
	changeType  = "PreferenceChange"
	updatedType = "PreferencesUpdated"
	errorCode   = "ERROR_CODE"
)

// observe tells the oracle what happens in localaws.
func (s *Simulation) observe(f world.Fact) {
	switch f := f.(type) {
	case eventbridge.Matched:
		if f.Rule != s.names.rule {
			return // of the history
		}
		body := string(f.Event.Envelope())
		s.remember(body)
		s.log.Matched(body)
		if s.acting != nil && s.acting.write != nil {
			s.log.Put(s.acting.write, body)
		}
	case eventbridge.Put:
		if f.Event.DetailType == updatedType {
			s.happened("announcement")
			s.announce(string(f.Event.Envelope()))
			s.log.Announced(f.Event.Detail, s.batch())
		}
	case eventbridge.Failed:
		s.happened("delivery of the bus fails, and is tried again")
	case eventbridge.DeadLettered:
		s.happened("delivery of the bus fails for good")
	case eventbridge.Dropped:
		s.log.Dropped(f.Delivery.Body, f.Reason)
	case sqs.Sent:
		s.sentTo(f)
	case sqs.DeadLettered:
		if f.From == s.names.history {
			s.happened("message of the history received too often")
			return
		}
		s.printf("SQS dead-letters a message that was received too often")
		s.happened("message received too often")
		s.log.Sent(f.Message.Body)
	case sqs.Moved:
		if f.To == s.names.history {
			return
		}
		s.happened("dead letter redriven")
		_, refused := f.Message.Attributes[errorCode]
		s.redriven[f.Message.ID] = refused // else nothing tells it from another message
		s.log.Redriven(f.Message.Body)
		s.log.Queued(f.Message.Body)
	case dynamodb.Changed:
		if f.Table == s.names.table {
			s.written(f.Record)
		}
	case lambda.Finished:
		if o := s.invocations[f.Invocation.ID]; o != nil {
			o.failures = f.Failures
		}
	}
}

func (s *Simulation) sentTo(f sqs.Sent) {
	switch f.Queue {
	case s.names.changes:
		s.redriven[f.Message.ID] = s.redriving
		if s.again {
			s.log.Again(f.Message.Body)
			return
		}
		s.remember(f.Message.Body)
		s.log.Queued(f.Message.Body)
	case s.names.unannounced:
		s.happened("announcement given up by name")
		s.log.Unannounced(f.Message.Body, s.batch(), s.clockOf(s.acting))
	case s.names.letters:
		s.log.Sent(f.Message.Body)
		letter := oracle.Letter{Body: f.Message.Body, Code: f.Message.Attributes[errorCode].StringValue}
		s.happened("dead letter " + letter.Code)
		if s.acting != nil && s.acting.run != nil { // else the bus dropped it
			s.acting.run.Letters = append(s.acting.run.Letters, letter)
		}
	}
}

// remember keeps what may be replayed.
func (s *Simulation) remember(body string) { s.sent = append(s.sent, body) }

// batch returns the input of the current run of republish; nil if there is none.
func (s *Simulation) batch() *oracle.Batch {
	if s.acting == nil {
		return nil
	}
	return s.acting.batch
}

func (s *Simulation) written(r dynamodb.Record) {
	id := r.Keys["user_id"].Text()
	old, image := imageOf(r.OldImage), imageOf(r.NewImage)
	s.happened("write that changed an item")
	if image == nil {
		delete(s.items, id)
	} else {
		s.items[id] = image
	}
	s.printf("table: %s %s", id, image)
	var by *oracle.Invocation
	if s.acting != nil {
		by = s.acting.run
	}
	s.log.Written(id, old, image, by)
}

// imageOf reads an item by the published layout.
func imageOf(from dynamodb.Item) *oracle.Image {
	if from == nil {
		return nil
	}
	image := &oracle.Image{Cleared: from["cleared"].Text(), Updated: from["updated_at"].Text(), Trace: from["traceparent"].Text(), Entries: map[string]oracle.Entry{}}
	image.Revision = number(from["revision"])
	image.Expires = number(from["expires_at"])
	for name, v := range from {
		if key, ok := strings.CutPrefix(name, "p."); ok {
			fields := v.Fields()
			image.Entries[key] = oracle.Entry{Value: fields["v"].Text(), Stamp: fields["t"].Text()}
		}
		if key, ok := strings.CutPrefix(name, "i."); ok {
			fields := v.Fields()
			image.Entries[oracle.Inferred(key)] = oracle.Entry{Value: fields["v"].Text(), Stamp: fields["t"].Text()}
		}
	}
	return image
}

// number returns the value of a number attribute; 0 if there is none.
func number(v dynamodb.Value) int64 {
	n, _ := strconv.ParseInt(v.Text(), 10, 64)
	return n
}
