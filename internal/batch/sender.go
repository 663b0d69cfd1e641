package batch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// An Answer is what one request told about one entry. The zero Answer: taken.
type Answer struct {
	Err *events.SendError
	// Again: offering it again in a moment may help.
	Again bool
	// Whole: the request was refused as a whole, perhaps for another entry's
	// fault.
	Whole bool
}

// A Sender sends entries of one kind. Its fields are set once; it is safe for
// concurrent use where they are.
type Sender[E any] struct {
	Limits Limits
	Retry  events.Retry // see WithDefaults
	// Timeout is how long a Send without a deadline waits for the answer to one
	// request.
	Timeout time.Duration
	// Size is what an entry counts toward Limits.Bytes.
	Size func(E) int
	// Call makes one request and answers for each of its entries, in order.
	Call func(ctx context.Context, entries []E) []Answer
}

// Send returns one error per entry: nil where it was taken, else an
// *events.SendError. An entry that may have been taken (Uncertain) stays so,
// whatever later attempts say, unless one takes it. Requests are made one after
// the other.
//
// It ends with ctx. If ctx has no deadline, the first request without an answer within
// Timeout is the last. An endpoint that is silent once would cost the same time for
// each further request.
func (s *Sender[E]) Send(ctx context.Context, entries []E) []error {
	if _, ends := ctx.Deadline(); !ends {
		var giveUp context.CancelCauseFunc
		ctx, giveUp = context.WithCancelCause(ctx)
		defer giveUp(nil)
		s = s.impatient(giveUp)
	}
	results := newResults(len(entries))
	sizes := make([]int, len(entries))
	for i := range entries {
		sizes[i] = s.Size(entries[i])
	}
	pending := results.indexes()
	for attempt := 1; ; attempt++ {
		pending = s.round(ctx, entries, sizes, pending, results)
		if len(pending) == 0 || attempt >= s.Retry.Attempts || !pause.Before(ctx, &s.Retry, attempt) {
			return results.errors()
		}
	}
}

// impatient is the Sender whose requests have a deadline. The first one that reaches
// it gives up the rest.
func (s *Sender[E]) impatient(giveUp context.CancelCauseFunc) *Sender[E] {
	i := *s
	i.Call = func(ctx context.Context, entries []E) []Answer {
		ctx, cancel := context.WithTimeout(ctx, s.Timeout)
		defer cancel()
		answers := s.Call(ctx, entries)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			giveUp(fmt.Errorf("an earlier request had no answer within %s: %w", s.Timeout, context.DeadlineExceeded))
		}
		return answers
	}
	return &i
}

// round offers the pending entries once and returns those to offer again.
func (s *Sender[E]) round(ctx context.Context, entries []E, sizes, pending []int, r results) []int {
	offeredSizes := make([]int, len(pending))
	for i, index := range pending {
		offeredSizes[i] = sizes[index]
	}
	requests, oversize := Pack(offeredSizes, s.Limits)
	for _, i := range oversize {
		r.record(pending[i], tooLarge(offeredSizes[i], s.Limits.Bytes))
	}
	var again []int
	for _, request := range requests {
		offered := make([]E, len(request))
		for i, j := range request {
			offered[i] = entries[pending[j]]
		}
		for i, a := range s.offer(ctx, offered) {
			index := pending[request[i]]
			r.record(index, a)
			if a.Err != nil && a.Again {
				again = append(again, index)
			}
		}
	}
	return again
}

// offer makes one request. Where it is refused as a whole it offers each entry
// by itself, so that a bad one cannot take its batch-mates along.
func (s *Sender[E]) offer(ctx context.Context, entries []E) []Answer {
	answers := s.call(ctx, entries)
	first := answers[0]
	if len(entries) == 1 || !first.Whole || first.Err == nil || first.Err.Outcome != events.Rejected {
		return answers
	}
	for i := range entries {
		answers[i] = s.call(ctx, entries[i:i+1])[0]
	}
	return answers
}

func (s *Sender[E]) call(ctx context.Context, entries []E) []Answer {
	if ctx.Err() != nil {
		err := context.Cause(ctx)
		return All(len(entries), Answer{Err: &events.SendError{Outcome: events.NotSent, Err: err}})
	}
	answers := s.Call(ctx, entries)
	if len(answers) != len(entries) {
		err := fmt.Errorf("%d answers to %d entries", len(answers), len(entries))
		return All(len(entries), Answer{Err: &events.SendError{Outcome: events.Uncertain, Err: err}, Again: true})
	}
	return answers
}

// All answers the same for n entries.
func All(n int, a Answer) []Answer {
	answers := make([]Answer, n)
	for i := range answers {
		answers[i] = a
	}
	return answers
}

func tooLarge(size, limit int) Answer {
	return Answer{Err: &events.SendError{
		Outcome: events.Rejected, Code: string(events.TooLarge),
		Err: fmt.Errorf("the entry counts %d bytes, one request takes %d", size, limit),
	}}
}

var errNeverOffered = errors.New("never offered")
