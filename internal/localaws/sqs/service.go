package sqs

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// reuse is how long the name of a deleted queue stays taken.
const reuse = 60 * time.Second

// Service holds the queues of one account and region.
type Service struct {
	w       *world.World
	base    string
	queues  map[string]*Queue
	deleted map[string]time.Time // when queues of these names were deleted
	moves   []*moveTask          // oldest first
}

// New makes a service without queues.
func New(w *world.World) *Service {
	return &Service{
		w:       w,
		base:    "https://sqs." + w.Region + ".amazonaws.com",
		queues:  map[string]*Queue{},
		deleted: map[string]time.Time{},
	}
}

// BaseURL sets scheme, host and port of the queue URLs to give out, such as
// "http://127.0.0.1:4566". On input every scheme and host is taken.
func (s *Service) BaseURL(url string) { s.base = strings.TrimSuffix(url, "/") }

// CreateQueue creates a queue. attributes have the names and form of the SQS API, and
// absent ones get SQS's defaults. If the queue exists, it is returned if every given
// attribute has the same value; else the error is QueueNameExists. The name of a
// deleted queue cannot be used for 60 seconds.
func (s *Service) CreateQueue(name string, attributes, tags map[string]string) (*Queue, error) {
	if err := checkQueueName(name, attributes); err != nil {
		return nil, err
	}
	if q := s.queues[name]; q != nil {
		return q, q.checkSame(attributes)
	}
	now := s.w.Now()
	if at, ok := s.deleted[name]; ok && now.Before(at.Add(reuse)) {
		return nil, queryError("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q := newQueue(s, name, now)
	if err := q.SetAttributes(attributes); err != nil {
		return nil, err
	}
	q.tags = maps.Clone(tags)
	s.queues[name] = q
	return q, nil
}

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

func checkQueueName(name string, attributes map[string]string) error {
	if strings.HasSuffix(name, ".fifo") || attributes["FifoQueue"] == "true" {
		return wire.Unsupported("FIFO queues (QueueName %s)", name)
	}
	if !queueName.MatchString(name) {
		return invalidParameter("QueueName: can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

// Queue finds a queue by its name.
func (s *Service) Queue(name string) (*Queue, bool) {
	q, ok := s.queues[name]
	return q, ok
}

// QueueByARN finds a queue of this account and region by its ARN.
func (s *Service) QueueByARN(arn string) (*Queue, bool) {
	name, ok := strings.CutPrefix(arn, s.w.ARN("sqs", ""))
	if !ok {
		return nil, false
	}
	return s.Queue(name)
}

// DeleteQueue deletes a queue with all its messages.
func (s *Service) DeleteQueue(name string) {
	q := s.queues[name]
	if q == nil {
		return
	}
	now := s.w.Now()
	maps.DeleteFunc(s.deleted, func(_ string, at time.Time) bool { return !now.Before(at.Add(reuse)) })
	delete(s.queues, name)
	s.deleted[name], q.deleted = now, true
}

// Wake returns when something changes without a call: a message of some queue becomes
// visible, or a move task has a message to move.
func (s *Service) Wake() (time.Time, bool) {
	var first time.Time
	found := false
	consider := func(t time.Time, ok bool) {
		if ok && (!found || t.Before(first)) {
			first, found = t, true
		}
	}
	for _, q := range s.queues {
		consider(q.NextVisible())
	}
	for _, t := range s.moves {
		consider(t.due())
	}
	return first, found
}

// sorted lists the queues by name.
func (s *Service) sorted() []*Queue {
	var list []*Queue
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		list = append(list, s.queues[name])
	}
	return list
}

// byURL finds the queue that a QueueUrl names: its last two path segments are account and
// name. The bare name will do too, as on AWS (LocalStack recorded it:
// test_posting_to_queue_via_queue_name in tests/aws/services/sqs/test_sqs.py).
func (s *Service) byURL(url string) (*Queue, error) {
	if url == "" {
		return nil, missingParameter("QueueUrl")
	}
	account, name := s.w.Account, url
	if !queueName.MatchString(url) {
		_, rest, ok := strings.Cut(url, "://")
		segments := strings.Split(rest, "/")
		if !ok || len(segments) < 3 {
			return nil, queryError("InvalidAddress", "InvalidAddress", "The address %s is not valid for this endpoint.", url)
		}
		account, name = segments[len(segments)-2], segments[len(segments)-1]
	}
	q := s.queues[name]
	if q == nil || account != s.w.Account {
		return nil, errNoQueue()
	}
	return q, nil
}
