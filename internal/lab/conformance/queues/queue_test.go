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
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/queues"
)

func (s *scene) tryCreate(name string, attributes ...string) (string, error) {
	out, err := s.CreateQueue(s.ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: pairs(attributes)})
	if err != nil {
		return "", err
	}
	if !slices.Contains(s.queues, *out.QueueUrl) {
		s.queues = append(s.queues, *out.QueueUrl)
	}
	return *out.QueueUrl, nil
}

func (s *scene) url(name string) (string, error) {
	out, err := s.GetQueueUrl(s.ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		return "", err
	}
	return *out.QueueUrl, nil
}

var creating = []conformance.Case{
	scenario("create/the URL ends with the name and is the one that is looked up", func(s *scene) {
		q := s.queue()
		equal(s, "last part of the URL", q.name, path.Base(*q.url))
		url, err := s.url(q.name)
		s.must(err)
		equal(s, "URL", *q.url, url)
	}),
	scenario("create/twice with the same attributes is one queue", func(s *scene) {
		q := s.queue("VisibilityTimeout", "7", "DelaySeconds", "3")
		again, err := s.tryCreate(q.name, "VisibilityTimeout", "7", "DelaySeconds", "3")
		s.must(err)
		equal(s, "URL", *q.url, again)
	}),
	scenario("create/again without attributes is the queue that there is", func(s *scene) {
		q := s.queue("VisibilityTimeout", "7")
		again, err := s.tryCreate(q.name)
		s.must(err)
		equal(s, "URL", *q.url, again)
		equal(s, "VisibilityTimeout", "7", q.attributes()["VisibilityTimeout"])
	}),
	scenario("create/again with another value is refused", func(s *scene) {
		q := s.queue("VisibilityTimeout", "7")
		_, err := s.tryCreate(q.name, "VisibilityTimeout", "8")
		s.refused(queueExists, err)
	}),
	scenario("create/names have up to 80 characters", func(s *scene) {
		name := conformance.Name("long")
		name += strings.Repeat("x", 80-len(name))
		_, err := s.tryCreate(name)
		s.must(err)
		_, err = s.tryCreate(name + "x")
		s.refused(badParameter, err)
	}),
	scenario("create/names are letters, digits, hyphens and underscores", func(s *scene) {
		name := conformance.Name("chars")
		_, err := s.tryCreate(name + "_-Az09")
		s.must(err)
		for _, bad := range []string{" ", "ä", "/", ":", "."} {
			_, err := s.tryCreate(name + bad)
			s.refused(badParameter, err)
		}
	}),
	scenario("create/names differ by case", func(s *scene) {
		name := conformance.Name("case")
		_, err := s.tryCreate(name + "a")
		s.must(err)
		_, err = s.url(name + "A")
		s.refused(noQueue, err)
	}),
	scenario("create/an unknown attribute is refused", func(s *scene) {
		_, err := s.tryCreate(conformance.Name("unknown"), "Colour", "blue")
		s.refused("InvalidAttributeName", err)
	}),
	scenario("create/a value out of range is refused, and makes no queue", func(s *scene) {
		name := conformance.Name("range")
		_, err := s.tryCreate(name, "VisibilityTimeout", "43201")
		s.refused("InvalidAttributeValue", err)
		_, err = s.url(name)
		s.refused(noQueue, err)
	}),
	scenario("create/a name that nobody has is not found", func(s *scene) {
		_, err := s.url(conformance.Name("nobody"))
		s.refused(noQueue, err)
	}),
}

// list pages through the queues with this prefix, and returns their names.
func (s *scene) list(prefix string, pageSize int32) []string {
	names := []string{}
	in := &sqs.ListQueuesInput{QueueNamePrefix: &prefix}
	if pageSize > 0 {
		in.MaxResults = &pageSize
	}
	for {
		out, err := s.ListQueues(s.ctx, in)
		s.must(err)
		if n := len(out.QueueUrls); pageSize > 0 && n > int(pageSize) {
			s.fail("a page of %d, want at most %d", n, pageSize)
		}
		for _, url := range out.QueueUrls {
			names = append(names, path.Base(url))
		}
		if in.NextToken = out.NextToken; aws.ToString(out.NextToken) == "" {
			slices.Sort(names)
			return names
		}
	}
}

