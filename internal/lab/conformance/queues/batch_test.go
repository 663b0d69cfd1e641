package queues_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/queues"
)

type entry = types.SendMessageBatchRequestEntry

func (q *queue) trySendBatch(entries ...entry) (*sqs.SendMessageBatchOutput, error) {
	if entries == nil {
		entries = []entry{} // an empty list, not an absent one, which the SDK refuses itself
	}
	return q.SendMessageBatch(q.ctx, &sqs.SendMessageBatchInput{QueueUrl: q.url, Entries: entries})
}

func (q *queue) sendBatch(entries ...entry) *sqs.SendMessageBatchOutput {
	out, err := q.trySendBatch(entries...)
	q.must(err)
	return out
}

func item(id, body string) entry { return entry{Id: &id, MessageBody: &body} }

func items(n, size int) []entry {
	var list []entry
	for i := range n {
		list = append(list, item(fmt.Sprint("id-", i), strings.Repeat("x", size)))
	}
	return list
}

// results returns a batch's answers: the IDs of successful entries, and the IDs of
// failed ones with their codes, both sorted.
func results[T any](good []T, id func(T) *string, bad []types.BatchResultErrorEntry) []string {
	list := []string{}
	for _, e := range good {
		list = append(list, *id(e))
	}
	for _, e := range bad {
		list = append(list, *e.Id+" "+queues.QueryCode(aws.ToString(e.Code)))
	}
	slices.Sort(list)
	return list
}

func sentResults(out *sqs.SendMessageBatchOutput) []string {
	return results(out.Successful, func(e types.SendMessageBatchResultEntry) *string { return e.Id }, out.Failed)
}

