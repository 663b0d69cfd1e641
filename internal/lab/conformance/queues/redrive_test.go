package queues_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func policy(target string, max int) string {
	return fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, target, max)
}

// redriving makes a queue with a dead-letter queue, for messages that were received max
// times.
func (s *scene) redriving(max int) (source, dead *queue) {
	dead = s.queue()
	return s.queue("RedrivePolicy", policy(dead.arn(), max)), dead
}

// spend receives the only message n times and shows it again each time.
func (q *queue) spend(n int) {
	for range n {
		q.must(q.hide(q.one().ReceiptHandle, 0))
	}
}

// sources returns the names of the queues whose dead letters go to this queue.
func (q *queue) sources(pageSize int32) []string {
	list := []string{}
	in := &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: q.url}
	if pageSize > 0 {
		in.MaxResults = &pageSize
	}
	for {
		out, err := q.ListDeadLetterSourceQueues(q.ctx, in)
		q.must(err)
		for _, url := range out.QueueUrls {
			list = append(list, path.Base(url))
		}
		if in.NextToken = out.NextToken; aws.ToString(out.NextToken) == "" {
			slices.Sort(list)
			return list
		}
	}
}

var redriving = []conformance.Case{
	scenario("redrive/a message received too often goes to the dead-letter queue", func(s *scene) {
		source, dead := s.redriving(2)
		id := *source.send("m").MessageId
		source.spend(2)
		dead.none()
		source.none()
		m := dead.one()
		equal(s, "body", "m", *m.Body)
		equal(s, "MessageId", id, *m.MessageId)
	}),
	scenario("redrive/it keeps attributes, count and times, and says where from", func(s *scene) {
		source, dead := s.redriving(1)
		source.send("m", with(values{"name": text("value")}))
		m := source.one()
		s.must(source.hide(m.ReceiptHandle, 0))
		source.none()
		letter := dead.one()
		equal(s, "attributes", flat(m.MessageAttributes), flat(letter.MessageAttributes))
		equal(s, "ApproximateReceiveCount", "2", letter.Attributes["ApproximateReceiveCount"])
		equal(s, "SentTimestamp", m.Attributes["SentTimestamp"], letter.Attributes["SentTimestamp"])
		equal(s, "DeadLetterQueueSourceArn", source.arn(), letter.Attributes["DeadLetterQueueSourceArn"])
	}),
	scenario("redrive/a message in its own queue has no source", func(s *scene) {
		source, _ := s.redriving(1)
		source.send("m")
		equal(s, "DeadLetterQueueSourceArn", "", source.one().Attributes["DeadLetterQueueSourceArn"])
	}),
	waiting("redrive/the timeout counts as well as a change to 0", func(s *scene) {
		source, dead := s.redriving(1)
		source.send("m")
		source.one(hiddenFor(1))
		s.eventually(func() error {
			source.none()
			return dead.counts(1, 0, 0)
		})
		source.none()
		dead.one()
	}),
	scenario("redrive/a deleted message goes nowhere", func(s *scene) {
		source, dead := s.redriving(1)
		source.send("m")
		source.delete(source.one().ReceiptHandle)
		source.none()
		dead.none()
	}),
	scenario("redrive/set later counts what was received before", func(s *scene) {
		source, dead := s.queue(), s.queue()
		source.send("m")
		source.spend(2)
		s.must(source.set("RedrivePolicy", policy(dead.arn(), 1)))
		source.none()
		dead.one()
	}),
	scenario("redrive/taken away keeps messages where they are", func(s *scene) {
		source, dead := s.redriving(1)
		source.send("m")
		source.spend(1)
		s.must(source.set("RedrivePolicy", ""))
		source.one()
		dead.none()
	}),
	scenario("redrive/the delay of the dead-letter queue does not count", func(s *scene) {
		dead := s.queue("DelaySeconds", "900")
		source := s.queue("RedrivePolicy", policy(dead.arn(), 1))
		source.send("m")
		source.spend(1)
		source.none()
		dead.one()
	}),
	scenario("redrive/the sources of a dead-letter queue", func(s *scene) {
		dead := s.queue()
		equal(s, "sources", []string{}, dead.sources(0))
		want := []string{}
		for range 3 {
			want = append(want, s.queue("RedrivePolicy", policy(dead.arn(), 1)).name)
		}
		slices.Sort(want)
		s.queue()
		for _, pageSize := range []int32{0, 2} {
			s.eventually(func() error {
				if got := dead.sources(pageSize); !slices.Equal(want, got) {
					return fmt.Errorf("sources %v, want %v", got, want)
				}
				return nil
			})
		}
	}),
	waiting("redrive/a policy that was set later makes a source too", func(s *scene) {
		dead, source := s.queue(), s.queue()
		s.must(source.set("RedrivePolicy", policy(dead.arn(), 1)))
		s.eventually(func() error {
			if got := dead.sources(0); !slices.Equal(got, []string{source.name}) {
				return fmt.Errorf("sources %v, want %s", got, source.name)
			}
			return nil
		})
	}),
	scenario("redrive/the sources of a queue that is not there", func(s *scene) {
		q := s.queue()
		_, err := s.ListDeadLetterSourceQueues(s.ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: aws.String(*q.url + "-no")})
		s.refused(noQueue, err)
	}),
}

