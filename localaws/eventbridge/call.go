package eventbridge

import (
	"container/heap"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Call is one attempt to deliver to an API destination: a request that the
// driver makes, for the service itself speaks to nobody.
type Call struct {
	Delivery    Delivery // as it was when the call was handed out
	Method, URL string
	Header      http.Header
	Body        string

	delivery *Delivery
}

// Answer is what became of a Call.
type Answer struct {
	Status     int    // of the response
	RetryAfter string // its header
	Err        error  // there is no response: nobody listens, or it took longer than CallTimeout
}

// CallsDue hands out the calls that are due, in the order in which their
// deliveries arose, as fast as the destinations' rate limits allow. Each has to
// come back by Finish, once. Like Deliver it gives up what has become too old.
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

// begin makes the call of a delivery; nil where it has to wait for its turn, or
// has ended.
func (s *Service) begin(d *Delivery, now time.Time) *Call {
	if d.tooOld(now) {
		s.giveUp(d, "MaximumEventAgeInSeconds")
		return nil
	}
	to := s.destinations[d.Target.ARN]
	switch {
	case d.Attempts == 0 && d.last != nil: // there is no body to deliver
		s.settle(d, &s.calls)
		return nil
	case to == nil:
		d.last = noResource(d.Target.ARN)
		s.settle(d, &s.calls)
		return nil
	}
	if !d.slotted {
		d.slotted = true
		if at := to.slot(now); at.After(now) {
			d.Due = at
			heap.Push(&s.calls, d)
			return nil
		}
	}
	s.calling++
	return &Call{Delivery: *d, Method: to.Method, URL: to.URL, Header: to.header(), Body: d.Body, delivery: d}
}

// Finish takes what became of a call: the delivery is made, due again later, or
// given up, as after Deliver.
func (s *Service) Finish(c *Call, a Answer) {
	d := c.delivery
	s.calling--
	d.slotted = false
	d.last = a.failure()
	wait, final := a.retryAfter(s.w.Now())
	if d.last != nil && final {
		d.last.Final = true
	}
	d.wait = wait
	s.settle(d, &s.calls)
}

// retried are the answers, besides 5xx, after which EventBridge tries again.
// Every other that is not a success is final, redirections included: user
// guide, "API destination error codes". Its edition of 2022 had 429 alone.
var retried = []int{http.StatusUnauthorized, http.StatusProxyAuthRequired, http.StatusConflict, http.StatusTooManyRequests}

// failure is nil for a success. AWS documents no error codes of dead letters for
// API destinations alone; these are of those that it lists for all targets.
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

// retryAfter is how long the answer asks to wait; final where it asks for no
// retry, by a negative number. A date is as good as seconds.
func (a *Answer) retryAfter(now time.Time) (wait time.Duration, final bool) {
	if seconds, err := strconv.Atoi(a.RetryAfter); err == nil {
		return time.Duration(min(seconds, 86400)) * time.Second, seconds < 0
	}
	if at, err := http.ParseTime(a.RetryAfter); err == nil {
		return at.Sub(now), false
	}
	return 0, false
}
