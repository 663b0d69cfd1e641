package queues

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/queues"
)

// send sends messages, in a batch or one by one.
type send struct {
	queue    int
	messages []message
	batch    bool
}

func (s send) String() string { return fmt.Sprintf("send to %s %v", roles[s.queue], s.messages) }

func (s send) play(p *player) ([]string, error) {
	if !s.batch {
		return p.each(len(s.messages), func(i int) (string, error) { return p.send(s.queue, s.messages[i]) })
	}
	if len(s.messages) == 0 {
		return nil, nil
	}
	in := &sqs.SendMessageBatchInput{QueueUrl: p.urls[s.queue]}
	for _, m := range s.messages {
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{
			Id: &m.label, MessageBody: &m.body, DelaySeconds: int32(m.delay), MessageAttributes: m.attributes,
			MessageSystemAttributes: traced(m.trace), MessageGroupId: optional(m.group),
		})
	}
	out, err := p.SendMessageBatch(p.ctx, in)
	if err != nil {
		return refusal(err)
	}
	return outcomes(out.Failed, out.Successful, func(e types.SendMessageBatchResultEntry) string {
		p.ids[*e.Id] = *e.MessageId
		return fmt.Sprint(*e.Id, " sent ", *e.MD5OfMessageBody, " ", aws.ToString(e.MD5OfMessageAttributes))
	}), nil
}

func (p *player) send(queue int, m message) (string, error) {
	out, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{
		QueueUrl: p.urls[queue], MessageBody: &m.body, DelaySeconds: int32(m.delay), MessageAttributes: m.attributes,
		MessageSystemAttributes: traced(m.trace), MessageGroupId: optional(m.group),
	})
	if err != nil {
		return refused(err)
	}
	p.ids[m.label] = *out.MessageId
	return fmt.Sprint(m.label, " sent ", *out.MD5OfMessageBody, " ", aws.ToString(out.MD5OfMessageAttributes)), nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func traced(header string) map[string]types.MessageSystemAttributeValue {
	if header == "" {
		return nil
	}
	return map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: &header}}
}

// outcomes shows the entries of a batch: the refused ones and the others, sorted,
// because their order means nothing.
func outcomes[E any](failed []types.BatchResultErrorEntry, successful []E, show func(E) string) []string {
	var lines []string
	for _, e := range failed {
		lines = append(lines, fmt.Sprint(*e.Id, " refused: ", queues.QueryCode(aws.ToString(e.Code))))
	}
	for _, e := range successful {
		lines = append(lines, show(e))
	}
	slices.Sort(lines)
	return lines
}

func taken(name string) string { return name + " taken" }

// remove acknowledges messages by receipt handles of the history, valid and stale ones.
type remove struct {
	queue   int
	choices []int
	batch   bool
}

func (s remove) String() string {
	return fmt.Sprintf("delete from %s by handles %v, batch %v", roles[s.queue], s.choices, s.batch)
}

func (s remove) play(p *player) ([]string, error) {
	handles := p.choose(s.queue, s.choices, func(*handle) bool { return true })
	if !s.batch {
		return p.each(len(handles), func(i int) (string, error) {
			handles[i].over = true
			_, err := p.DeleteMessage(p.ctx, &sqs.DeleteMessageInput{QueueUrl: p.urls[s.queue], ReceiptHandle: &handles[i].receipt})
			return about(handles[i], err)
		})
	}
	if len(handles) == 0 {
		return nil, nil
	}
	in := &sqs.DeleteMessageBatchInput{QueueUrl: p.urls[s.queue]}
	for _, h := range handles {
		h.over = true
		in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(h.name()), ReceiptHandle: &h.receipt})
	}
	out, err := p.DeleteMessageBatch(p.ctx, in)
	if err != nil {
		return refusal(err)
	}
	return outcomes(out.Failed, out.Successful, func(e types.DeleteMessageBatchResultEntry) string { return taken(*e.Id) }), nil
}

// hide changes the visibility timeout of messages in flight, and of stale handles.
type hide struct {
	queue   int
	choices []int
	seconds int
	batch   bool
}

func (s hide) String() string {
	return fmt.Sprintf("hide in %s for %d s by handles %v, batch %v", roles[s.queue], s.seconds, s.choices, s.batch)
}

func (s hide) play(p *player) ([]string, error) {
	// A message whose timeout has ended stays visible on AWS, and ElasticMQ hides it
	// again (see the conformance cases). The two histories would differ from there on,
	// so such handles are not chosen. Nor are older handles of a message, which change its
	// timeout on AWS and not in ElasticMQ.
	handles := p.choose(s.queue, s.choices, func(h *handle) bool { return !h.older && (h.over || h.until > p.now) })
	for _, h := range handles {
		h.until = p.now + s.seconds
	}
	if !s.batch {
		return p.each(len(handles), func(i int) (string, error) {
			_, err := p.ChangeMessageVisibility(p.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: p.urls[s.queue], ReceiptHandle: &handles[i].receipt, VisibilityTimeout: int32(s.seconds)})
			return about(handles[i], err)
		})
	}
	if len(handles) == 0 {
		return nil, nil
	}
	in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: p.urls[s.queue]}
	for _, h := range handles {
		in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(h.name()), ReceiptHandle: &h.receipt, VisibilityTimeout: int32(s.seconds)})
	}
	out, err := p.ChangeMessageVisibilityBatch(p.ctx, in)
	if err != nil {
		return refusal(err)
	}
	return outcomes(out.Failed, out.Successful, func(e types.ChangeMessageVisibilityBatchResultEntry) string { return taken(*e.Id) }), nil
}

// purge empties a queue.
type purge struct{ queue int }

func (s purge) String() string { return "purge " + roles[s.queue] }

func (s purge) play(p *player) ([]string, error) {
	_, err := p.PurgeQueue(p.ctx, &sqs.PurgeQueueInput{QueueUrl: p.urls[s.queue]})
	if err != nil {
		return refusal(err)
	}
	for _, h := range p.handles[s.queue] {
		h.over = true
	}
	return []string{"purged"}, nil
}