var policies = []conformance.Case{
	scenario("redrive policy/is given as it was set", func(s *scene) {
		source, dead := s.redriving(3)
		equal(s, "RedrivePolicy", policy(dead.arn(), 3), source.attributes()["RedrivePolicy"])
	}),
	scenario("redrive policy/the count can be a text", func(s *scene) {
		dead, source := s.queue(), s.queue()
		s.must(source.set("RedrivePolicy", strings.Replace(policy(dead.arn(), 3), ":3}", `:"3"}`, 1)))
		source.send("m")
		source.spend(3)
		source.none()
		dead.one()
	}),
	scenario("redrive policy/a dead-letter queue that is not there is refused", func(s *scene) {
		q := s.queue()
		s.refused(badParameter, q.set("RedrivePolicy", policy(q.arn()+"-no", 1)))
		_, err := s.tryCreate(conformance.Name("no"), "RedrivePolicy", policy(q.arn()+"-no", 1))
		s.refused(badParameter, err)
	}),
	scenario("redrive policy/the count is 1 to 1,000", func(s *scene) {
		source, dead := s.redriving(1)
		s.must(source.set("RedrivePolicy", policy(dead.arn(), 1000)))
		for _, max := range []int{0, -1, 1001} {
			s.refused(badParameter, source.set("RedrivePolicy", policy(dead.arn(), max)))
		}
	}),
	scenario("redrive policy/what is no policy is refused", func(s *scene) {
		source, dead := s.redriving(1)
		for _, text := range []string{"x", "{}", `{"maxReceiveCount":1}`, `{"deadLetterTargetArn":"x","maxReceiveCount":1}`} {
			s.refused(badParameter, source.set("RedrivePolicy", text))
		}
		equal(s, "RedrivePolicy", policy(dead.arn(), 1), source.attributes()["RedrivePolicy"])
	}),
	scenario("redrive allow policy/is given as it was set", func(s *scene) {
		q := s.queue("RedriveAllowPolicy", `{"redrivePermission":"denyAll"}`)
		equal(s, "RedriveAllowPolicy", `{"redrivePermission":"denyAll"}`, q.attributes()["RedriveAllowPolicy"])
	}),
	scenario("redrive allow policy/denyAll allows no source", func(s *scene) {
		dead, source := s.queue("RedriveAllowPolicy", `{"redrivePermission":"denyAll"}`), s.queue()
		s.refused(badParameter, source.set("RedrivePolicy", policy(dead.arn(), 1)))
	}),
	scenario("redrive allow policy/byQueue allows the sources it names", func(s *scene) {
		dead, friend, stranger := s.queue(), s.queue(), s.queue()
		s.must(dead.set("RedriveAllowPolicy", fmt.Sprintf(`{"redrivePermission":"byQueue","sourceQueueArns":[%q]}`, friend.arn())))
		s.must(friend.set("RedrivePolicy", policy(dead.arn(), 1)))
		s.refused(badParameter, stranger.set("RedrivePolicy", policy(dead.arn(), 1)))
	}),
	scenario("redrive allow policy/what is no policy is refused", func(s *scene) {
		q := s.queue()
		for _, text := range []string{"x", "{}", `{"redrivePermission":"some"}`, `{"redrivePermission":"byQueue"}`, `{"redrivePermission":"allowAll","sourceQueueArns":["a"]}`} {
			s.refused(badParameter, q.set("RedriveAllowPolicy", text))
		}
	}),
}

// dying makes a dead-letter queue with n letters of one source.
func (s *scene) dying(n int) (source, dead *queue, letters []string) {
	source, dead = s.redriving(1)
	letters = source.fill(n)
	for _, m := range source.take(n) {
		s.must(source.hide(m.ReceiptHandle, 0))
	}
	s.eventually(func() error {
		source.once()
		return dead.counts(n, 0, 0)
	})
	return source, dead, letters
}

func (q *queue) move(change func(*sqs.StartMessageMoveTaskInput)) (handle string, err error) {
	in := &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(q.arn())}
	if change != nil {
		change(in)
	}
	out, err := q.StartMessageMoveTask(q.ctx, in)
	if err != nil {
		return "", err
	}
	return *out.TaskHandle, nil
}

