package queues_test

import (
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func hexMD5(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// arrives checks that the body arrives unchanged.
func (q *queue) arrives(body string) {
	sent := q.send(body)
	equal(q.scene, "MD5OfMessageBody", hexMD5([]byte(body)), *sent.MD5OfMessageBody)
	m := q.one()
	if *m.Body != body {
		q.fail("%.100q arrived as %.100q", body, *m.Body)
	}
	equal(q.scene, "MD5OfBody", hexMD5([]byte(body)), *m.MD5OfBody)
	q.delete(m.ReceiptHandle)
}

var sending = []conformance.Case{
	scenario("send/answers the ID that is received", func(s *scene) {
		q := s.queue()
		sent := q.send("m")
		equal(s, "MessageId", *sent.MessageId, *q.one().MessageId)
	}),
	// LocalStack recorded at AWS that the bare name will do as QueueUrl:
	// test_posting_to_queue_via_queue_name in tests/aws/services/sqs/test_sqs.py.
	scenario("send/to the queue's bare name", func(s *scene) {
		q := s.queue()
		_, err := q.SendMessage(s.ctx, &sqs.SendMessageInput{QueueUrl: &q.name, MessageBody: aws.String("m")})
		s.must(err)
		equal(s, "body", "m", *q.one().Body)
	}),
	scenario("send/every message has its own ID", func(s *scene) {
		q := s.queue()
		if a, b := q.send("m"), q.send("m"); *a.MessageId == *b.MessageId {
			s.fail("two messages are %s", *a.MessageId)
		}
		equal(s, "bodies", []string{"m", "m"}, bodies(q.take(2)))
	}),
	scenario("send/bodies arrive unchanged", func(s *scene) {
		q := s.queue()
		for _, body := range []string{
			"x", " ", "\t\n", "line\r\nline", `{"a": "b\u0000"}`, "<a>&amp;</a>", "%41+%2B", "Grüße, 世界", "𝄞 🦆", "\uD7FF\uE000\uFFFD\U00010000\U0010FFFF",
		} {
			q.arrives(body)
		}
	}),
	scenario("send/characters that XML lacks are refused", func(s *scene) {
		q := s.queue()
		for _, body := range []string{"\u0000", "a\u0001", "\u000b", "\u001f", "\uFFFE", "\uFFFF"} {
			_, err := q.trySend(body)
			s.refused("InvalidMessageContents", err)
		}
		q.none()
	}),
	scenario("send/an empty body is refused", func(s *scene) {
		_, err := s.queue().trySend("")
		s.refused(missing, err)
	}),
	scenario("send/1 MiB is taken", func(s *scene) {
		s.queue().arrives(strings.Repeat("x", 1<<20))
	}),
	scenario("send/more than 1 MiB is refused", func(s *scene) {
		_, err := s.queue().trySend(strings.Repeat("x", 1<<20+1))
		s.refused(badParameter, err)
	}),
	scenario("send/size is counted in bytes, not characters", func(s *scene) {
		_, err := s.queue().trySend(strings.Repeat("ä", 1<<19) + "x")
		s.refused(badParameter, err)
	}),
	scenario("send/attributes count against the size", func(s *scene) {
		_, err := s.queue().trySend(strings.Repeat("x", 1<<20-3), with(map[string]types.MessageAttributeValue{"a": text("b")}))
		s.refused(badParameter, err)
	}),
	scenario("send/a queue can allow less than 1 MiB", func(s *scene) {
		q := s.queue("MaximumMessageSize", "1024")
		q.arrives(strings.Repeat("x", 1024))
		_, err := q.trySend(strings.Repeat("x", 1025))
		s.refused(badParameter, err)
	}),
	scenario("send/to a queue that is not there", func(s *scene) {
		q := s.queue()
		_, err := s.SendMessage(s.ctx, &sqs.SendMessageInput{QueueUrl: aws.String(*q.url + "-no"), MessageBody: aws.String("m")})
		s.refused(noQueue, err)
	}),
	scenario("send/a deduplication ID needs a FIFO queue", func(s *scene) {
		_, err := s.queue().trySend("m", func(in *sqs.SendMessageInput) { in.MessageDeduplicationId = aws.String("a") })
		s.refused(badParameter, err)
	}),
	scenario("send/a group makes a standard queue a fair one", func(s *scene) {
		q := s.queue()
		q.send("m", func(in *sqs.SendMessageInput) { in.MessageGroupId = aws.String("tenant-1") })
		equal(s, "MessageGroupId", "tenant-1", q.one().Attributes["MessageGroupId"])
	}),
	scenario("send/a group has 1 to 128 letters, digits and punctuation marks", func(s *scene) {
		q := s.queue()
		for _, bad := range []string{strings.Repeat("g", 129), "a b", "ä"} {
			_, err := q.trySend("m", func(in *sqs.SendMessageInput) { in.MessageGroupId = &bad })
			s.refused(badParameter, err)
		}
	}),
}

var delays = []conformance.Case{
	waiting("delay/of a message", func(s *scene) {
		q := s.queue()
		q.send("later", delayed(1))
		q.send("now")
		equal(s, "at once", []string{"now"}, bodies(q.take(1)))
		q.none()
		equal(s, "later", "later", *q.one().Body)
	}),
	waiting("delay/of a queue", func(s *scene) {
		q := s.queue("DelaySeconds", "1")
		q.send("m")
		q.none()
		q.one()
	}),
	waiting("delay/of a message goes before that of its queue", func(s *scene) {
		q := s.queue("DelaySeconds", "900")
		q.send("m", delayed(1))
		q.none()
		q.one()
	}),
	waiting("delay/changing the queue's does not change messages that are there", func(s *scene) {
		q := s.queue("DelaySeconds", "2")
		q.send("before")
		s.must(q.set("DelaySeconds", "0"))
		q.none()
		equal(s, "after the delay", "before", *q.one().Body)
	}),
	scenario("delay/is at most 900 seconds", func(s *scene) {
		q := s.queue()
		q.send("m", delayed(900))
		for _, seconds := range []int32{-1, 901} {
			_, err := q.trySend("m", delayed(seconds))
			s.refused(badParameter, err)
		}
	}),
	waiting("delay/ends after the time, not before", func(s *scene) {
		q := s.queue()
		q.send("m", delayed(2))
		s.pause(1200 * time.Millisecond)
		q.none()
		q.one()
	}),
}

// many makes n attributes.
func many(n int) map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{}
	for i := range n {
		all["name"+string(rune('a'+i))] = text("value")
	}
	return all
}

func names(m types.Message) []string {
	list := []string{}
	for name := range m.MessageAttributes {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
