package throughput

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// table is the name of the table, which the requests contain.
const table = "botprefs-bench-profiles"

// An applier is the apply handler as its Lambda wires it, over any DynamoDB client, at
// the time of a workload.
type applier struct {
	w     workload.Workload
	now   time.Time
	apply consumers.Apply
}

func newApplier(w workload.Workload, client profilestore.Client) *applier {
	a := &applier{w: w, now: w.Now(0)}
	now := func() time.Time { return a.now }
	store := profilestore.New(client, table, profilestore.WithClock(now))
	a.apply = consumers.Apply{
		Merge: func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
			result, err := store.MergeTraced(ctx, userID, delta, traces)
			return consumers.Merged{Stored: result.Stored, After: result.Profile.State, Retries: result.Retries}, err
		},
		DeadLetters: consumers.DeadLettersFunc(func(_ context.Context, l deadletter.Letter) error {
			return errors.New("nothing of a benchmark may be refused: " + l.Message)
		}),
		Telemetry: &telemetry.Reporter{Stage: "prod", Out: io.Discard},
		Now:       now, Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}
	return a
}

// batch applies one batch. All of it must be stored, unless ctx has ended.
func (a *applier) batch(ctx context.Context, n int, messages awsevents.SQSEvent) error {
	a.now = a.w.Now(n)
	response, err := a.apply.Handle(ctx, messages)
	if len(response.BatchItemFailures) > 0 {
		if err := ctx.Err(); err != nil { // the handler then returns to the queue what it could not store
			return err
		}
		err = fmt.Errorf("%d of %d changes were not stored", len(response.BatchItemFailures), len(messages.Records))
	}
	return err
}