// moved waits until the latest task of the queue has this status.
func (q *queue) moved(status string, n int64) {
	arn := aws.String(q.arn())
	q.eventually(func() error {
		out, err := q.ListMessageMoveTasks(q.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: arn})
		q.must(err)
		if len(out.Results) != 1 {
			return fmt.Errorf("%d tasks, want the latest", len(out.Results))
		}
		if r := out.Results[0]; aws.ToString(r.Status) != status || r.ApproximateNumberOfMessagesMoved != n {
			return fmt.Errorf("%s with %d messages moved, want %s with %d", aws.ToString(r.Status), r.ApproximateNumberOfMessagesMoved, status, n)
		}
		return nil
	})
}

var moving = []conformance.Case{
	waiting("move/letters go back to where they came from", func(s *scene) {
		source, dead, letters := s.dying(3)
		_, err := dead.move(nil)
		s.must(err)
		equal(s, "bodies", letters, bodies(source.take(3)))
		dead.moved("COMPLETED", 3)
		dead.none()
	}),
	waiting("move/letters go to another queue", func(s *scene) {
		source, dead, letters := s.dying(2)
		to := s.queue()
		_, err := dead.move(func(in *sqs.StartMessageMoveTaskInput) { in.DestinationArn = aws.String(to.arn()) })
		s.must(err)
		equal(s, "bodies", letters, bodies(to.take(2)))
		source.none()
	}),
	waiting("move/a moved message is a new one", func(s *scene) {
		source, dead := s.redriving(1)
		source.send("m", with(values{"name": text("value")}))
		first := source.one()
		s.must(source.hide(first.ReceiptHandle, 0))
		source.none()
		s.eventually(func() error { return dead.counts(1, 0, 0) })
		_, err := dead.move(nil)
		s.must(err)
		m := source.one()
		equal(s, "ApproximateReceiveCount", "1", m.Attributes["ApproximateReceiveCount"])
		equal(s, "attributes", flat(first.MessageAttributes), flat(m.MessageAttributes))
		if *m.MessageId == *first.MessageId {
			s.fail("the ID stayed")
		}
	}),
	scenario("move/from a queue that is not there", func(s *scene) {
		q := s.queue()
		_, err := q.move(func(in *sqs.StartMessageMoveTaskInput) { *in.SourceArn += "-no" })
		s.refused("ResourceNotFoundException", err)
		_, err = s.ListMessageMoveTasks(s.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(q.arn() + "-no")})
		s.refused("ResourceNotFoundException", err)
	}),
	scenario("move/to a queue that is not there", func(s *scene) {
		_, dead := s.redriving(1)
		_, err := dead.move(func(in *sqs.StartMessageMoveTaskInput) { in.DestinationArn = aws.String(*in.SourceArn + "-no") })
		s.refused("ResourceNotFoundException", err)
	}),
	scenario("move/only from a dead-letter queue", func(s *scene) {
		to := s.queue()
		_, err := s.queue().move(func(in *sqs.StartMessageMoveTaskInput) { in.DestinationArn = aws.String(to.arn()) })
		s.refused(badParameter, err)
	}),
	scenario("move/1 to 500 messages a second", func(s *scene) {
		_, dead := s.redriving(1)
		for _, n := range []int32{0, 501} {
			_, err := dead.move(func(in *sqs.StartMessageMoveTaskInput) { in.MaxNumberOfMessagesPerSecond = &n })
			s.refused(badParameter, err)
		}
	}),
	waiting("move/a cancelled task leaves the rest", func(s *scene) {
		_, dead, _ := s.dying(5)
		handle, err := dead.move(func(in *sqs.StartMessageMoveTaskInput) { in.MaxNumberOfMessagesPerSecond = aws.Int32(1) })
		s.must(err)
		s.pause(1500 * time.Millisecond)
		out, err := s.CancelMessageMoveTask(s.ctx, &sqs.CancelMessageMoveTaskInput{TaskHandle: &handle})
		s.must(err)
		if n := out.ApproximateNumberOfMessagesMoved; n < 1 || n > 3 {
			s.fail("%d moved within 1.5 s at 1 a second", n)
		}
		s.eventually(func() error { return dead.counts(5-int(out.ApproximateNumberOfMessagesMoved), 0, 0) })
		_, err = s.CancelMessageMoveTask(s.ctx, &sqs.CancelMessageMoveTaskInput{TaskHandle: &handle})
		s.refused("ResourceNotFoundException", err)
	}),
	waiting("move/one task at a time", func(s *scene) {
		_, dead, _ := s.dying(3)
		slowly := func(in *sqs.StartMessageMoveTaskInput) { in.MaxNumberOfMessagesPerSecond = aws.Int32(1) }
		handle, err := dead.move(slowly)
		s.must(err)
		_, err = dead.move(slowly)
		s.refused(badParameter, err)
		_, err = s.CancelMessageMoveTask(s.ctx, &sqs.CancelMessageMoveTaskInput{TaskHandle: &handle})
		s.must(err)
	}),
}