// family makes queues whose names have the same prefix and sort in the order of their
// creation.
func (s *scene) family(n int) (prefix string, names []string) {
	prefix = conformance.Name("family") + "-"
	for i := range n {
		name := fmt.Sprintf("%s%02d", prefix, i)
		_, err := s.tryCreate(name)
		s.must(err)
		names = append(names, name)
	}
	return prefix, names
}

var listing = []conformance.Case{
	scenario("list/queues by prefix", func(s *scene) {
		prefix, want := s.family(3)
		s.queue()
		s.eventually(func() error {
			if got := s.list(prefix, 0); !slices.Equal(got, want) {
				return fmt.Errorf("listed %v, want %v", got, want)
			}
			return nil
		})
	}),
	scenario("list/an unknown prefix gives nothing", func(s *scene) {
		equal(s, "names", []string{}, s.list(conformance.Name("unknown"), 0))
	}),
	scenario("list/pages", func(s *scene) {
		prefix, want := s.family(5)
		s.eventually(func() error {
			if got := s.list(prefix, 2); !slices.Equal(got, want) {
				return fmt.Errorf("listed %v, want %v", got, want)
			}
			return nil
		})
	}),
	scenario("list/a page has 1 to 1,000 queues", func(s *scene) {
		for _, n := range []int32{0, 1001} {
			_, err := s.ListQueues(s.ctx, &sqs.ListQueuesInput{MaxResults: &n})
			s.refused(badParameter, err)
		}
	}),
}

var deleting = []conformance.Case{
	waiting("delete/a deleted queue is gone", func(s *scene) {
		q := s.queue()
		_, err := s.DeleteQueue(s.ctx, &sqs.DeleteQueueInput{QueueUrl: q.url})
		s.must(err)
		s.eventually(func() error {
			if _, err := s.url(q.name); queues.Code(err) != noQueue {
				return fmt.Errorf("looking it up: %w", err)
			}
			return nil
		})
		_, err = q.trySend("m")
		s.refused(noQueue, err)
		_, err = q.tryReceive()
		s.refused(noQueue, err)
	}),
	scenario("delete/a queue with messages goes with them", func(s *scene) {
		q := s.queue()
		q.send("m")
		_, err := s.DeleteQueue(s.ctx, &sqs.DeleteQueueInput{QueueUrl: q.url})
		s.must(err)
	}),
	scenario("delete/a queue that is not there is not found", func(s *scene) {
		q := s.queue()
		_, err := s.DeleteQueue(s.ctx, &sqs.DeleteQueueInput{QueueUrl: aws.String(*q.url + "-no")})
		s.refused(noQueue, err)
	}),
	waiting("delete/the name is taken for 60 seconds", func(s *scene) {
		q := s.queue()
		_, err := s.DeleteQueue(s.ctx, &sqs.DeleteQueueInput{QueueUrl: q.url})
		s.must(err)
		_, err = s.tryCreate(q.name)
		s.refused(deletedLately, err)
		s.pause(61 * time.Second)
		_, err = s.tryCreate(q.name)
		s.must(err)
	}),
}

var purging = []conformance.Case{
	waiting("purge/removes visible, delayed and hidden messages", func(s *scene) {
		q := s.queue("VisibilityTimeout", "1")
		q.send("in flight")
		q.one()
		q.send("delayed", delayed(1))
		q.send("visible")
		s.must(q.purge())
		s.pause(1500 * time.Millisecond)
		// AWS takes up to a minute to purge.
		s.must(conformance.Eventually(s.ctx, time.Minute, func() error { return q.counts(0, 0, 0) }))
		q.none()
	}),
	waiting("purge/is refused within 60 seconds of the one before", func(s *scene) {
		q := s.queue()
		s.must(q.purge())
		s.refused(purging60, q.purge())
		s.pause(61 * time.Second)
		s.must(q.purge())
	}),
	scenario("purge/a queue that is not there is not found", func(s *scene) {
		q := s.queue()
		_, err := s.PurgeQueue(s.ctx, &sqs.PurgeQueueInput{QueueUrl: aws.String(*q.url + "-no")})
		s.refused(noQueue, err)
	}),
}
