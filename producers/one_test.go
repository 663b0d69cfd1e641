package producers_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/producers"
)

// An answers is a Route that answers one event by the next outcome, the last one over
// and over; 0 is taken. It keeps what it was offered.
type answers struct {
	outcomes []events.Outcome
	offered  []events.Envelope
	takes    time.Duration
}

func (a *answers) Send(ctx context.Context, envelopes []events.Envelope) []error {
	a.offered = append(a.offered, envelopes...)
	if a.takes > 0 {
		select {
		case <-ctx.Done():
			return []error{&events.SendError{Outcome: events.Uncertain, Err: ctx.Err()}}
		case <-time.After(a.takes):
		}
	}
	outcome := a.outcomes[0]
	if len(a.outcomes) > 1 {
		a.outcomes = a.outcomes[1:]
	}
	if outcome == 0 {
		return []error{nil}
	}
	return []error{&events.SendError{Outcome: outcome, Code: "code"}}
}

func publisherOver(t *testing.T, r producers.Route, options ...producers.Option) *producers.Publisher {
	t.Helper()
	p, err := producers.NewPublisher("bot", r, options...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const (
	taken     = events.Outcome(0)
	rejected  = events.Rejected
	notSent   = events.NotSent
	uncertain = events.Uncertain
)

// PublishOne tries again by itself as long as that can help, and what it tells at the
// end is what is known of all attempts.
func TestPublishOne(t *testing.T) {
	for name, tt := range map[string]struct {
		outcomes []events.Outcome
		attempts int // 0: more than five, until its time is over
		want     events.Outcome
	}{
		"taken":                             {[]events.Outcome{taken}, 1, taken},
		"not sent, then taken":              {[]events.Outcome{notSent, notSent, taken}, 3, taken},
		"uncertain, then taken":             {[]events.Outcome{uncertain, taken}, 2, taken},
		"rejected":                          {[]events.Outcome{rejected}, 1, rejected},
		"not sent, then rejected":           {[]events.Outcome{notSent, rejected}, 2, rejected},
		"uncertain, then rejected":          {[]events.Outcome{uncertain, rejected}, 2, uncertain},
		"not sent, again and again":         {[]events.Outcome{notSent}, 0, notSent},
		"uncertain, then not sent for ever": {[]events.Outcome{uncertain, notSent}, 0, uncertain},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &answers{outcomes: tt.outcomes}
				start := time.Now()
				id, err := publisherOver(t, r).PublishOne(context.Background(), set("u1", "a", "1"))
				outcome := taken
				if failure := new(events.SendError); errors.As(err, &failure) {
					outcome = failure.Outcome
				}
				if outcome != tt.want || (err == nil) != (tt.want == taken) || id.IsZero() {
					t.Errorf("told %v of %s", err, id)
				}
				if n := len(r.offered); tt.attempts > 0 && n != tt.attempts || tt.attempts == 0 && n <= 5 {
					t.Errorf("%d attempts, want %d", n, tt.attempts)
				}
				if took := time.Since(start); took > producers.DefaultTimeout || tt.attempts == 0 && took < producers.DefaultTimeout*3/4 {
					t.Errorf("took %s", took)
				}
				for _, e := range r.offered {
					c, err := events.ParseChange(e.Detail)
					if diff := cmp.Diff(r.offered[0], e); diff != "" || c.ID != id || err != nil {
						t.Errorf("not the same change with the id %s: %v\n%s", id, err, diff)
					}
				}
			})
		})
	}
}

// The deadline of a context counts, and without one a time-out does.
func TestPublishOneEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		deadline time.Duration
		options  []producers.Option
		want     time.Duration
	}{
		"by default":            {0, nil, producers.DefaultTimeout},
		"by its option":         {0, []producers.Option{producers.WithTimeout(time.Minute)}, time.Minute},
		"sooner by its context": {time.Second, nil, time.Second},
		"later by its context":  {time.Hour, []producers.Option{producers.WithTimeout(time.Second)}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				silent := &answers{outcomes: []events.Outcome{taken}, takes: 24 * time.Hour}
				start := time.Now()
				id, err := publisherOver(t, silent, tt.options...).PublishOne(ctx, set("u1", "a", "1"))
				if took := time.Since(start); took != tt.want || !events.Retryable(err) || id.IsZero() {
					t.Errorf("took %s, want %s; %v", took, tt.want, err)
				}
			})
		})
	}
}

func TestPublishOneTriesAsOftenAsItIsTold(t *testing.T) {
	r := &answers{outcomes: []events.Outcome{notSent}}
	p := publisherOver(t, r, producers.WithRetry(events.Retry{Attempts: 3, Cap: time.Nanosecond}))
	if _, err := p.PublishOne(t.Context(), set("u1", "a", "1")); err == nil || len(r.offered) != 3 {
		t.Errorf("%d attempts: %v", len(r.offered), err)
	}
}

// Who gives up is told at once, and has the id for later.
func TestPublishOneGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		id, err := publisherOver(t, &answers{outcomes: []events.Outcome{notSent}}).PublishOne(ctx, set("u1", "a", "1"))
		if time.Since(start) != time.Second || !events.Retryable(err) || id.IsZero() {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestPublishOneRefusesWithoutAnAttempt(t *testing.T) {
	p := routetest.NewPublisher(t, untouched{t})
	own := set("", "a", "1")
	own.ID = routetest.At(routetest.Start)
	for _, c := range []events.PreferenceChange{set("", "a", "1"), own} {
		id, err := p.PublishOne(t.Context(), c)
		if refusal := new(events.Refusal); !errors.As(err, &refusal) || events.Retryable(err) || id != c.ID {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// Later, and in another process, the same change has the id that was returned.
func TestPublishOneLater(t *testing.T) {
	r := &routetest.Route{Errs: []error{routetest.SendError(events.Uncertain, "")}}
	c := set("u1", "a", "1")
	id, err := routetest.NewPublisher(t, r).PublishOne(t.Context(), c)
	if !events.Retryable(err) {
		t.Fatal(err)
	}
	r.Errs, c.ID = nil, id
	again, err := publisherOver(t, r).PublishOne(t.Context(), c)
	if err != nil || again != id || r.Changes(t)[0].ID != id {
		t.Errorf("%s, %v; first it was %s", again, err, id)
	}
}
