package virtual

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
	"github.com/bot-preferences/bot-preferences/queue"
)

// The pipeline's functions, by their names in serverless.yml.
const (
	Apply     = "applyPreferenceChanges"
	Republish = "republishPreferences"
	Update    = "updateUserPreferences" // behind the HTTP API
	Get       = "getUserPreferences"    // behind the HTTP API
	History   = "recordHistory"         // only with the parameter history=on
)

// pipeline wires the handlers as their main functions do, but without concurrency.
func (c *Cloud) pipeline() map[string]Handler {
	log := slog.New(slog.NewJSONHandler(logged{c}, nil))
	reporter := &telemetry.Reporter{Stage: c.Stack.Stage, Out: logged{c}}
	apply := &consumers.Apply{
		Merge: into(c.Store()), MergeLate: into(c.Store().Late()), Telemetry: reporter,
		DeadLetters: c.deadLetters(Apply), Now: c.Now, Logger: log, Concurrency: 1,
	}
	handle := apply.Handle
	if c.options.SideBySide {
		handle = merges{c, *apply}.Handle
	}
	republish := &consumers.Republish{
		Images:      consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf, Late: item.LateOf},
		Announcer:   c.Bus(),
		Telemetry:   reporter,
		DeadLetters: c.deadLetters(Republish), Now: c.Now, Logger: log,
	}
	handlers := map[string]Handler{Apply: JSON(handle), Republish: JSON(republish.Handle)}
	for _, f := range c.Stack.Functions {
		if f.Name == History {
			handlers[History] = JSON(c.history(log, f.Environment["HISTORY_TABLE_NAME"]).Handle)
		}
	}
	return handlers
}

func (c *Cloud) history(log *slog.Logger, table string) *consumers.History {
	store := c.Store()
	return &consumers.History{
		Keep: historystore.New(c.DynamoDB(), table, historystore.WithClock(c.Now)).Keep,
		Fence: func(ctx context.Context, userID string) (events.Stamp, error) {
			p, err := store.Read(ctx, userID)
			return p.Cleared, err
		},
		Now: c.Now, Logger: log, Concurrency: 1,
	}
}

// into merges into a store.
func into(store *profilestore.Store) consumers.Merge {
	return func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
		result, err := store.MergeTraced(ctx, userID, delta, traces)
		return consumers.Merged{Stored: result.Stored, After: result.Profile.State, Retries: result.Retries}, err
	}
}

// Store returns the pipeline's table.
func (c *Cloud) Store() *profilestore.Store {
	return profilestore.New(c.DynamoDB(), c.Table(), profilestore.WithClock(c.Now))
}

// Table returns the name of the pipeline's table.
func (c *Cloud) Table() string { return c.Stack.Tables[0].Name }

// Bus returns the route over the bus.
func (c *Cloud) Bus() *eventbus.Bus {
	return eventbus.New(c.EventBridge(), c.Stack.Buses[0].Name, eventbus.WithRetry(c.Retry()), eventbus.WithRequestTimeout(never))
}

// Queue returns the route straight into the change queue.
func (c *Cloud) Queue() *queue.Queue {
	return queue.New(c.SQS(), c.queueURL(c.Stack.QueueMappings[0].Queue), queue.WithRetry(c.Retry()), queue.WithRequestTimeout(never), queue.WithClock(c.Now))
}

func (c *Cloud) queueURL(name string) string {
	q, ok := c.Queues.Queue(name)
	if !ok {
		panic("virtual: the stack has no queue " + name)
	}
	return q.URL()
}

func (c *Cloud) deadLetters(function string) *deadletter.Queue {
	var url string
	for _, f := range c.Stack.Functions {
		if f.Name == function {
			url = f.Environment["DEAD_LETTER_QUEUE_URL"]
		}
	}
	return deadletter.New(c.SQS(), url)
}

// logged counts the bytes of log lines.
type logged struct{ c *Cloud }

func (l logged) Write(p []byte) (int, error) {
	l.c.Logged += int64(len(p))
	if start := bytes.Index(p, []byte(`,"_aws":`)); start >= 0 {
		l.c.Measured += int64(len(p) - start - len("}\n"))
	}
	if l.c.options.Output != nil {
		l.c.options.Output(string(p))
	}
	return len(p), nil
}

// JSON makes a Handler from a function that takes and returns values.
func JSON[In, Out any](handle func(context.Context, In) (Out, error)) Handler {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var in In
		if err := json.Unmarshal(payload, &in); err != nil {
			return nil, err
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	}
}
