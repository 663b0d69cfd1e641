package producers_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/producers"
)

// A carrier notes how many events each request has. Where hold is not nil it answers
// only when told to, or when its context ends.
type carrier struct {
	mu       sync.Mutex
	requests []int
	hold     chan struct{}
	fail     string // the source of an event that it refuses
	ended    bool   // a context ended before the answer
}

func (c *carrier) Send(ctx context.Context, envelopes []events.Envelope) []error {
	c.mu.Lock()
	c.requests = append(c.requests, len(envelopes))
	c.mu.Unlock()
	if c.hold != nil {
		select {
		case <-c.hold:
		case <-ctx.Done():
			c.ended = true
		}
	}
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		if e.Source == c.fail {
			errs[i] = &events.SendError{Outcome: events.Rejected, Err: errors.New(e.Source)}
		}
	}
	return errs
}

func from(sources ...string) []events.Envelope {
	list := make([]events.Envelope, len(sources))
	for i, s := range sources {
		list[i] = events.Envelope{Source: s}
	}
	return list
}

// Those who come while the first one waits share its request; its wait is not begun
// anew.
func TestLingeringSharesRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{fail: "d"}
		l := producers.Linger(c, 100*time.Millisecond)
		began := time.Now()
		var done sync.WaitGroup
		ask := func(after time.Duration, want time.Duration, sources ...string) {
			done.Go(func() {
				time.Sleep(after)
				errs := l.Send(t.Context(), from(sources...))
				if took := time.Since(began); took != want {
					t.Errorf("%s was answered after %s, want %s", sources, took, want)
				}
				for i, s := range sources {
					if (errs[i] != nil) != (s == "d") {
						t.Errorf("%s: %v", s, errs[i])
					}
				}
			})
		}
		ask(0, 100*time.Millisecond, "a")
		ask(50*time.Millisecond, 100*time.Millisecond, "b", "c", "d")
		ask(99*time.Millisecond, 100*time.Millisecond, "e")
		ask(150*time.Millisecond, 250*time.Millisecond, "f")
		done.Wait()
		if diff := cmp.Diff([]int{5, 1}, c.requests); diff != "" {
			t.Error(diff)
		}
	})
}

// A full request goes at once, what fits in no more waits for the next one, and what
// fills a request alone does not wait at all.
func TestLingeringSendsWhatIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{}
		l := producers.Linger(c, time.Second)
		began := time.Now()
		took := func(after time.Duration, n int) func() time.Duration {
			result := make(chan time.Duration, 1)
			go func() {
				time.Sleep(after)
				l.Send(t.Context(), make([]events.Envelope, n))
				result <- time.Since(began)
			}()
			return func() time.Duration { return <-result }
		}
		first, second := took(0, 6), took(1, 4) // full: at once
		third, fourth := took(2, 7), took(3, 5) // too many together
		fifth, sixth := took(4, 10), took(5, 0) // alone, and nothing
		for i, wait := range []struct {
			of   func() time.Duration
			want time.Duration
		}{{first, 1}, {second, 1}, {third, 3}, {fourth, 3 + time.Second}, {fifth, 4}, {sixth, 5}} {
			if got := wait.of(); got != wait.want {
				t.Errorf("send %d took %s, want %s", i, got, wait.want)
			}
		}
		if diff := cmp.Diff([]int{10, 7, 10, 5}, c.requests); diff != "" {
			t.Error(diff)
		}
	})
}

// Who gives up while it is held back takes its events along, and nobody else's.
func TestGivingUpWhatIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{}
		l := producers.Linger(c, time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		gone, kept := make(chan []error, 1), make(chan []error, 1)
		go func() { gone <- l.Send(ctx, from("a", "b")) }()
		go func() { kept <- l.Send(t.Context(), from("c")) }()
		synctest.Wait()
		cancel()
		for _, err := range <-gone {
			var e *events.SendError
			if !errors.As(err, &e) || e.Outcome != events.NotSent || !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up was told %v", err)
			}
		}
		if errs := <-kept; errs[0] != nil {
			t.Errorf("who waited was told %v", errs[0])
		}
		if diff := cmp.Diff([]int{1}, c.requests); diff != "" {
			t.Error(diff)
		}
	})
}

// Where nobody waits any more, nothing is sent.
func TestAllGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{}
		l := producers.Linger(c, time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		l.Send(ctx, from("a"))
		time.Sleep(time.Minute)
		if c.requests != nil {
			t.Errorf("sent %v", c.requests)
		}
		if errs := l.Send(t.Context(), from("b")); errs[0] != nil || fmt.Sprint(c.requests) != "[1]" {
			t.Errorf("the next one: %v, sent %v", errs, c.requests)
		}
	})
}

// What is on its way when its caller gives up may have been taken. The others of its
// request go on; when nobody waits for it, the request ends.
func TestGivingUpWhatIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &carrier{hold: make(chan struct{})}
		l := producers.Linger(c, time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		other, cancelOther := context.WithCancel(t.Context())
		first, second := make(chan []error, 1), make(chan []error, 1)
		go func() { first <- l.Send(ctx, from("a")) }()
		go func() { second <- l.Send(other, from("b")) }()
		time.Sleep(2 * time.Second)
		cancel()
		var e *events.SendError
		if errs := <-first; !errors.As(errs[0], &e) || e.Outcome != events.Uncertain {
			t.Errorf("who gave up was told %v", errs[0])
		}
		synctest.Wait()
		if c.ended {
			t.Error("the request ended with one of its callers")
		}
		cancelOther()
		<-second
		synctest.Wait()
		if !c.ended {
			t.Error("nobody waits for the request, and it goes on")
		}
	})
}

// A route that answers for too few events leaves all of them uncertain.
func TestLingeringOverARouteThatMiscounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := producers.Linger(miscounting{}, time.Second)
		var e *events.SendError
		if errs := l.Send(t.Context(), from("a", "b")); len(errs) != 2 || !errors.As(errs[1], &e) || e.Outcome != events.Uncertain {
			t.Errorf("told %v", errs)
		}
	})
}

type miscounting struct{}

func (miscounting) Send(context.Context, []events.Envelope) []error { return make([]error, 1) }
