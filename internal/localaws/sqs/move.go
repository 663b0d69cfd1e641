package sqs

import (
	"encoding/base64"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

const (
	moveRunning   = "RUNNING"
	moveCompleted = "COMPLETED"
	moveCancelled = "CANCELLED"
	moveFailed    = "FAILED"

	maxMoveRate = 500 // messages per second that a client may ask for
	movesListed = 10  // by ListMessageMoveTasks at most
)

// moveTask moves the visible messages of a dead-letter queue to one queue or,
// without destination, each to the queue that it came from.
type moveTask struct {
	service     *Service
	id          string
	source      string // ARN
	destination string // ARN or ""
	rate        int    // messages per second, 0: no limit
	started     time.Time
	last        time.Time // when it last moved one
	total       int       // messages to move when it started
	moved       int
	status      string
	failure     string
}

// startMove checks and registers a task. It moves nothing yet.
func (s *Service) startMove(source, destination string, rate int) (*moveTask, error) {
	from, ok := s.QueueByARN(source)
	if !ok {
		return nil, errNotFound("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	if destination != "" {
		if _, ok := s.QueueByARN(destination); !ok {
			return nil, errNotFound("The resource that you specified for the DestinationArn parameter doesn't exist.")
		}
		if destination == source {
			return nil, invalidParameter("Source queue arn and destination queue arn cannot be the same.")
		}
	}
	if len(from.deadLetterSources()) == 0 {
		return nil, invalidParameter("Source queue must be configured as a Dead Letter Queue.")
	}
	for _, t := range s.moves {
		if t.source == source && t.status == moveRunning {
			return nil, invalidParameter("There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
		}
	}
	visible, _, _ := from.Counts()
	t := &moveTask{
		service: s, id: s.w.UUID(), source: source, destination: destination, rate: rate,
		started: s.w.Now(), total: visible, status: moveRunning,
	}
	s.forgetMoves(source)
	s.moves = append(s.moves, t)
	return t, nil
}

// forgetMoves keeps as many tasks of a source as ListMessageMoveTasks can show
// together with the one that starts now.
func (s *Service) forgetMoves(source string) {
	over := len(s.movesOf(source)) - (movesListed - 1)
	s.moves = slices.DeleteFunc(s.moves, func(t *moveTask) bool {
		if t.source != source || over <= 0 {
			return false
		}
		over-- // the oldest come first; all have ended, or none could start
		return true
	})
}

// MoveMessages lets the running message move tasks (StartMessageMoveTask) move up to
// max messages that are due now, and returns how many it moved. A moved message is a
// new one: it has a new ID, a new sent time and was never received. A task ends when
// its source has no visible message left.
func (s *Service) MoveMessages(max int) int {
	moved := 0
	for _, t := range s.moves {
		for moved < max && t.step() {
			moved++
		}
	}
	return moved
}

// due returns when the task needs its next step. It does not ask the clock, because a
// time that depends on the clock is never reached.
func (t *moveTask) due() (time.Time, bool) {
	if t.status != moveRunning {
		return time.Time{}, false
	}
	if t.rate == 0 || t.last.IsZero() {
		return t.started, true
	}
	return t.last.Add(time.Second / time.Duration(t.rate)), true
}

// step moves one message if it is due, and ends the task where it has to.
func (t *moveTask) step() bool {
	now := t.service.w.Now()
	if at, ok := t.due(); !ok || now.Before(at) {
		return false
	}
	from, ok := t.service.QueueByARN(t.source)
	if !ok {
		t.status, t.failure = moveFailed, "AWS.SimpleQueueService.NonExistentQueue"
		return false
	}
	from.settle()
	m := from.ready.first()
	if m == nil {
		t.status = moveCompleted
		return false
	}
	to, failure := t.target(m)
	if failure != "" {
		t.status, t.failure = moveFailed, failure
		return false
	}
	t.move(m, from, to)
	if from.ready.first() == nil {
		t.status = moveCompleted
	}
	return true
}

func (t *moveTask) target(m *message) (*Queue, string) {
	arn := t.destination
	if arn == "" {
		arn = m.source
	}
	if arn == "" {
		return nil, "CouldNotDetermineMessageSource"
	}
	to, ok := t.service.QueueByARN(arn)
	if !ok {
		return nil, "AWS.SimpleQueueService.NonExistentQueue"
	}
	return to, ""
}

func (t *moveTask) move(m *message, from, to *Queue) {
	now := t.service.w.Now()
	from.remove(m)
	fresh := &message{
		id: t.service.w.UUID(), body: m.body, attributes: m.attributes, trace: m.trace, group: m.group, sent: now,
	}
	to.settle()
	to.arrive(fresh, now)
	t.moved++
	t.last = now
	from.tell(func() any { return Moved{From: from.name, To: to.name, Was: m.id, Message: to.look(fresh)} })
}

// taskHandle is what a client sees of a task.
type taskHandle struct {
	Task   string `json:"taskId"`
	Source string `json:"sourceArn"`
}

func (t *moveTask) handle() string {
	text, _ := json.Marshal(taskHandle{t.id, t.source}) // two strings always encode
	return base64.StdEncoding.EncodeToString(text)
}

// cancelMove stops a task; what it moved stays moved.
func (s *Service) cancelMove(handle string) (*moveTask, error) {
	text, err := base64.StdEncoding.DecodeString(handle)
	var h taskHandle
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	if err != nil || h.Task == "" {
		return nil, invalidParameter("Value for parameter TaskHandle is invalid.")
	}
	if _, ok := s.QueueByARN(h.Source); !ok {
		return nil, errNotFound("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	for _, t := range s.moves {
		if t.id == h.Task && t.source == h.Source && t.status == moveRunning {
			t.status = moveCancelled
			return t, nil
		}
	}
	return nil, errNotFound("Task does not exist.")
}

// movesOf lists a queue's tasks, the latest first.
func (s *Service) movesOf(source string) []*moveTask {
	var tasks []*moveTask
	for _, t := range slices.Backward(s.moves) {
		if t.source == source {
			tasks = append(tasks, t)
		}
	}
	return tasks
}