var sendBatches = []conformance.Case{
	scenario("send batch/answers each entry", func(s *scene) {
		q := s.queue()
		out := q.sendBatch(item("a", "first"), item("b", "second"))
		equal(s, "results", []string{"a", "b"}, sentResults(out))
		ids := map[string]string{}
		for _, e := range out.Successful {
			ids[*e.Id] = *e.MessageId
			equal(s, "MD5OfMessageBody", hexMD5([]byte(map[string]string{"a": "first", "b": "second"}[*e.Id])), *e.MD5OfMessageBody)
		}
		for _, m := range q.take(2) {
			equal(s, "MessageId of "+*m.Body, ids[map[string]string{"first": "a", "second": "b"}[*m.Body]], *m.MessageId)
		}
	}),
	scenario("send batch/takes ten", func(s *scene) {
		q := s.queue()
		equal(s, "sent", 10, len(q.sendBatch(items(10, 1)...).Successful))
		q.take(10)
	}),
	scenario("send batch/eleven are refused", func(s *scene) {
		_, err := s.queue().trySendBatch(items(11, 1)...)
		s.refused(tooMany, err)
	}),
	scenario("send batch/none are refused", func(s *scene) {
		_, err := s.queue().trySendBatch()
		s.refused(emptyBatch, err)
	}),
	scenario("send batch/the same ID twice is refused, and nothing sent", func(s *scene) {
		q := s.queue()
		_, err := q.trySendBatch(item("a", "1"), item("a", "2"))
		s.refused(notDistinct, err)
		q.none()
	}),
	scenario("send batch/IDs have 1 to 80 letters, digits, hyphens and underscores", func(s *scene) {
		q := s.queue()
		q.sendBatch(item(strings.Repeat("i", 80), "m"), item("Az_09-", "m"))
		for _, bad := range []string{strings.Repeat("i", 81), "", "a.b", "a b", "ä"} {
			_, err := q.trySendBatch(item(bad, "m"))
			s.refused(badID, err)
		}
	}),
	scenario("send batch/1 MiB together is taken", func(s *scene) {
		equal(s, "sent", 4, len(s.queue().sendBatch(items(4, 1<<18)...).Successful))
	}),
	scenario("send batch/more than 1 MiB together is refused", func(s *scene) {
		_, err := s.queue().trySendBatch(items(4, 1<<18+1)...)
		s.refused(tooLong, err)
	}),
	scenario("send batch/a bad entry fails alone", func(s *scene) {
		q := s.queue()
		out := q.sendBatch(item("good", "m"), entry{Id: aws.String("late"), MessageBody: aws.String("m"), DelaySeconds: 901})
		equal(s, "results", []string{"good", "late " + badParameter}, sentResults(out))
		if f := out.Failed[0]; !f.SenderFault || aws.ToString(f.Message) == "" {
			s.fail("no fault of the sender's, or no message: %+v", f)
		}
		q.take(1)
	}),
	scenario("send batch/an entry with forbidden characters fails alone", func(s *scene) {
		out := s.queue().sendBatch(item("good", "m"), item("bad", "\u0001"))
		equal(s, "results", []string{"bad InvalidMessageContents", "good"}, sentResults(out))
	}),
	scenario("send batch/an entry over the queue's maximum fails alone", func(s *scene) {
		out := s.queue("MaximumMessageSize", "1024").sendBatch(item("good", "m"), item("long", strings.Repeat("x", 1025)))
		equal(s, "results", []string{"good", "long " + badParameter}, sentResults(out))
	}),
	waiting("send batch/each entry has its own delay and attributes", func(s *scene) {
		q := s.queue()
		with := item("a", "now")
		with.MessageAttributes = values{"name": text("value")}
		late := item("b", "later")
		late.DelaySeconds = 1
		out := q.sendBatch(with, late)
		for _, e := range out.Successful {
			want := map[string]string{"a": digest(with.MessageAttributes)}[*e.Id]
			equal(s, "MD5OfMessageAttributes of "+*e.Id, want, aws.ToString(e.MD5OfMessageAttributes))
		}
		m := q.one()
		equal(s, "at once", "now", *m.Body)
		equal(s, "attributes", flat(with.MessageAttributes), flat(m.MessageAttributes))
		equal(s, "later", "later", *q.one().Body)
	}),
	scenario("send batch/to a queue that is not there", func(s *scene) {
		q := s.queue()
		q.url = aws.String(*q.url + "-no")
		_, err := q.trySendBatch(item("a", "m"))
		s.refused(noQueue, err)
	}),
}

type deletion = types.DeleteMessageBatchRequestEntry

func (q *queue) tryDeleteBatch(entries ...deletion) ([]string, error) {
	if entries == nil {
		entries = []deletion{}
	}
	out, err := q.DeleteMessageBatch(q.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: q.url, Entries: entries})
	if err != nil {
		return nil, err
	}
	return results(out.Successful, func(e types.DeleteMessageBatchResultEntry) *string { return e.Id }, out.Failed), nil
}

type change = types.ChangeMessageVisibilityBatchRequestEntry

func (q *queue) tryHideBatch(entries ...change) ([]string, error) {
	if entries == nil {
		entries = []change{}
	}
	out, err := q.ChangeMessageVisibilityBatch(q.ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: q.url, Entries: entries})
	if err != nil {
		return nil, err
	}
	return results(out.Successful, func(e types.ChangeMessageVisibilityBatchResultEntry) *string { return e.Id }, out.Failed), nil
}

