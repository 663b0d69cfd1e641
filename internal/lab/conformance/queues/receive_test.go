package queues_test

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// fill sends n messages and returns their bodies, sorted.
func (q *queue) fill(n int) []string {
	list := []string{}
	for i := range n {
		body := fmt.Sprintf("m%02d", i)
		q.send(body)
		list = append(list, body)
	}
	return list
}

var receiving = []conformance.Case{
	scenario("receive/an empty queue gives nothing", func(s *scene) { s.queue().none() }),
	scenario("receive/one message unless more are asked for", func(s *scene) {
		q := s.queue()
		q.fill(3)
		out, err := s.ReceiveMessage(s.ctx, &sqs.ReceiveMessageInput{QueueUrl: q.url, WaitTimeSeconds: 1})
		s.must(err)
		equal(s, "messages", 1, len(out.Messages))
	}),
	scenario("receive/never more than asked for", func(s *scene) {
		q := s.queue()
		want := q.fill(12)
		var all []types.Message
		for _, n := range []int32{5, 1, 10, 10, 10} {
			got := q.once(upTo(n))
			if len(got) > int(n) {
				s.fail("%d messages, asked for %d", len(got), n)
			}
			all = append(all, got...)
		}
		if left := len(want) - len(all); left > 0 {
			all = append(all, q.take(left)...)
		}
		equal(s, "every message once", want, bodies(all))
	}),
	scenario("receive/asks for 1 to 10 messages", func(s *scene) {
		q := s.queue()
		for _, n := range []int32{-1, 11} {
			_, err := q.tryReceive(upTo(n))
			s.refused(badParameter, err)
		}
	}),
	scenario("receive/hides for 0 to 43200 seconds", func(s *scene) {
		q := s.queue()
		q.send("m")
		for _, n := range []int32{-1, 43201} {
			_, err := q.tryReceive(hiddenFor(n))
			s.refused(badParameter, err)
		}
		q.one(hiddenFor(43200))
	}),
	scenario("receive/a received message is hidden", func(s *scene) {
		q := s.queue()
		q.send("m")
		q.one()
		q.none()
	}),
	waiting("receive/a message that was not deleted comes again", func(s *scene) {
		q := s.queue("VisibilityTimeout", "1")
		q.send("m")
		first := q.one()
		q.none()
		again := q.one()
		equal(s, "MessageId", *first.MessageId, *again.MessageId)
		if *first.ReceiptHandle == *again.ReceiptHandle {
			s.fail("both receives gave the handle %s", *first.ReceiptHandle)
		}
	}),
	waiting("receive/a timeout of the request goes before that of the queue", func(s *scene) {
		q := s.queue("VisibilityTimeout", "43200")
		q.send("m")
		q.one(hiddenFor(1))
		q.none()
		q.one()
	}),
	scenario("receive/a timeout of 0 shows the message at once", func(s *scene) {
		q := s.queue("VisibilityTimeout", "0")
		q.send("m")
		q.one()
		q.one()
	}),
	waiting("receive/a new timeout of the queue counts for the next receive", func(s *scene) {
		q := s.queue()
		q.send("m")
		s.must(q.set("VisibilityTimeout", "1"))
		s.eventually(func() error {
			if got := q.attributes()["VisibilityTimeout"]; got != "1" {
				return fmt.Errorf("VisibilityTimeout %s", got)
			}
			return nil
		})
		q.one()
		q.one()
	}),
	scenario("receive/from a queue that is not there", func(s *scene) {
		q := s.queue()
		_, err := s.ReceiveMessage(s.ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(*q.url + "-no")})
		s.refused(noQueue, err)
	}),
}

