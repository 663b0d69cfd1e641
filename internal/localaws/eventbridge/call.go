package eventbridge

import (
	"container/heap"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Call is one attempt to deliver to an API destination. The driver must make the
// request, because the service itself makes none.
type Call struct {
	Delivery    Delivery // as it was when the call was returned
	Method, URL string
	Header      http.Header
	Body        string

	delivery *Delivery
}

// Answer is the outcome of a Call.
type Answer struct {
	Status     int    // of the response
	RetryAfter string // its header
	Err        error  // there is no response: nothing listens, or it took longer than CallTimeout
}

// CallsDue returns the calls that are due, in the order in which their deliveries were
// created. It obeys the destinations' rate limits, and never has more than 100 calls to
// one destination under way. The driver must return each call once, by Finish or
// Recall. Like Deliver, CallsDue gives up deliveries that are too old.
func (s *Service) CallsDue() []*Call {
	now := s.w.Now()
	var calls []*Call
	for len(s.calls) > 0 && !s.calls[0].Due.After(now) {
		if c := s.begin(heap.Pop(&s.calls).(*Delivery), now); c != nil {
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b *Call) int { return int(a.delivery.number) - int(b.delivery.number) })
	return calls
}

// begin makes the call of a delivery. It returns nil if the delivery must wait, or has
// ended.
func (s *Service) begin(d *Delivery, now time.Time) *Call {
	to := s.destinations[d.Target.ARN]
	switch {
	case d.tooOld(now):
		s.free(d)
		s.giveUp(d, "MaximumEventAgeInSeconds")
		return nil
	case d.Attempts == 0 && d.last != nil: // there is no body to deliver
		s.settle(d, &s.calls)
		return nil
	case to == nil:
		d.last = noResource(d.Target.ARN)
		s.settle(d, &s.calls)
		return nil
	}
	if !d.slotted {
		if to.taken >= maxCalls {
			to.waiting = append(to.waiting, d)
			return nil
		}
		d.slotted = true
		to.taken++
		if at := to.slot(now); at.After(now) {
			d.Due = at
			heap.Push(&s.calls, d)
			return nil
		}
	}
	s.calling++
	return &Call{Delivery: *d, Method: to.Method, URL: to.URL, Header: to.header(), Body: d.Body, delivery: d}
}

// Finish reports the outcome of a call. As after Deliver, the delivery is then
// complete, due again later, or given up.
func (s *Service) Finish(c *Call, a Answer) {
	d := c.delivery
	s.calling--
	s.free(d)
	d.last = a.failure()
	wait, final := a.retryAfter(s.w.Now())
	if d.last != nil && final {
		d.last.Final = true
	}
	d.wait = wait
	s.settle(d, &s.calls)
}

// Recall returns a call that ended because its driver ended, and not because of the
// destination. It does not count as an attempt, and is due again in the same order.
func (s *Service) Recall(c *Call) {
	s.calling--
	c.delivery.Due = s.w.Now()
	heap.Push(&s.calls, c.delivery)
}

// free passes the slot of a delivery, if it has one, to the delivery that has waited
// longest. The rate limit still applies to that one.
func (s *Service) free(d *Delivery) {
	if !d.slotted {
		return
	}
	d.slotted = false
	to := s.destinations[d.Target.ARN]
	to.taken--
	if len(to.waiting) > 0 {
		next := to.waiting[0]
		to.waiting[0] = nil
		to.waiting = to.waiting[1:]
		next.Due = s.w.Now()
		heap.Push(&s.calls, next)
	}
}

// hold adds a new delivery to the memory of its API destination until it ends; false if
// there is not enough space.
func (s *Service) hold(d *Delivery) bool {
	to, size := s.destinations[d.Target.ARN], len(d.Body)+len(d.Event.Detail)
	if to == nil {
		return true // it ends at its first attempt
	}
	if to.held+size > s.destinationLimit {
		d.last = &DeliveryError{
			Code: "RESOURCE_LIMIT_EXCEEDED", Final: true,
			Message: fmt.Sprintf("localaws: over %d MiB of events wait for the API destination %s", s.destinationLimit>>20, to.Name),
		}
		return false
	}
	to.held += size
	d.held = size
	return true
}

// letGo undoes hold when the delivery ends. Deliveries to queues hold nothing.
func (s *Service) letGo(d *Delivery) {
	if d.held > 0 {
		s.destinations[d.Target.ARN].held -= d.held
		d.held = 0
	}
}

// retried lists the statuses, besides 5xx, after which EventBridge retries. Every other
// status that is not a success is final, including redirections: user guide, "API
// destination error codes". Its edition of 2022 had 429 only.
var retried = []int{http.StatusUnauthorized, http.StatusProxyAuthRequired, http.StatusConflict, http.StatusTooManyRequests}

// failure returns nil for a success. AWS documents no error codes of dead letters for
// API destinations. These are among those that it lists for all targets.
func (a *Answer) failure() *DeliveryError {
	const failed = "Unable to invoke ApiDestination endpoint: "
	switch {
	case a.Err != nil:
		return &DeliveryError{Code: "ERROR_FROM_TARGET", Message: failed + a.Err.Error()}
	case a.Status >= 200 && a.Status <= 299:
		return nil
	}
	e := &DeliveryError{Code: "SDK_CLIENT_ERROR", Message: failed + fmt.Sprintf("it answered %d", a.Status), Final: true}
	switch {
	case a.Status == http.StatusTooManyRequests:
		e.Code, e.Final = "THROTTLING", false
	case a.Status >= 500 || slices.Contains(retried, a.Status):
		e.Code, e.Final = "ERROR_FROM_TARGET", false
	}
	return e
}

// retryAfter returns how long the answer asks to wait, at most the 24 hours that an
// event can live. A negative number asks for no retry, and makes the failure final. A
// date works like seconds, and a date in the past asks for no wait.
func (a *Answer) retryAfter(now time.Time) (wait time.Duration, final bool) {
	// If a number is out of range, ParseInt returns the nearest one in range.
	seconds, err := strconv.ParseInt(a.RetryAfter, 10, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		at, err := http.ParseTime(a.RetryAfter)
		if err != nil {
			return 0, false
		}
		return min(max(at.Sub(now), 0), defaultAge), false
	case seconds < 0:
		return 0, true
	}
	return time.Duration(min(seconds, int64(defaultAge/time.Second))) * time.Second, false
}