var otherBatches = []conformance.Case{
	scenario("delete batch/deletes all", func(s *scene) {
		q := s.queue()
		q.fill(10)
		var entries []deletion
		for i, m := range q.take(10) {
			entries = append(entries, deletion{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
		}
		got, err := q.tryDeleteBatch(entries...)
		s.must(err)
		equal(s, "results", []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, got)
		s.eventually(func() error { return q.counts(0, 0, 0) })
	}),
	scenario("delete batch/what is no handle fails alone", func(s *scene) {
		q := s.queue()
		q.send("m")
		got, err := q.tryDeleteBatch(deletion{Id: aws.String("a"), ReceiptHandle: q.one().ReceiptHandle}, deletion{Id: aws.String("b"), ReceiptHandle: aws.String(notAHandle)})
		s.must(err)
		equal(s, "results", []string{"a", "b ReceiptHandleIsInvalid"}, got)
		s.eventually(func() error { return q.counts(0, 0, 0) })
	}),
	scenario("delete batch/the same handle in two entries is no error", func(s *scene) {
		q := s.queue()
		q.send("m")
		m := q.one()
		got, err := q.tryDeleteBatch(deletion{Id: aws.String("a"), ReceiptHandle: m.ReceiptHandle}, deletion{Id: aws.String("b"), ReceiptHandle: m.ReceiptHandle})
		s.must(err)
		equal(s, "results", []string{"a", "b"}, got)
	}),
	scenario("delete batch/too many and the same ID twice are refused", func(s *scene) {
		q := s.queue()
		entries := []deletion{}
		for i := range 11 {
			entries = append(entries, deletion{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: aws.String(notAHandle)})
		}
		_, err := q.tryDeleteBatch(entries...)
		s.refused(tooMany, err)
		_, err = q.tryDeleteBatch(entries[0], entries[0])
		s.refused(notDistinct, err)
	}),
	scenario("delete batch/none are refused", func(s *scene) {
		_, err := s.queue().tryDeleteBatch()
		s.refused(emptyBatch, err)
	}),
	scenario("visibility batch/changes all", func(s *scene) {
		q := s.queue()
		q.fill(2)
		var entries []change
		for i, m := range q.take(2) {
			entries = append(entries, change{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0})
		}
		got, err := q.tryHideBatch(entries...)
		s.must(err)
		equal(s, "results", []string{"0", "1"}, got)
		q.take(2)
	}),
	scenario("visibility batch/each entry has its own timeout", func(s *scene) {
		q := s.queue()
		q.fill(2)
		list := q.take(2)
		_, err := q.tryHideBatch(change{Id: aws.String("a"), ReceiptHandle: list[0].ReceiptHandle, VisibilityTimeout: 0},
			change{Id: aws.String("b"), ReceiptHandle: list[1].ReceiptHandle, VisibilityTimeout: 60})
		s.must(err)
		equal(s, "visible", *list[0].Body, *q.one().Body)
	}),
	scenario("visibility batch/what is no handle fails alone", func(s *scene) {
		q := s.queue()
		q.send("m")
		got, err := q.tryHideBatch(change{Id: aws.String("a"), ReceiptHandle: q.one().ReceiptHandle, VisibilityTimeout: 1}, change{Id: aws.String("b"), ReceiptHandle: aws.String(notAHandle), VisibilityTimeout: 1})
		s.must(err)
		equal(s, "results", []string{"a", "b ReceiptHandleIsInvalid"}, got)
	}),
	scenario("visibility batch/a timeout out of range fails alone", func(s *scene) {
		q := s.queue()
		q.send("m")
		m := q.one()
		got, err := q.tryHideBatch(change{Id: aws.String("a"), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 43201}, change{Id: aws.String("b"), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 1})
		s.must(err)
		equal(s, "results", []string{"a " + badParameter, "b"}, got)
	}),
	scenario("visibility batch/too many and the same ID twice are refused", func(s *scene) {
		q := s.queue()
		entries := []change{}
		for i := range 11 {
			entries = append(entries, change{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: aws.String(notAHandle), VisibilityTimeout: 1})
		}
		_, err := q.tryHideBatch(entries...)
		s.refused(tooMany, err)
		_, err = q.tryHideBatch(entries[0], entries[0])
		s.refused(notDistinct, err)
	}),
	scenario("visibility batch/none are refused", func(s *scene) {
		_, err := s.queue().tryHideBatch()
		s.refused(emptyBatch, err)
	}),
}
