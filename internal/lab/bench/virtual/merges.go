package virtual

import (
	"context"
	"log/slog"
	"reflect"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

// merges runs apply's merges of a batch side by side in virtual time. Apply itself
// would start goroutines, and their order would depend on Go's scheduler. merges runs
// the handler twice. The first time only collects the merges that the handler asks for.
// Sixteen of them then run at a time. The second time gives the handler their results
// and returns its answer.
type merges struct {
	cloud *Cloud
	apply consumers.Apply
}

// merge is a merge that the handler asked for.
type merge struct {
	user   string
	delta  events.State
	traces events.Traces
	merged consumers.Merged
	err    error
}

func (m merges) Handle(ctx context.Context, event awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
	wanted, ctx, cancel := m.rehearse(ctx, event)
	defer cancel()
	m.cloud.each(len(wanted), applyConcurrency, func(i int) {
		w := wanted[i]
		w.merged, w.err = m.apply.Merge(ctx, w.user, w.delta, w.traces)
	})
	final := m.apply
	final.MergeLate = nil // no benchmark redrives anything
	final.Merge = func(ctx context.Context, user string, delta events.State, traces events.Traces) (consumers.Merged, error) {
		for _, w := range wanted {
			if w.user == user && reflect.DeepEqual(w.delta, delta) {
				return w.merged, w.err
			}
		}
		// A user's changes did not fit into the profile together, so apply tries each
		// one alone.
		return m.apply.Merge(ctx, user, delta, traces)
	}
	return final.Handle(ctx, event)
}

// rehearse returns the merges that the handler asks for, and a context that ends at the
// handler's own deadline.
func (m merges) rehearse(ctx context.Context, event awsevents.SQSEvent) (wanted []*merge, until context.Context, cancel context.CancelFunc) {
	until, cancel = context.WithCancel(ctx)
	silent := m.apply
	silent.Logger, silent.Telemetry, silent.MergeLate = slog.New(slog.DiscardHandler), nil, nil
	silent.DeadLetters = consumers.DeadLettersFunc(func(context.Context, deadletter.Letter) error { return nil })
	silent.Merge = func(inner context.Context, user string, delta events.State, traces events.Traces) (consumers.Merged, error) {
		if deadline, ok := inner.Deadline(); ok && len(wanted) == 0 {
			cancel()
			until, cancel = context.WithDeadline(ctx, deadline)
		}
		wanted = append(wanted, &merge{user: user, delta: delta, traces: traces})
		return consumers.Merged{}, nil
	}
	_, _ = silent.Handle(ctx, event) // Handle's own run returns the response and the error that count
	return wanted, until, cancel
}
