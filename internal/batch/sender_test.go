package batch_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/google/go-cmp/cmp"
)

// A service answers each entry, a string, by its next letter: t taken, n not
// sent, x not sent and pointless, u uncertain, r rejected. w rejects the whole
// request.
type service struct {
	requests []string // the names of the entries of each
	answers  map[string]string
}

func (s *service) call(_ context.Context, entries []string) []batch.Answer {
	s.requests = append(s.requests, strings.Join(entries, " "))
	if slices.ContainsFunc(entries, func(e string) bool { return strings.HasPrefix(s.answers[e], "w") }) {
		return batch.All(len(entries), batch.Answer{Err: &events.SendError{Outcome: events.Rejected, Code: "w"}, Whole: true})
	}
	list := make([]batch.Answer, len(entries))
	for i, e := range entries {
		letter := s.answers[e][0]
		s.answers[e] = s.answers[e][1:]
		failure := &events.SendError{Code: string(letter)}
		switch letter {
		case 'n':
			failure.Outcome = events.NotSent
		case 'x':
			failure.Outcome = events.NotSent
		case 'u':
			failure.Outcome = events.Uncertain
		case 'r':
			failure.Outcome = events.Rejected
		default:
			continue
		}
		list[i] = batch.Answer{Err: failure, Again: letter == 'n' || letter == 'u'}
	}
	return list
}

func (s *service) sender() *batch.Sender[string] {
	return &batch.Sender[string]{
		Limits:  batch.Limits{Entries: 3, Bytes: 9},
		Retry:   batch.WithDefaults(events.Retry{Attempts: 3, Sleep: func(context.Context, time.Duration) error { return nil }}),
		Timeout: time.Minute,
		Size:    func(e string) int { return len(e) }, Call: s.call,
	}
}

func outcomes(errs []error) []string {
	list := make([]string, len(errs))
	for i, err := range errs {
		var failure *events.SendError
		switch {
		case err == nil:
			list[i] = "taken"
		case errors.As(err, &failure):
			list[i] = strings.TrimSpace(failure.Outcome.String() + " " + failure.Code)
		}
	}
	return list
}

func TestSend(t *testing.T) {
	for name, tt := range map[string]struct {
		answers  map[string]string
		entries  string
		requests []string
		outcomes []string
	}{
		"nothing to send": {outcomes: []string{}},
		"all taken, packed": {
			entries: "a b c d", answers: map[string]string{"a": "t", "b": "t", "c": "t", "d": "t"},
			requests: []string{"a b c", "d"}, outcomes: []string{"taken", "taken", "taken", "taken"},
		},
		"exactly the failed are offered again": {
			entries: "a b c", answers: map[string]string{"a": "nt", "b": "t", "c": "nnt"},
			requests: []string{"a b c", "a c", "c"}, outcomes: []string{"taken", "taken", "taken"},
		},
		"failed entries of several requests share the next one": {
			entries: "a b c d", answers: map[string]string{"a": "nt", "b": "t", "c": "t", "d": "nt"},
			requests: []string{"a b c", "d", "a d"}, outcomes: []string{"taken", "taken", "taken", "taken"},
		},
		"rejected and pointless ones are not offered again": {
			entries: "a b", answers: map[string]string{"a": "r", "b": "x"},
			requests: []string{"a b"}, outcomes: []string{"rejected r", "not sent x"},
		},
		"attempts are bounded": {
			entries: "a", answers: map[string]string{"a": "nnnnn"},
			requests: []string{"a", "a", "a"}, outcomes: []string{"not sent n"},
		},
		"uncertain and later taken is taken": {
			entries: "a", answers: map[string]string{"a": "ut"},
			requests: []string{"a", "a"}, outcomes: []string{"taken"},
		},
		"uncertain and later not sent stays uncertain": {
			entries: "a", answers: map[string]string{"a": "unn"},
			requests: []string{"a", "a", "a"}, outcomes: []string{"uncertain u"},
		},
		"uncertain and later rejected stays uncertain, with the reason": {
			entries: "a", answers: map[string]string{"a": "ur"},
			requests: []string{"a", "a"}, outcomes: []string{"uncertain r"},
		},
		"not sent and later uncertain is uncertain": {
			entries: "a", answers: map[string]string{"a": "nux"},
			requests: []string{"a", "a", "a"}, outcomes: []string{"uncertain u"},
		},
		"oversize is rejected and holds up nobody": {
			entries: "a 0123456789 b", answers: map[string]string{"a": "t", "b": "t"},
			requests: []string{"a b"}, outcomes: []string{"taken", "rejected too_large", "taken"},
		},
		"a request refused as a whole is offered one by one": {
			entries: "a b c", answers: map[string]string{"a": "t", "b": "w", "c": "nt"},
			requests: []string{"a b c", "a", "b", "c", "c"}, outcomes: []string{"taken", "rejected w", "taken"},
		},
		"a lone entry refused as a whole is believed": {
			entries: "a", answers: map[string]string{"a": "w"},
			requests: []string{"a"}, outcomes: []string{"rejected w"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &service{answers: tt.answers}
			errs := s.sender().Send(t.Context(), strings.Fields(tt.entries))
			if diff := cmp.Diff(tt.requests, s.requests); diff != "" {
				t.Errorf("requests: %s", diff)
			}
			if diff := cmp.Diff(tt.outcomes, outcomes(errs)); diff != "" {
				t.Errorf("outcomes: %s", diff)
			}
		})
	}
}

func TestSendAfterTheContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &service{answers: map[string]string{"a": "t", "b": "t", "c": "n", "d": "t"}}
	sender := s.sender()
	sender.Call = func(ctx context.Context, entries []string) []batch.Answer {
		defer cancel() // in the middle: the second request is never made
		return s.call(ctx, entries)
	}
	got := outcomes(sender.Send(ctx, []string{"a", "b", "c", "d"}))
	if diff := cmp.Diff([]string{"taken", "taken", "not sent n", "not sent"}, got); diff != "" || len(s.requests) != 1 {
		t.Errorf("requests %q, outcomes %s", s.requests, diff)
	}
}

func TestWrongNumberOfAnswersIsUncertain(t *testing.T) {
	sender := (&service{}).sender()
	sender.Call = func(context.Context, []string) []batch.Answer { return make([]batch.Answer, 1) }
	if got := outcomes(sender.Send(t.Context(), []string{"a", "b"})); !slices.Equal(got, []string{"uncertain", "uncertain"}) {
		t.Errorf("got %q", got)
	}
}

// Without a deadline a request that is not answered in time is the last one. Waits
// between attempts do not count.
func TestWithoutADeadlineASilentServiceEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answers: map[string]string{"a": "t", "b": "nu", "c": "nt"}}
		sender := s.sender()
		sender.Retry.Sleep = func(context.Context, time.Duration) error { time.Sleep(time.Hour); return nil }
		sender.Limits.Entries, sender.Timeout = 1, time.Minute
		sender.Call = func(ctx context.Context, entries []string) []batch.Answer {
			if len(s.requests) == 3 {
				<-ctx.Done()
			} else {
				time.Sleep(50 * time.Second)
			}
			return s.call(ctx, entries)
		}
		start := time.Now()
		got := sender.Send(context.Background(), []string{"a", "b", "c"})
		if took := time.Since(start); took != 3*50*time.Second+time.Hour+time.Minute || len(s.requests) != 4 {
			t.Errorf("took %s, and the requests %q", took, s.requests)
		}
		if diff := cmp.Diff([]string{"taken", "uncertain u", "not sent"}, outcomes(got)); diff != "" {
			t.Error(diff)
		}
		if !errors.Is(got[2], context.DeadlineExceeded) || !strings.Contains(got[2].Error(), "no answer within 1m0s") {
			t.Errorf("what was not offered again: %v", got[2])
		}
	})
}

// A context of the caller's with a deadline is the caller's to choose.
func TestADeadlineTakesThePlaceOfTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		s := &service{answers: map[string]string{"a": "t"}}
		sender := s.sender()
		sender.Call = func(ctx context.Context, entries []string) []batch.Answer {
			if time.Sleep(59 * time.Minute); ctx.Err() != nil {
				t.Error("it ended early")
			}
			return s.call(ctx, entries)
		}
		if got := outcomes(sender.Send(ctx, []string{"a"})); !slices.Equal(got, []string{"taken"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestNoWaitBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		s := &service{answers: map[string]string{"a": "nnnnnn"}}
		sender := s.sender()
		sender.Retry = batch.WithDefaults(events.Retry{Random: func() float64 { return 1 }})
		start := time.Now()
		got := outcomes(sender.Send(ctx, []string{"a"}))
		// After 100 ms of waiting, 200 ms more would pass the deadline.
		if took := time.Since(start); took != 100*time.Millisecond || len(s.requests) != 2 {
			t.Errorf("took %s and %d requests", took, len(s.requests))
		}
		if !slices.Equal(got, []string{"not sent n"}) {
			t.Errorf("got %q", got)
		}
	})
}
