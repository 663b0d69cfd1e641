package localaws

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
)

// target finds what a rule delivers to: a queue or a function. The queue is looked up at
// each delivery, so that a queue that is created later or deleted meanwhile behaves as in
// AWS.
func (c *Cloud) target(arn string) (eventbridge.Target, bool) {
	if f := c.functions[arn]; f != nil {
		return functionTarget{f, c}, true
	}
	q, ok := c.Queues.QueueByARN(arn)
	if !ok {
		return nil, false
	}
	return queueTarget{q, c}, true
}

type queueTarget struct {
	queue *sqs.Queue
	cloud *Cloud
}

var _ eventbridge.Target = queueTarget{}

// Deliver sends the event as a message. Queue policies are not checked.
func (t queueTarget) Deliver(d eventbridge.Delivery) error {
	if t.cloud.Refuse != nil {
		if err := t.cloud.Refuse(t.queue.ARN()); err != nil {
			return err
		}
	}
	attributes := make(map[string]sqs.Attribute, len(d.Attributes))
	for name, value := range d.Attributes {
		attributes[name] = sqs.Attribute{DataType: "String", StringValue: value}
	}
	_, err := t.queue.Send(d.Body, attributes, sqs.QueueDelay, sqs.WithTraceHeader(d.TraceHeader), sqs.WithGroup(d.Group))
	return err
}
