package localaws

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
)

// A source is what a mapping reads, seen from outside the mapping.
type source interface {
	// drained tells whether nothing is left for a mapping in this state.
	drained(lambda.State) bool
}

// queueSource lets a mapping read a queue.
type queueSource struct{ *sqs.Queue }

var (
	_ lambda.Queue  = queueSource{}
	_ source        = queueSource{}
	_ lambda.Stream = streamSource{}
	_ source        = streamSource{}
)

// Receive returns messages and hides them for the queue's own visibility timeout.
func (q queueSource) Receive(max int) []lambda.Message {
	received := q.Queue.Receive(max, q.Visibility())
	messages := make([]lambda.Message, len(received))
	for i, m := range received {
		messages[i] = lambda.Message{
			ID: m.ID, Body: m.Body, Receipt: m.Receipt, System: m.System,
			Attributes: attributes(m.Attributes), AttributesMD5: sqs.AttributesMD5(m.Attributes),
		}
	}
	return messages
}

func attributes(from map[string]sqs.Attribute) map[string]lambda.Attribute {
	to := make(map[string]lambda.Attribute, len(from))
	for name, a := range from {
		to[name] = lambda.Attribute(a)
	}
	return to
}

func (q queueSource) drained(lambda.State) bool {
	visible, inFlight, delayed := q.Counts()
	return visible+inFlight+delayed == 0
}

// streamSource lets a mapping read one stream of a table. If that stream ends, the
// mapping gets the records that are left. The table's next stream has another ARN, and
// the mapping does not read it.
type streamSource struct{ *dynamodb.Stream }

// Records hands over records in the wire's form.
func (t streamSource) Records(after string, max int) []lambda.Record {
	return LambdaRecords(t.Stream.Records(after, max))
}

// LambdaRecords converts records of a table's stream to those of a mapping.
func LambdaRecords(read []dynamodb.Record) []lambda.Record {
	records := make([]lambda.Record, len(read))
	for i, r := range read {
		records[i] = lambda.Record{
			EventID: r.EventID, EventName: r.EventName, SequenceNumber: r.SequenceNumber, Created: r.Created,
			Keys: ItemJSON(r.Keys), OldImage: ItemJSON(r.OldImage), NewImage: ItemJSON(r.NewImage),
			ViewType: r.ViewType, SizeBytes: r.SizeBytes, Expired: r.Identity != nil,
		}
	}
	return records
}

// ItemJSON is an item as AttributeValue JSON; nil for no item.
func ItemJSON(item dynamodb.Item) jsontext.Value {
	if item == nil {
		return nil
	}
	text, err := json.Marshal(item, json.Deterministic(true))
	if err != nil {
		panic("localaws: a stored item cannot be written as JSON: " + err.Error())
	}
	return text
}

func (t streamSource) drained(s lambda.State) bool {
	return len(t.Records(s.Checkpoint, 1)) == 0
}

// destination is where a stream mapping sends what it discards.
func (c *Cloud) destination(arn string) (lambda.Destination, error) {
	if arn == "" {
		return nil, nil
	}
	d := queueDestination{c.Queues, arn}
	if _, err := d.queue(); err != nil {
		return nil, err
	}
	return d, nil
}

// queueDestination looks its queue up for each message, because a client may delete it.
type queueDestination struct {
	queues *sqs.Service
	arn    string
}

func (d queueDestination) queue() (*sqs.Queue, error) {
	q, ok := d.queues.QueueByARN(d.arn)
	if !ok {
		return nil, fmt.Errorf("the failure destination %s does not exist", d.arn)
	}
	return q, nil
}

// Send sends one message without attributes, as Lambda does.
func (d queueDestination) Send(body string) error {
	q, err := d.queue()
	if err != nil {
		return err
	}
	_, err = q.Send(body, nil, sqs.QueueDelay)
	return err
}
