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

// merges has apply's merges of a batch take place side by side in the run's time,
// where apply itself would start goroutines, whose turns are nobody's to say. The
// handler is run twice: once to learn what it would merge, with nothing coming of it,
// and, once those merges are made, sixteen at a time, with what came of them, which is
// its answer.
type merges struct {
	cloud *Cloud
	apply consumers.Apply
}

// merge is one that the handler asked for.
type merge struct {
	user    string
	delta   events.State
	changed bool
	err     error
}

func (m merges) Handle(ctx context.Context, event awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
	wanted, ctx, cancel := m.rehearse(ctx, event)
	defer cancel()
	m.cloud.each(len(wanted), applyConcurrency, func(i int) {
		w := wanted[i]
		w.changed, w.err = m.apply.Merge(ctx, w.user, w.delta)
	})
	final := m.apply
	final.Merge = func(ctx context.Context, user string, delta events.State) (bool, error) {
		for _, w := range wanted {
			if w.user == user && reflect.DeepEqual(w.delta, delta) {
				return w.changed, w.err
			}
		}
		// The profile had no room for all of a user's changes, and each is tried alone.
		return m.apply.Merge(ctx, user, delta)
	}
	return final.Handle(ctx, event)
}

// rehearse returns what would be merged, and a context that ends when the handler
// would give up.
func (m merges) rehearse(ctx context.Context, event awsevents.SQSEvent) (wanted []*merge, until context.Context, cancel context.CancelFunc) {
	until, cancel = context.WithCancel(ctx)
	silent := m.apply
	silent.Logger = slog.New(slog.DiscardHandler)
	silent.DeadLetters = consumers.DeadLettersFunc(func(context.Context, deadletter.Letter) error { return nil })
	silent.Merge = func(inner context.Context, user string, delta events.State) (bool, error) {
		if deadline, ok := inner.Deadline(); ok && len(wanted) == 0 {
			cancel()
			until, cancel = context.WithDeadline(ctx, deadline)
		}
		wanted = append(wanted, &merge{user: user, delta: delta})
		return true, nil
	}
	_, _ = silent.Handle(ctx, event) // its error is always nil
	return wanted, until, cancel
}
