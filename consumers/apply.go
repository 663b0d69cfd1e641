package consumers

import (
	"context"
	"log/slog"
	"sync"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// defaultConcurrency is how many users of a batch are merged at a time: nearly
// all of it is waiting for the store.
const defaultConcurrency = 16

// A Merge merges changes, folded into a State, into a user's stored profile. The
// error is nil only once everything in the State is stored or superseded. A
// *events.Refusal means that nothing was stored and never can be: the profile
// would be too large. The profile keeps the traceparent of the greatest stamp
// that is stored, if traces has one. It must be idempotent, and safe for
// concurrent use unless Concurrency is 1.
type Merge func(ctx context.Context, userID string, delta events.State, traces events.Traces) (Merged, error)

// Merged is what a Merge did.
type Merged struct {
	Stored events.State // what of the delta was stored, under a new revision; empty: nothing
	After  events.State // the profile after that

	Revision int64 // of the profile after that
	Retries  int   // writes that were tried again because their condition failed
}

// Apply takes batches of the change queue and merges them into the store.
//
// Changes of one user in a batch are folded and merged together; users are
// independent. A change that is refused, by itself or because the profile would
// be too large, goes to the dead-letter queue and counts as done. Whatever else
// fails is reported as a batch item failure, for exactly the messages concerned.
type Apply struct {
	Merge       Merge
	DeadLetters DeadLetters

	// MergeLate takes Merge's place for changes that were redriven or that an archive
	// replays: their delays are not measured, here and by Republish. Default Merge.
	MergeLate Merge
	Telemetry *telemetry.Reporter // where metrics go; nil: there are none

	Now         func() time.Time // default time.Now
	Logger      *slog.Logger     // default slog.Default
	Concurrency int              // users, and refused changes, at a time; default 16. 1: no goroutine is started
}

// Handle is the Lambda handler. Failures are reported message by message, in the
// order of the messages. Where every message failed, the error says so, too: see
// errNothingDone.
func (a *Apply) Handle(ctx context.Context, event awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	messages := a.receive(event.Records)
	refused, users := sortOut(messages)
	a.settle(ctx, refused, users)
	response := awsevents.SQSEventResponse{BatchItemFailures: []awsevents.SQSBatchItemFailure{}}
	for _, m := range messages {
		if m.outcome == unsettled {
			response.BatchItemFailures = append(response.BatchItemFailures, awsevents.SQSBatchItemFailure{ItemIdentifier: m.id})
		}
	}
	failed := len(response.BatchItemFailures)
	a.report(ctx, messages, len(users), failed)
	return response, errNothingDone(failed, len(messages))
}

// settle dead-letters the refused changes and merges the others. Both happen at
// once, each with workers of its own. Otherwise a store that hangs would delay
// the dead letters, and a queue that hangs would delay the writes. With a
// concurrency of 1 one follows the other.
func (a *Apply) settle(ctx context.Context, refused []*message, users [][]*message) {
	deadLetter := func() {
		a.each(len(refused), func(i int) { a.deadLetter(ctx, refused[i], refused[i].refusal) })
	}
	merge := func() {
		a.each(len(users), func(i int) { a.user(ctx, users[i]) })
	}
	if a.concurrency() == 1 {
		deadLetter()
		merge()
		return
	}
	var both sync.WaitGroup
	both.Go(deadLetter)
	both.Go(merge)
	both.Wait()
}

// each calls f for 0 to n-1 and contains its panics.
func (a *Apply) each(n int, f func(i int)) {
	handler.Each(n, a.concurrency(), func(i int) {
		handler.Contain(a.logger(), "applying changes", func() { f(i) })
	})
}

func (a *Apply) now() time.Time {
	if a.Now != nil {
		return a.Now()
	}
	return time.Now()
}

func (a *Apply) logger() *slog.Logger {
	if a.Logger != nil {
		return a.Logger
	}
	return slog.Default()
}

func (a *Apply) concurrency() int {
	if a.Concurrency > 0 {
		return a.Concurrency
	}
	return defaultConcurrency
}
