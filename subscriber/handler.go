package subscriber

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// A Func handles one announcement. nil acknowledges it; an error has it come
// again. It is called at least once per announcement, and announcements come in
// any order: see [Guard] and [Projection].
//
// The text of an error is logged: it must not show a preference's value.
type Func func(ctx context.Context, u events.PreferencesUpdated) error

// A Handler is a Lambda function. lambda.Start takes it as it is. It is safe for
// concurrent use where its Func is.
type Handler struct {
	fn          Func
	read        Reader
	log         *slog.Logger // nil: slog.Default as it is when something is logged
	concurrency int
	newest      bool
}

// An Option changes a Handler at its construction.
type Option func(*Handler)

// WithReader fills in a truncated announcement before the Func sees it.
// Preferences, Revision, UpdatedAt and AsOf are then those of the profile as
// the reader finds it, and Truncated is false. ChangedKeys, CausedBy and Erased
// are still those announced; so are Changes, unless the profile has moved on,
// when they are nil, for they lead to another revision.
//
// A reader that fails, or that finds an older profile than the announced one,
// has the announcement redelivered. It reads before the Func, and so before a Guard
// in it, can tell that the announcement is an old one.
func WithReader(read Reader) Option { return func(h *Handler) { h.read = read } }

// WithLogger replaces slog.Default.
func WithLogger(logger *slog.Logger) Option { return func(h *Handler) { h.log = logger } }

// WithConcurrency is how many users of a batch are handled at a time; 1, the
// default, starts no goroutine. Announcements of one user are never handled at
// the same time by one invocation.
func WithConcurrency(users int) Option { return func(h *Handler) { h.concurrency = users } }

// WithNewest hands only the newest of a user's announcements in a batch to the
// Func, and lets the others share its outcome. A user that changes often then
// costs one write per batch. It is for a Func that only keeps a copy: one that
// acts on Changes, CausedBy or Erased would miss what the others say. Where the
// newest is truncated and nothing fills it in, the Func gets all of them: without
// those before it it would say too little.
func WithNewest() Option { return func(h *Handler) { h.newest = true } }

// NewHandler makes a Lambda function of fn.
func NewHandler(fn Func, options ...Option) *Handler {
	h := &Handler{fn: fn, concurrency: 1}
	for _, o := range options {
		o(h)
	}
	h.concurrency = max(h.concurrency, 1)
	return h
}

// Invoke takes an SQS batch or an EventBridge event. Of a batch it answers the
// messages that failed, and no error; an event that failed is an error. The error
// of any other payload names what was seen.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	records, batch, err := readPayload(payload)
	if err != nil {
		return nil, err
	}
	if batch {
		return json.Marshal(h.batch(ctx, records))
	}
	messages := h.receive(records)
	h.handle(ctx, messages)
	if m := messages[0]; m.outcome == failed {
		return nil, m.failure
	}
	return []byte("null"), nil
}

func (h *Handler) logger() *slog.Logger {
	if h.log != nil {
		return h.log
	}
	return slog.Default()
}
