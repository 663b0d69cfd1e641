package stack

import (
	"strconv"
	"strings"
)

func queueKind() resourceKind {
	return resourceKind{
		nameProperty: "QueueName", nameLimit: queueName,
		ref: func(t *template, _ *resource, name string) string { return t.QueueURL(name) },
		attributes: map[string]attribute{
			"Arn":       arnOf("sqs", ""),
			"QueueName": itself,
			"QueueUrl":  func(t *template, _ *resource, name string) string { return t.QueueURL(name) },
		},
		read: readQueue,
	}
}

func readQueue(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	name := t.nameOf(r, "QueueName")
	q := Queue{Name: name, ARN: t.arn("sqs", name), Attributes: map[string]string{}}
	for _, a := range []struct {
		name     string
		min, max int // SQS's own bounds
	}{
		{"DelaySeconds", 0, 900},
		{"KmsDataKeyReusePeriodSeconds", 60, 86400},
		{"MaximumMessageSize", 1024, 1048576},
		{"MessageRetentionPeriod", 60, 1209600},
		{"ReceiveMessageWaitTimeSeconds", 0, 20},
		{"VisibilityTimeout", 0, 43200},
	} {
		if f.raw(a.name) != nil {
			q.Attributes[a.name] = strconv.Itoa(f.integer(a.name, a.min, a.min, a.max))
		}
	}
	for _, name := range []string{"ContentBasedDeduplication", "FifoQueue", "SqsManagedSseEnabled"} {
		if f.raw(name) != nil {
			q.Attributes[name] = strconv.FormatBool(f.flag(name, false))
		}
	}
	for _, name := range []string{"DeduplicationScope", "FifoThroughputLimit", "KmsMasterKeyId"} {
		if f.raw(name) != nil {
			q.Attributes[name] = f.text(name)
		}
	}
	t.readRedrive(f, &q)
	f.ignore("QueueName", "Tags")
	f.done("localaws does not know this property of a queue")
	s.Queues = append(s.Queues, q)
}

func (t *template) readRedrive(f *fields, q *Queue) {
	if n := f.get("RedrivePolicy"); n != nil {
		q.Attributes["RedrivePolicy"] = t.canonical(n)
		policy := t.open(n, asIs)
		policy.needText("deadLetterTargetArn", "where do the messages go?")
		if arn := policy.raw("deadLetterTargetArn"); arn != nil {
			t.wantQueue(arn, arn.value)
		}
		if policy.raw("maxReceiveCount") == nil {
			t.refuse(n, "maxReceiveCount is missing")
		}
		policy.integer("maxReceiveCount", 1, 1, 1000)
		policy.done("SQS does not know this part of a redrive policy")
	}
	if n := f.get("RedriveAllowPolicy"); n != nil {
		q.Attributes["RedriveAllowPolicy"] = t.canonical(n)
		policy := t.open(n, asIs)
		policy.want("redrivePermission", "", "allowAll", "denyAll", "byQueue")
		policy.list("sourceQueueArns")
		policy.done("SQS does not know this part of a redrive allow policy")
	}
}

// wantQueue refuses an ARN unless it is that of a queue of this stack or, if other
// stacks are allowed, of another one.
func (t *template) wantQueue(at *node, arn string) (*resource, bool) {
	r, ok := t.byARN("AWS::SQS::Queue", "Arn", arn)
	if name, isQueue := strings.CutPrefix(arn, t.arn("sqs", "")); !ok && !(isQueue && t.elsewhere(at, "queue", name)) {
		t.refuse(at, "%q is not the ARN of a queue of this stack", arn)
	}
	return r, ok
}