// lasting says how long f took.
func lasting(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

var polling = []conformance.Case{
	waiting("long poll/waits for a message", func(s *scene) {
		q := s.queue()
		done := make(chan error, 1)
		go func() {
			err := conformance.Pause(s.ctx, time.Second)
			if err == nil {
				_, err = q.trySend("m")
			}
			done <- err
		}()
		took := lasting(func() { equal(s, "messages", 1, len(q.once(waitingFor(20)))) })
		s.must(<-done)
		if took < 900*time.Millisecond || took > 10*time.Second {
			s.fail("a message sent after a second came after %v", took)
		}
	}),
	waiting("long poll/ends empty when its time is over", func(s *scene) {
		q := s.queue()
		took := lasting(func() { equal(s, "messages", 0, len(q.once(waitingFor(2)))) })
		if took < 1900*time.Millisecond || took > 10*time.Second {
			s.fail("waiting for 2 s took %v", took)
		}
	}),
	waiting("long poll/waits for a delayed message", func(s *scene) {
		q := s.queue()
		q.send("m", delayed(1))
		equal(s, "messages", 1, len(q.once(waitingFor(20))))
	}),
	waiting("long poll/waits for a hidden message", func(s *scene) {
		q := s.queue()
		q.send("m")
		q.one(hiddenFor(1))
		equal(s, "messages", 1, len(q.once(waitingFor(20))))
	}),
	waiting("long poll/as an attribute of the queue", func(s *scene) {
		q := s.queue("ReceiveMessageWaitTimeSeconds", "2")
		in := &sqs.ReceiveMessageInput{QueueUrl: q.url}
		took := lasting(func() {
			out, err := s.ReceiveMessage(s.ctx, in)
			s.must(err)
			equal(s, "messages", 0, len(out.Messages))
		})
		if took < 1900*time.Millisecond {
			s.fail("waiting for 2 s took %v", took)
		}
	}),
	waiting("long poll/one message wakes one of two", func(s *scene) {
		q := s.queue()
		got := make(chan int, 2)
		for range 2 {
			go func() {
				list, err := q.tryReceive(waitingFor(3))
				if err != nil {
					got <- -1
					return
				}
				got <- len(list)
			}()
		}
		s.pause(500 * time.Millisecond)
		q.send("m")
		equal(s, "messages", 1, <-got+<-got)
	}),
	scenario("long poll/waits for 0 to 20 seconds", func(s *scene) {
		q := s.queue()
		for _, n := range []int32{-1, 21} {
			_, err := q.tryReceive(waitingFor(n))
			s.refused(badParameter, err)
		}
	}),
}

func asking(names ...types.MessageSystemAttributeName) func(*sqs.ReceiveMessageInput) {
	return func(in *sqs.ReceiveMessageInput) { in.MessageSystemAttributeNames = names }
}

// traced adds the header of a trace, which is a system attribute.
func traced(header types.MessageSystemAttributeValue) func(*sqs.SendMessageInput) {
	return func(in *sqs.SendMessageInput) {
		in.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": header}
	}
}

// tracing sends the trace as a header of the request.
func tracing(o *sqs.Options) {
	o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amzn-Trace-Id", trace))
}

const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"

var systemAttributes = []conformance.Case{
	scenario("system attributes/sender, times and count", func(s *scene) {
		q := s.queue()
		q.send("m")
		m := q.one()
		equal(s, "ApproximateReceiveCount", "1", m.Attributes["ApproximateReceiveCount"])
		s.recent(m, "SentTimestamp")
		s.recent(m, "ApproximateFirstReceiveTimestamp")
		if m.Attributes["SenderId"] == "" {
			s.fail("no SenderId in %v", m.Attributes)
		}
	}),
	waiting("system attributes/count receives, keep the first time", func(s *scene) {
		q := s.queue("VisibilityTimeout", "1")
		q.send("m")
		first := q.one()
		again := q.one()
		equal(s, "ApproximateReceiveCount", "2", again.Attributes["ApproximateReceiveCount"])
		for _, name := range []string{"SentTimestamp", "ApproximateFirstReceiveTimestamp"} {
			equal(s, name, first.Attributes[name], again.Attributes[name])
		}
	}),
	waiting("system attributes/first received after sent", func(s *scene) {
		q := s.queue()
		q.send("m", delayed(1))
		m := q.one()
		if d := s.system(m, "ApproximateFirstReceiveTimestamp") - s.system(m, "SentTimestamp"); d < 900 || d > 10_000 {
			s.fail("received %d ms after it was sent with a delay of 1 s", d)
		}
	}),
	scenario("system attributes/only those asked for are given", func(s *scene) {
		q := s.queue("VisibilityTimeout", "0")
		q.send("m")
		equal(s, "attributes", 0, len(q.one(asking()).Attributes))
		m := q.one(asking("SentTimestamp", "AWSTraceHeader"))
		equal(s, "attributes", 1, len(m.Attributes))
		s.recent(m, "SentTimestamp")
	}),
	scenario("system attributes/the older member of the request still counts", func(s *scene) {
		q := s.queue()
		q.send("m")
		m := q.one(asking(), func(in *sqs.ReceiveMessageInput) {
			in.AttributeNames = []types.QueueAttributeName{"ApproximateReceiveCount"} //nolint:staticcheck // that it still works is the claim
		})
		equal(s, "attributes", map[string]string{"ApproximateReceiveCount": "1"}, m.Attributes)
	}),
	scenario("system attributes/the header of a trace is kept", func(s *scene) {
		q := s.queue()
		q.send("m", traced(types.MessageSystemAttributeValue{DataType: aws.String("String"), StringValue: aws.String(trace)}))
		m := q.one()
		equal(s, "AWSTraceHeader", trace, m.Attributes["AWSTraceHeader"])
		equal(s, "user attributes", 0, len(m.MessageAttributes))
	}),
	// LocalStack recorded at AWS that the header of the request does it, too
	// (test_aws_trace_header_propagation in tests/aws/services/sqs/test_sqs.py). That it
	// counts for a batch, and that the attribute wins, is in the X-Ray developer guide,
	// "Amazon SQS and AWS X-Ray".
	scenario("system attributes/the header of the request is the trace", func(s *scene) {
		q := s.queue()
		sent, err := q.SendMessage(s.ctx, &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: aws.String("m")}, tracing)
		s.must(err)
		equal(s, "checksum", "", aws.ToString(sent.MD5OfMessageSystemAttributes))
		equal(s, "AWSTraceHeader", trace, q.one().Attributes["AWSTraceHeader"])
	}),
	scenario("system attributes/the header of a batch is the trace of those without one", func(s *scene) {
		q := s.queue()
		own := map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=own")}}
		out, err := q.SendMessageBatch(s.ctx, &sqs.SendMessageBatchInput{QueueUrl: q.url, Entries: []types.SendMessageBatchRequestEntry{
			{Id: aws.String("1"), MessageBody: aws.String("1")}, {Id: aws.String("2"), MessageBody: aws.String("2"), MessageSystemAttributes: own},
		}}, tracing)
		s.must(err)
		equal(s, "failed", 0, len(out.Failed))
		traces := map[string]string{}
		for _, m := range q.take(2) {
			traces[*m.Body] = m.Attributes["AWSTraceHeader"]
		}
		equal(s, "traces", map[string]string{"1": trace, "2": "Root=own"}, traces)
	}),
	scenario("system attributes/have a checksum of their own", func(s *scene) {
		sent := s.queue().send("m", traced(types.MessageSystemAttributeValue{DataType: aws.String("String"), StringValue: aws.String(trace)}))
		equal(s, "checksum", digest(values{"AWSTraceHeader": text(trace)}), aws.ToString(sent.MD5OfMessageSystemAttributes))
		equal(s, "checksum of the user's", "", aws.ToString(sent.MD5OfMessageAttributes))
	}),
	scenario("system attributes/the header of a trace is a text", func(s *scene) {
		_, err := s.queue().trySend("m", traced(types.MessageSystemAttributeValue{DataType: aws.String("Number"), StringValue: aws.String("1")}))
		s.refused(badParameter, err)
	}),
	scenario("system attributes/none but the trace can be sent", func(s *scene) {
		_, err := s.queue().trySend("m", func(in *sqs.SendMessageInput) {
			in.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{"SenderId": {DataType: aws.String("String"), StringValue: aws.String("me")}}
		})
		s.refused(badParameter, err)
	}),
}
