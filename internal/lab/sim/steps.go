package sim

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A kind of step, with its weight among the others. least is 1 if a history without it
// would do nothing.
type kind struct {
	weight, least int
	take          func(*Simulation)
	only          func(*plan) bool // histories that have it; nil: all
}

var kinds = []kind{
	{8, 1, (*Simulation).publish, nil},
	{40, 1, (*Simulation).proceed, nil},
	{12, 1, (*Simulation).deliver, nil},
	{14, 1, (*Simulation).run, nil},
	{8, 1, (*Simulation).waitShort, nil},
	{2, 0, (*Simulation).publishLate, nil},
	{1, 0, (*Simulation).publishRaw, nil},
	{2, 0, (*Simulation).poison, nil},
	{3, 0, (*Simulation).replay, nil},
	{2, 0, (*Simulation).write, nil},
	{3, 0, (*Simulation).look, nil},
	{2, 0, (*Simulation).killOne, nil},
	{5, 0, (*Simulation).show, nil},
	{2, 0, (*Simulation).subscribe, nil},
	{1, 0, (*Simulation).redrive, nil},
	{1, 0, (*Simulation).expire, nil},
	{1, 0, (*Simulation).deleteByHand, nil},
	{1, 0, (*Simulation).outage, nil},
	{2, 0, (*Simulation).halfADay, nil},
	{1, 0, (*Simulation).waitLong, nil},
	{1, 1, (*Simulation).crowd, func(p *plan) bool { return p.crowded }},
}

// proceed resumes one task, with an outcome of its request.
func (s *Simulation) proceed() {
	ready := s.ready()
	if len(ready) == 0 {
		s.waitShort()
		return
	}
	t := ready[s.rand.IntN(len(ready))]
	s.proceedWith(t, s.chooseOutcome(t))
}

func (s *Simulation) proceedWith(t *task, f requestOutcome) {
	if t.waiting.request == nil {
		s.resume(t)
		return
	}
	s.meet(t, f)
}

// deliver lets the bus deliver one of its events, perhaps twice.
func (s *Simulation) deliver() {
	due := s.cloud.Buses.PendingDue(s.now)
	if len(due) == 0 {
		return
	}
	d := due[s.rand.IntN(len(due))]
	body, rule := d.Body, d.Rule
	s.printf("the bus delivers")
	s.cloud.Buses.Deliver(d)
	switch {
	case !s.chance(0.1):
	case rule == s.names.rule:
		s.printf("the bus delivers it again")
		s.happened("event delivered twice")
		s.toQueue(body)
	default:
		s.toHistory(body)
	}
}

// run starts a function, if a mapping has a batch.
func (s *Simulation) run() {
	mappings := s.cloud.Mappings()
	first := s.rand.IntN(len(mappings))
	for i := range mappings {
		if s.invoke(mappings[(first+i)%len(mappings)]) {
			return
		}
	}
}

func (s *Simulation) waitShort() {
	if at, ok := s.wake(); ok && at.Sub(s.now) < time.Hour && s.chance(0.6) {
		s.until(at)
		return
	}
	most := []time.Duration{20 * time.Millisecond, 2 * time.Second, 40 * time.Second}[s.rand.IntN(3)]
	s.until(s.now.Add(time.Duration(s.rand.Int64N(int64(most)))))
}

// wake returns the earliest time at which something is due.
func (s *Simulation) wake() (earliest time.Time, ok bool) {
	earliest, ok = s.cloud.Wake()
	for _, t := range s.tasks {
		if at := t.waiting.wake; !at.IsZero() && (!ok || at.Before(earliest)) {
			earliest, ok = at, true
		}
	}
	return earliest, ok
}

func (s *Simulation) until(t time.Time) {
	if t.After(s.now) {
		s.now = t
	}
}

func (s *Simulation) killOne() {
	if len(s.tasks) > 0 {
		t := s.tasks[s.rand.IntN(len(s.tasks))]
		s.printf("%s is killed", t.name)
		s.kill(t)
	}
}

// show makes a message visible again while a consumer is working on it, like a
// visibility timeout that is too short.
func (s *Simulation) show() {
	q, _ := s.cloud.Queues.Queue(s.names.changes)
	if s.plan.history && s.chance(0.3) {
		q, _ = s.cloud.Queues.Queue(s.names.history)
	}
	messages := q.Messages()
	if len(messages) == 0 {
		return
	}
	m := messages[s.rand.IntN(len(messages))]
	if m.Receipt != "" && q.ChangeVisibility(m.Receipt, 0) == nil {
		s.printf("a message is visible again")
		s.happened("message visible again while somebody works on it")
	}
}

// redrive sends dead letters back to the change queue: one as botprefs does, or all of
// them as SQS does.
func (s *Simulation) redrive() {
	if s.chance(0.5) {
		s.redriveOne()
	}
	from, _ := s.cloud.Queues.Queue(s.names.letters)
	to, _ := s.cloud.Queues.Queue(s.names.changes)
	_, err := s.handlers.sqs.StartMessageMoveTask(context.Background(), &sqs.StartMessageMoveTaskInput{
		SourceArn: aws.String(from.ARN()), DestinationArn: aws.String(to.ARN()),
	})
	if err != nil {
		return // a redrive is running
	}
	s.printf("redrive")
	for s.cloud.MoveDue() > 0 {
	}
}

func (s *Simulation) expire() {
	if n := s.cloud.ExpireDue(); n > 0 {
		s.printf("%d items expire", n)
		s.happened("item expired")
	}
}

// outage takes a service down, or brings it back.
func (s *Simulation) outage() {
	if s.down != "" {
		s.printf("%s is back", s.down)
		s.down = ""
		return
	}
	s.down = []string{"DynamoDB", "AmazonSQS", "AWSEvents"}[s.rand.IntN(3)]
	s.printf("%s is out", s.down)
	s.happened("outage of " + s.down)
}

// halfADay lets half a day pass, once, while announcements may be waiting. They then
// become dead letters. A whole day would exceed the stream's retention.
func (s *Simulation) halfADay() {
	if !s.halfDay {
		s.halfDay = true
		if s.chance(0.2) {
			s.deleteByHand() // only its dead letter can tell of it later
		}
		s.until(s.now.Add(13 * time.Hour))
		s.printf("13 hours later")
		s.happened("half a day passes")
		if s.chance(0.6) {
			s.down = "AWSEvents" // the bus may already have been down
		}
	}
}

// waitLong lets days or weeks pass, once everything is settled.
func (s *Simulation) waitLong() {
	if !s.drain(0.5) {
		return
	}
	days := []int{1, 10, 29, 31, 32, 40}[s.rand.IntN(6)]
	s.until(s.now.Add(time.Duration(days)*24*time.Hour + time.Duration(s.rand.Int64N(int64(time.Hour)))))
	s.halfDay = false
	s.printf("%d days later", days)
	s.happened("days or weeks pass")
	if s.chance(0.5) {
		s.expire()
	}
}
