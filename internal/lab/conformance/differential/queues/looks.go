package queues

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/go-json-experiment/json"
)

// receive takes all visible messages, at most max with each call.
type receive struct {
	queue        int
	max          int
	visibility   int    // seconds; 0: the queue's
	system, user string // attributes to ask for; empty: none
}

func (s receive) String() string {
	return fmt.Sprintf("receive all from %s, %d at a time, visibility %d, attributes %q and %q", roles[s.queue], s.max, s.visibility, s.system, s.user)
}

// patience is how many successive calls may return nothing although there is a visible
// message.
const patience = 12

// starving is the observation after more than that.
func starving(queue int) []string {
	return []string{"visible messages of " + roles[queue] + " are not given"}
}

func (s receive) play(p *player) ([]string, error) {
	in := &sqs.ReceiveMessageInput{QueueUrl: p.urls[s.queue], MaxNumberOfMessages: int32(s.max), VisibilityTimeout: int32(s.visibility)}
	if s.system != "" {
		in.MessageSystemAttributeNames = []types.MessageSystemAttributeName{types.MessageSystemAttributeName(s.system)}
	}
	if s.user != "" {
		in.MessageAttributeNames = []string{s.user}
	}
	var all []types.Message
	for empty := 0; empty < patience; empty++ {
		out, err := p.ReceiveMessage(p.ctx, in)
		if err != nil {
			return refusal(err)
		}
		if len(out.Messages) > s.max {
			return []string{fmt.Sprintf("%d messages in one answer", len(out.Messages))}, nil
		}
		if len(out.Messages) > 0 {
			empty = 0
		}
		if all = append(all, out.Messages...); len(all) > 2*maxMessages {
			return []string{"hidden messages are given again"}, nil
		}
		if len(out.Messages) == s.max {
			continue
		}
		// SQS may return fewer messages than there are. ElasticMQ does so if the first
		// message in its order turns out to be hidden or to be a dead letter.
		attributes, err := p.attributes(s.queue)
		if err != nil {
			return nil, err
		}
		if attributes["ApproximateNumberOfMessages"] == "0" {
			return p.received(s, all), nil
		}
	}
	return starving(s.queue), nil
}

// received keeps the handles and shows the messages, sorted.
func (p *player) received(s receive, all []types.Message) []string {
	seconds := cmp.Or(s.visibility, p.hidden[s.queue])
	slices.SortFunc(all, func(a, b types.Message) int { return cmp.Compare(*a.Body, *b.Body) })
	lines := []string{}
	for _, m := range all {
		label := (*m.Body)[:min(3, len(*m.Body))]
		nth := 1
		for _, h := range p.handles[s.queue] {
			if h.label == label {
				h.over, h.older = true, true
				nth++
			}
			if h.receipt == *m.ReceiptHandle {
				lines = append(lines, label+" has the handle of an earlier receive")
			}
		}
		p.handles[s.queue] = append(p.handles[s.queue], &handle{label: label, nth: nth, receipt: *m.ReceiptHandle, until: p.now + seconds})
		lines = append(lines, p.show(label, m))
	}
	return lines
}

func (p *player) show(label string, m types.Message) string {
	parts := []string{strconv.Quote(*m.Body), *m.MD5OfBody, aws.ToString(m.MD5OfMessageAttributes)}
	if *m.MessageId != p.ids[label] {
		parts = append(parts, "with another ID than was sent")
	}
	parts = append(parts, show(m.MessageAttributes)...)
	for _, name := range slices.Sorted(maps.Keys(m.Attributes)) {
		value := m.Attributes[name]
		switch name {
		case "SenderId": // the sender's id differs between implementations
			continue
		case "SentTimestamp", "ApproximateFirstReceiveTimestamp":
			value = p.round(value)
		case "DeadLetterQueueSourceArn":
			value = p.arns[value]
		}
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, " ")
}

// round returns the round of a time. Within a round, the times of the implementations
// differ.
func (p *player) round(millis string) string {
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		return "no time: " + millis
	}
	since := time.UnixMilli(n).Sub(p.start)
	return fmt.Sprint("round ", int(since.Seconds())/period)
}

// show lists attributes of messages by name.
func show(attributes map[string]types.MessageAttributeValue) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		list = append(list, fmt.Sprintf("%s:%s:%q%s", name, *a.DataType, aws.ToString(a.StringValue), hex.EncodeToString(a.BinaryValue)))
	}
	return list
}

// look reads a queue's attributes.
type look struct{ queue int }

func (s look) String() string { return "look at " + roles[s.queue] }

func (s look) play(p *player) ([]string, error) {
	attributes, err := p.attributes(s.queue)
	if err != nil {
		return nil, err
	}
	if text, ok := attributes["RedrivePolicy"]; ok {
		var policy struct {
			Target string `json:"deadLetterTargetArn"`
			Max    int    `json:"maxReceiveCount"`
		}
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			return []string{"no policy: " + text}, nil
		}
		// The members of the policy are in no order.
		attributes["RedrivePolicy"] = fmt.Sprint(p.arns[policy.Target], " after ", policy.Max)
	}
	lines := []string{}
	for _, name := range lookedAt {
		lines = append(lines, string(name)+"="+attributes[string(name)])
	}
	return lines, nil
}

// lookedAt are the attributes that both implementations have and that do not
// hang on names and time.
var lookedAt = []types.QueueAttributeName{
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
	"VisibilityTimeout", "DelaySeconds", "RedrivePolicy",
}

func (p *player) attributes(queue int) (map[string]string, error) {
	out, err := p.GetQueueAttributes(p.ctx, &sqs.GetQueueAttributesInput{QueueUrl: p.urls[queue], AttributeNames: append([]types.QueueAttributeName{"QueueArn"}, lookedAt...)})
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

// set sets an attribute; of RedrivePolicy the value is maxReceiveCount.
type set struct {
	queue int
	name  string
	value int
}

func (s set) String() string {
	return fmt.Sprintf("set %s of %s to %d", s.name, roles[s.queue], s.value)
}

func (s set) play(p *player) ([]string, error) {
	value := strconv.Itoa(s.value)
	if s.name == "RedrivePolicy" {
		value = p.policy(s.value)
	}
	_, err := p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: p.urls[s.queue], Attributes: map[string]string{s.name: value}})
	if err != nil {
		return refusal(err)
	}
	if s.name == "VisibilityTimeout" {
		p.hidden[s.queue] = s.value
	}
	return []string{"set"}, nil
}
