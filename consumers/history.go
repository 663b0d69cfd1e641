package consumers

import (
	"context"
	"log/slog"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// A Keep keeps a batch of a user's changes and announcements, and forgets what it erases.
// The error is nil only if all of that is done. It must be idempotent, and safe for
// concurrent use unless Concurrency is 1.
type Keep func(ctx context.Context, userID string, batch *history.Batch) error

// A ReadFence returns the fence of a user's stored profile; zero where there is none.
type ReadFence func(ctx context.Context, userID string) (events.Stamp, error)

// History takes batches of changes and announcements as the bus carried them, and keeps
// them, so that one can tell later what became of a change.
//
// It judges a change by the contract, as Apply does, at the time when its queue took it.
// So a redelivery is judged as the first delivery was. Of a change that is refused, code
// and field are kept, under its user, and nothing if its user cannot be read: the dead
// letter has it. What the batch erases is worked out here: below a replace, and below the
// stored fence where an announcement says that it rose.
type History struct {
	Keep  Keep
	Fence ReadFence

	Now         func() time.Time // default time.Now; for messages that do not say when they were sent
	Logger      *slog.Logger     // default slog.Default
	Concurrency int              // users at a time; default 16. 1: no goroutine is started

	Telemetry *telemetry.Reporter // hashes ids for log lines; nil: without a salt
}

// Handle is the Lambda handler. Failures are reported message by message, in the order of
// the messages. Where every message failed, the error says so, too: see errNothingDone.
func (h *History) Handle(ctx context.Context, event awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	users := h.receive(event.Records)
	handler.Each(len(users.list), h.concurrency(), func(i int) {
		u := users.list[i]
		handler.Contain(h.logger(), "keeping history", func() { u.done = h.user(ctx, u) })
	})
	response := awsevents.SQSEventResponse{BatchItemFailures: []awsevents.SQSBatchItemFailure{}}
	for i, owner := range users.owners {
		if owner != nil && !owner.done {
			response.BatchItemFailures = append(response.BatchItemFailures, awsevents.SQSBatchItemFailure{ItemIdentifier: event.Records[i].MessageId})
		}
	}
	h.logger().InfoContext(ctx, "history kept", "messages", len(event.Records), "users", len(users.list),
		"not_kept", users.without(), "failed", len(response.BatchItemFailures))
	return response, errNothingDone(len(response.BatchItemFailures), len(event.Records))
}

// user keeps what a batch brought of one user, and tells whether that is done.
func (h *History) user(ctx context.Context, u *userHistory) bool {
	if u.fenceRose {
		fence, err := h.Fence(ctx, u.userID)
		if err != nil {
			h.Telemetry.Log(ctx, h.logger(), slog.LevelError, "profile not read", telemetry.Subject{UserID: u.userID}, slog.Any("error", err))
			return false
		}
		u.Forget.Raise(history.Mark{Cleared: fence})
	}
	if err := h.Keep(ctx, u.userID, &u.Batch); err != nil {
		h.Telemetry.Log(ctx, h.logger(), slog.LevelError, "history not kept", telemetry.Subject{UserID: u.userID}, slog.Int("messages", u.messages), slog.Any("error", err))
		return false
	}
	h.tell(ctx, u)
	return true
}

// tell writes a line per change and announcement at the debug level.
func (h *History) tell(ctx context.Context, u *userHistory) {
	if !h.logger().Enabled(ctx, slog.LevelDebug) {
		return
	}
	kept := func(what string, s telemetry.Subject) {
		s.UserID = u.userID
		h.Telemetry.Log(ctx, h.logger(), slog.LevelDebug, what, s)
	}
	for i := range u.Changes {
		c := &u.Changes[i]
		kept("change kept", telemetry.Subject{EventID: c.ID.String(), ConversationID: c.Said.ConversationID, Source: c.Source})
	}
	for i := range u.Refusals {
		r := &u.Refusals[i]
		kept("refusal kept", telemetry.Subject{EventID: r.At.String(), Source: r.Source, Code: string(r.Code)})
	}
	for i := range u.Announcements {
		kept("announcement kept", telemetry.Subject{Revision: u.Announcements[i].Revision})
	}
}

func (h *History) now() time.Time {
	if h.Now != nil {
		return h.Now()
	}
	return time.Now()
}

func (h *History) logger() *slog.Logger {
	if h.Logger != nil {
		return h.Logger
	}
	return slog.Default()
}

func (h *History) concurrency() int {
	if h.Concurrency > 0 {
		return h.Concurrency
	}
	return defaultConcurrency
}
