package sqs

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// redrivePolicy is the attribute RedrivePolicy.
type redrivePolicy struct {
	target      string // ARN of the dead-letter queue, "" for none
	maxReceives int    // 1 to 1,000
}

// redriveAllowPolicy is the attribute RedriveAllowPolicy of a dead-letter queue.
type redriveAllowPolicy struct {
	Permission string   `json:"redrivePermission"`
	Sources    []string `json:"sourceQueueArns,omitempty"`
}

func (p redriveAllowPolicy) allows(source string) bool {
	switch p.Permission {
	case "denyAll":
		return false
	case "byQueue":
		for _, arn := range p.Sources {
			if arn == source {
				return true
			}
		}
		return false
	}
	return true
}

// deadLetter moves a visible message to the dead-letter queue if it has been
// received too often. Without such a queue (any more) it stays. It keeps ID,
// attributes, sent time and receive count: retention goes on counting.
func (q *Queue) deadLetter(m *message) bool {
	if q.redrive.target == "" || m.receives < q.redrive.maxReceives {
		return false
	}
	target, ok := q.service.QueueByARN(q.redrive.target)
	if !ok || !target.redriveAllow.allows(q.arn) {
		return false
	}
	q.remove(m)
	m.source = q.arn
	target.settle()
	target.arrive(m, q.service.w.Now())
	q.tell(func() any { return DeadLettered{From: q.name, To: target.name, Message: target.look(m)} })
	target.settle()
	return true
}

// deadLetterSources lists the queues whose dead letters go to q, by name.
func (q *Queue) deadLetterSources() []*Queue {
	var sources []*Queue
	for _, source := range q.service.sorted() {
		if source.redrive.target == q.arn {
			sources = append(sources, source)
		}
	}
	return sources
}

// parseRedrive reads RedrivePolicy and its normal form. maxReceiveCount may be
// a number or a string of digits, as templates have both.
func (q *Queue) parseRedrive(text string) (redrivePolicy, string, error) {
	if text == "" {
		return redrivePolicy{}, "", nil
	}
	var in struct {
		Target string         `json:"deadLetterTargetArn"`
		Max    jsontext.Value `json:"maxReceiveCount"`
	}
	invalid := func(reason string) (redrivePolicy, string, error) {
		return redrivePolicy{}, "", invalidValue(text, "RedrivePolicy", "%s", reason)
	}
	if err := json.Unmarshal([]byte(text), &in, json.RejectUnknownMembers(true)); err != nil {
		return invalid("Redrive policy is not a valid JSON map.")
	}
	switch {
	case in.Target == "":
		return invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
	case in.Max == nil:
		return invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
	case !strings.HasPrefix(in.Target, "arn:aws:sqs:"):
		return invalid("Invalid value for deadLetterTargetArn.")
	}
	count, err := strconv.Atoi(strings.Trim(string(in.Max), `"`))
	if err != nil || count < 1 || count > 1000 {
		return invalid("Invalid value for maxReceiveCount: " + string(in.Max) + ", valid values are from 1 to 1000 both inclusive.")
	}
	target, ok := q.service.QueueByARN(in.Target)
	if !ok {
		return invalid("Dead letter target does not exist.")
	}
	if target == q {
		return invalid("The dead letter target cannot be the queue itself.")
	}
	if !target.redriveAllow.allows(q.arn) {
		return invalid("Dead letter target does not allow this queue by its RedriveAllowPolicy.")
	}
	normal, err := json.Marshal(struct {
		Target string `json:"deadLetterTargetArn"`
		Max    int    `json:"maxReceiveCount"`
	}{in.Target, count})
	return redrivePolicy{in.Target, count}, string(normal), err
}

func parseRedriveAllow(text string) (redriveAllowPolicy, string, error) {
	var p redriveAllowPolicy
	if text == "" {
		return p, "", nil
	}
	invalid := func(reason string) (redriveAllowPolicy, string, error) {
		return redriveAllowPolicy{}, "", invalidValue(text, "RedriveAllowPolicy", "%s", reason)
	}
	if err := json.Unmarshal([]byte(text), &p, json.RejectUnknownMembers(true)); err != nil {
		return invalid("Redrive allow policy is not a valid JSON map.")
	}
	switch {
	case p.Permission != "allowAll" && p.Permission != "denyAll" && p.Permission != "byQueue":
		return invalid("redrivePermission must be allowAll, denyAll or byQueue.")
	case p.Permission == "byQueue" && (len(p.Sources) == 0 || len(p.Sources) > 10):
		return invalid("byQueue needs 1 to 10 sourceQueueArns.")
	case p.Permission != "byQueue" && len(p.Sources) > 0:
		return invalid("sourceQueueArns are only for byQueue.")
	}
	normal, err := json.Marshal(p)
	return p, string(normal), err
}
