package lambda

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// The limits that Lambda sets to asynchronous invocation. Developer guide, "How Lambda
// handles errors and retries with asynchronous invocation".
const (
	maxAsyncRetries = 2
	minAsyncAge     = time.Minute
	maxAsyncAge     = 6 * time.Hour

	firstThrottle = time.Second
	lastThrottle  = 5 * time.Minute

	// asyncConcurrency bounds the invocations of one function that are under way. AWS has
	// the function's concurrency instead. The runner has no more processes for a function
	// by default, and more invocations would only be throttled by it.
	asyncConcurrency = 10
)

// AsyncConfig configures the asynchronous invocation of a function, under the names of
// Lambda's PutFunctionEventInvokeConfig.
type AsyncConfig struct {
	Function    string // its name
	FunctionARN string

	// MaximumRetryAttempts is how often a failed event is tried again: 0 to 2. Two is
	// Lambda's default, but not Go's zero value.
	MaximumRetryAttempts int

	// MaximumEventAge discards events that are older: 60 s to 6 h; 0 means 6 h.
	MaximumEventAge time.Duration
}

// Validate says which field breaks which of Lambda's rules.
func (c AsyncConfig) Validate() error {
	switch age := c.MaximumEventAge; {
	case c.Function == "":
		return errors.New("asynchronous invocation: Function is required")
	case c.MaximumRetryAttempts < 0 || c.MaximumRetryAttempts > maxAsyncRetries:
		return fmt.Errorf("asynchronous invocation of %s: MaximumRetryAttempts is %d, not between 0 and %d", c.Function, c.MaximumRetryAttempts, maxAsyncRetries)
	case age != 0 && (age < minAsyncAge || age > maxAsyncAge):
		return fmt.Errorf("asynchronous invocation of %s: MaximumEventAgeInSeconds is %v, not between 60 s and 21600 s", c.Function, age)
	}
	return nil
}

// AsyncQueue holds the events with which one function is invoked asynchronously. It
// implements Mapping, so that a driver treats it as one more source of invocations; all
// its invocations have an empty Mapping. Each carries one event. A repeated attempt has
// the ID of the first.
//
// An event that failed is tried again after one minute, and then after two. A throttled
// one is tried again after a second, with a delay that doubles up to five minutes, and
// that counts as no attempt. An event that cannot be tried again in time goes to the
// failure destination, or is lost.
type AsyncQueue struct {
	w         *world.World
	cfg       AsyncConfig
	onFailure Destination
	waiting   []*asyncEvent // by due time, and then by arrival
	flights   flights[*asyncEvent]
	arrivals  uint64
}

var _ Mapping = (*AsyncQueue)(nil)

type asyncEvent struct {
	id       string // of the request
	payload  []byte
	trace    string
	number   uint64 // of its arrival
	accepted time.Time
	due      time.Time
	attempts int // invocations that ran
	throttle int // times in a row that the function was throttled
}

// NewAsyncQueue makes an empty queue. onFailure gets the events that were given up; nil:
// they are lost. It panics with cfg.Validate's error.
func NewAsyncQueue(w *world.World, cfg AsyncConfig, onFailure Destination) *AsyncQueue {
	if err := cfg.Validate(); err != nil {
		panic(err)
	}
	cfg.MaximumEventAge = cmp.Or(cfg.MaximumEventAge, maxAsyncAge)
	return &AsyncQueue{w: w, cfg: cfg, onFailure: onFailure}
}

// Send accepts an event, as Lambda does with status 202. payload is JSON. trace is the
// X-Ray trace header for the function, or empty.
func (q *AsyncQueue) Send(payload []byte, trace string) {
	now := q.w.Now()
	q.arrivals++
	e := &asyncEvent{id: q.w.UUID(), payload: payload, trace: trace, number: q.arrivals, accepted: now, due: now}
	q.add(e)
	q.w.Tell(Queued{Function: q.cfg.Function, ID: e.id, Payload: payload})
}

func (q *AsyncQueue) add(e *asyncEvent) {
	at, _ := slices.BinarySearchFunc(q.waiting, e, func(a, b *asyncEvent) int {
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.number, b.number))
	})
	q.waiting = slices.Insert(q.waiting, at, e)
}

// ID implements Mapping: the function's ARN.
func (q *AsyncQueue) ID() string { return q.cfg.FunctionARN }

// Function implements Mapping.
func (q *AsyncQueue) Function() string { return q.cfg.Function }

// Next implements Mapping.
func (q *AsyncQueue) Next() (*Invocation, bool) {
	now := q.w.Now()
	for len(q.flights) < asyncConcurrency && len(q.waiting) > 0 && !q.waiting[0].due.After(now) {
		e := q.waiting[0]
		q.waiting[0] = nil
		q.waiting = q.waiting[1:]
		if now.Sub(e.accepted) >= q.cfg.MaximumEventAge {
			q.giveUp(e, asyncConditionAge, nil)
			continue
		}
		return q.flights.start(q.w, &Invocation{
			ID: e.id, Function: q.cfg.Function, Payload: e.payload, Items: []string{e.id}, Attempt: e.attempts + 1, Trace: e.trace,
		}, e), true
	}
	return nil, false
}

// Wake implements Mapping.
func (q *AsyncQueue) Wake() (time.Time, bool) {
	if len(q.flights) >= asyncConcurrency || len(q.waiting) == 0 {
		return time.Time{}, false
	}
	return q.waiting[0].due, true
}

// Finish implements Mapping.
func (q *AsyncQueue) Finish(inv *Invocation, r Result) {
	f, ok := q.flights.land(inv)
	if !ok {
		return
	}
	fact := Finished{Invocation: f.invocation, Result: r, Duration: q.w.Now().Sub(f.started)}
	if r.Err != nil {
		fact.Failures, fact.Reason = f.invocation.Items, r.Err.Error()
	}
	q.w.Tell(fact)
	e := f.load
	if errors.Is(r.Err, ErrThrottled) {
		e.throttle++
		q.retry(e, min(firstThrottle<<min(e.throttle-1, 9), lastThrottle), nil)
		return
	}
	e.throttle = 0
	e.attempts++
	switch {
	case r.Err == nil:
	case e.attempts > q.cfg.MaximumRetryAttempts:
		q.giveUp(e, asyncConditionRetries, &r)
	default:
		q.retry(e, time.Duration(e.attempts)*time.Minute, &r)
	}
}

// retry tries an event again later, unless it would be too old then.
func (q *AsyncQueue) retry(e *asyncEvent, wait time.Duration, r *Result) {
	e.due = q.w.Now().Add(wait)
	if e.due.Sub(e.accepted) >= q.cfg.MaximumEventAge {
		q.giveUp(e, asyncConditionAge, r)
		return
	}
	q.add(e)
}

// State implements Mapping.
func (q *AsyncQueue) State() State {
	return State{
		Mapping: q.ID(), Function: q.cfg.Function, Buffered: len(q.waiting), InFlight: q.flights.invocations(),
	}
}
