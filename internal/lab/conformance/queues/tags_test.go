package queues_test

import (
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func (q *queue) tag(list ...string) error {
	_, err := q.TagQueue(q.ctx, &sqs.TagQueueInput{QueueUrl: q.url, Tags: pairs(list)})
	return err
}

// tagged checks that the queue has these tags.
func (q *queue) tagged(list ...string) {
	want := pairs(list)
	q.eventually(func() error {
		out, err := q.ListQueueTags(q.ctx, &sqs.ListQueueTagsInput{QueueUrl: q.url})
		q.must(err)
		if !maps.Equal(want, out.Tags) {
			return fmt.Errorf("tags %v, want %v", out.Tags, want)
		}
		return nil
	})
}

var tags = []conformance.Case{
	scenario("tags/a new queue has none", func(s *scene) { s.queue().tagged() }),
	scenario("tags/set when the queue is made", func(s *scene) {
		s.create(&sqs.CreateQueueInput{QueueName: aws.String(conformance.Name("tags")), Tags: pairs([]string{"a", "1"})}).tagged("a", "1")
	}),
	scenario("tags/are added and replaced", func(s *scene) {
		q := s.queue()
		s.must(q.tag("a", "1", "b", "2"))
		s.must(q.tag("b", "3", "c", ""))
		q.tagged("a", "1", "b", "3", "c", "")
	}),
	scenario("tags/are removed by key, unknown keys without an error", func(s *scene) {
		q := s.queue()
		s.must(q.tag("a", "1", "b", "2"))
		_, err := s.UntagQueue(s.ctx, &sqs.UntagQueueInput{QueueUrl: q.url, TagKeys: []string{"a", "z"}})
		s.must(err)
		q.tagged("b", "2")
	}),
	scenario("tags/of a queue that is not there", func(s *scene) {
		q := s.queue()
		q.url = aws.String(*q.url + "-no")
		s.refused(noQueue, q.tag("a", "1"))
		_, err := s.ListQueueTags(s.ctx, &sqs.ListQueueTagsInput{QueueUrl: q.url})
		s.refused(noQueue, err)
		_, err = s.UntagQueue(s.ctx, &sqs.UntagQueueInput{QueueUrl: q.url, TagKeys: []string{"a"}})
		s.refused(noQueue, err)
	}),
}
