package queues_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// only picks some of the attributes, those that are there.
func only(all map[string]string, names ...string) map[string]string {
	some := map[string]string{}
	for _, name := range names {
		if value, ok := all[name]; ok {
			some[name] = value
		}
	}
	return some
}

var attributes = []conformance.Case{
	scenario("attributes/times and counts have defaults", func(s *scene) {
		want := map[string]string{"VisibilityTimeout": "30", "DelaySeconds": "0", "ReceiveMessageWaitTimeSeconds": "0"}
		equal(s, "attributes", want, only(s.queue().attributes(), "VisibilityTimeout", "DelaySeconds", "ReceiveMessageWaitTimeSeconds"))
	}),
	scenario("attributes/retention, size and encryption have defaults", func(s *scene) {
		want := map[string]string{"MessageRetentionPeriod": "345600", "MaximumMessageSize": "1048576", "SqsManagedSseEnabled": "true"}
		equal(s, "attributes", want, only(s.queue().attributes(), "MessageRetentionPeriod", "MaximumMessageSize", "SqsManagedSseEnabled"))
	}),
	scenario("attributes/the ARN ends with the name", func(s *scene) {
		q := s.queue()
		parts := strings.Split(q.arn(), ":")
		if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sqs" || parts[5] != q.name {
			s.fail("the ARN of %s is %s", q.name, q.arn())
		}
	}),
	scenario("attributes/only those asked for are given", func(s *scene) {
		q := s.queue("DelaySeconds", "2")
		equal(s, "attributes", map[string]string{"DelaySeconds": "2", "ApproximateNumberOfMessages": "0"},
			q.attributes("DelaySeconds", "ApproximateNumberOfMessages"))
	}),
	scenario("attributes/what is not set is left out", func(s *scene) {
		equal(s, "attributes", 0, len(s.queue().attributes("RedrivePolicy")))
	}),
	scenario("attributes/none asked for, none given", func(s *scene) {
		q := s.queue()
		out, err := s.GetQueueAttributes(s.ctx, &sqs.GetQueueAttributesInput{QueueUrl: q.url})
		s.must(err)
		equal(s, "attributes", 0, len(out.Attributes))
	}),
	scenario("attributes/setting an unknown one is refused", func(s *scene) {
		s.refused("InvalidAttributeName", s.queue().set("Colour", "blue"))
	}),
	scenario("attributes/asking for an unknown one is refused", func(s *scene) {
		q := s.queue()
		_, err := s.GetQueueAttributes(s.ctx, &sqs.GetQueueAttributesInput{QueueUrl: q.url, AttributeNames: []types.QueueAttributeName{"Colour"}})
		s.refused("InvalidAttributeName", err)
	}),
	scenario("attributes/counts and times cannot be set", func(s *scene) {
		q := s.queue()
		for _, name := range []string{"ApproximateNumberOfMessages", "CreatedTimestamp", "QueueArn"} {
			s.refused("InvalidAttributeName", q.set(name, "1"))
		}
	}),
	waiting("attributes/created and modified are seconds since 1970", func(s *scene) {
		q := s.queue()
		before := q.attributes()
		equal(s, "LastModifiedTimestamp of a new queue", before["CreatedTimestamp"], before["LastModifiedTimestamp"])
		created, err := strconv.ParseInt(before["CreatedTimestamp"], 10, 64)
		s.must(err)
		if off := time.Since(time.Unix(created, 0)).Abs(); off > time.Minute {
			s.fail("created %v away from now", off)
		}
	}),
	waiting("attributes/setting moves the time of the last change", func(s *scene) {
		q := s.queue()
		before := q.attributes()
		s.pause(1100 * time.Millisecond)
		s.must(q.set("DelaySeconds", "1"))
		s.eventually(func() error {
			after := q.attributes()
			if after["LastModifiedTimestamp"] == before["LastModifiedTimestamp"] || after["CreatedTimestamp"] != before["CreatedTimestamp"] {
				return fmt.Errorf("before %v, after %v", before, after)
			}
			return nil
		})
	}),
	scenario("attributes/of a queue that is not there", func(s *scene) {
		q := s.queue()
		q.url = aws.String(*q.url + "-no")
		_, err := s.GetQueueAttributes(s.ctx, &sqs.GetQueueAttributesInput{QueueUrl: q.url, AttributeNames: []types.QueueAttributeName{"All"}})
		s.refused(noQueue, err)
		s.refused(noQueue, q.set("DelaySeconds", "1"))
	}),
	scenario("attributes/several are set all or none", func(s *scene) {
		q := s.queue()
		s.must(q.set("DelaySeconds", "1", "VisibilityTimeout", "2"))
		s.refused("InvalidAttributeValue", q.set("DelaySeconds", "5", "VisibilityTimeout", "x"))
		equal(s, "attributes", map[string]string{"DelaySeconds": "1", "VisibilityTimeout": "2"}, q.attributes("DelaySeconds", "VisibilityTimeout"))
	}),
}

// inRange makes the case of a numeric attribute with its limits.
func inRange(name string, low, high int) conformance.Case {
	return waiting(fmt.Sprintf("attributes/%s is a number from %d to %d", name, low, high), func(s *scene) {
		q := s.queue()
		for _, n := range []int{low, high} {
			s.must(q.set(name, strconv.Itoa(n)))
			s.eventually(func() error {
				if got := q.attributes()[name]; got != strconv.Itoa(n) {
					return fmt.Errorf("%s is %q, want %d", name, got, n)
				}
				return nil
			})
		}
		for _, bad := range []string{strconv.Itoa(low - 1), strconv.Itoa(high + 1), "many", "1.5"} {
			s.refused("InvalidAttributeValue", q.set(name, bad))
		}
	})
}

var numbers = []conformance.Case{
	inRange("VisibilityTimeout", 0, 43200),
	inRange("DelaySeconds", 0, 900),
	inRange("ReceiveMessageWaitTimeSeconds", 0, 20),
	inRange("MessageRetentionPeriod", 60, 1209600),
	inRange("MaximumMessageSize", 1024, 1048576),
}

var counts = []conformance.Case{
	waiting("counts/visible, hidden and delayed", func(s *scene) {
		q := s.queue()
		q.send("delayed", delayed(30))
		q.send("hidden")
		receipt := q.one().ReceiptHandle
		q.send("a")
		q.send("b")
		s.eventually(func() error { return q.counts(2, 1, 1) })
		q.delete(receipt)
		s.eventually(func() error { return q.counts(2, 0, 1) })
	}),
	waiting("counts/a message that comes back is visible again", func(s *scene) {
		q := s.queue()
		q.send("m")
		q.one(hiddenFor(1))
		s.eventually(func() error { return q.counts(0, 1, 0) })
		s.eventually(func() error { return q.counts(1, 0, 0) })
	}),
	waiting("counts/a delayed message becomes a visible one", func(s *scene) {
		q := s.queue()
		q.send("m", delayed(1))
		s.eventually(func() error { return q.counts(0, 0, 1) })
		s.eventually(func() error { return q.counts(1, 0, 0) })
	}),
}

// counts waits for these numbers of messages, because SQS counts are eventually
// consistent.
func (q *queue) counts(visible, hidden, delayed int) error {
	all := q.attributes("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
	got := fmt.Sprint(all["ApproximateNumberOfMessages"], " ", all["ApproximateNumberOfMessagesNotVisible"], " ", all["ApproximateNumberOfMessagesDelayed"])
	if want := fmt.Sprint(visible, " ", hidden, " ", delayed); got != want {
		return fmt.Errorf("visible, hidden and delayed messages: %s, want %s", got, want)
	}
	return nil
}
