package subscriber_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

var _ lambda.Handler = (*subscriber.Handler)(nil) // lambda.Start takes it as it is

// secret is a value that must appear in no log and no error.
const secret = "s3cret"

var updatedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// speaks is an announcement: at this revision the user's language is this.
func speaks(user string, revision int64, language string) events.PreferencesUpdated {
	p := events.Preferences{"language": events.JSON(`"` + language + `"`)}
	return events.PreferencesUpdated{
		UserID: user, Revision: revision, PreviousRevision: revision - 1, Changes: p, ChangedKeys: []string{"language"},
		Preferences: p, InferredKeys: []string{}, UpdatedAt: updatedAt, CausedBy: []events.Stamp{{1}}, AsOf: events.Stamp{1},
	}
}

// cut is the announcement without preferences.
func cut(u events.PreferencesUpdated) events.PreferencesUpdated {
	u.Truncated, u.Preferences = true, nil
	return u
}

func enveloped(u events.PreferencesUpdated) string {
	e := events.Envelope{ID: "e1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Time: updatedAt, Detail: u.AppendJSON(nil)}
	return string(e.AppendJSON(nil))
}

// batchOf is an SQS batch; its messages are named m0, m1 and so on.
func batchOf(bodies ...string) []byte {
	records := []map[string]any{}
	for i, body := range bodies {
		records = append(records, map[string]any{
			"messageId": "m" + string(rune('0'+i)), "receiptHandle": "r", "body": body, "eventSource": "aws:sqs",
			"eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:q", "attributes": map[string]string{"ApproximateReceiveCount": "1"},
		})
	}
	text, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		panic(err)
	}
	return text
}

// recorder is a Func that remembers what it was given, and the log.
type recorder struct {
	mu    sync.Mutex
	given []events.PreferencesUpdated
	fail  func(u events.PreferencesUpdated) error // may panic
	log   bytes.Buffer
}

func (r *recorder) take(_ context.Context, u events.PreferencesUpdated) error {
	r.mu.Lock()
	r.given = append(r.given, u)
	r.mu.Unlock()
	if r.fail != nil {
		return r.fail(u)
	}
	return nil
}

func (r *recorder) handler(options ...subscriber.Option) *subscriber.Handler {
	log := slog.New(slog.NewJSONHandler(&r.log, nil))
	return subscriber.NewHandler(r.take, append([]subscriber.Option{subscriber.WithLogger(log)}, options...)...)
}

// revisions are those that the Func was given, in order.
func (r *recorder) revisions() []int64 {
	all := []int64{}
	for _, u := range r.given {
		all = append(all, u.Revision)
	}
	return all
}

// failures invokes the handler with a batch and returns the messages that it
// reports.
func failures(t *testing.T, h *subscriber.Handler, payload []byte) []string {
	t.Helper()
	return failuresWithin(t, t.Context(), h, payload)
}

func failuresWithin(t *testing.T, ctx context.Context, h *subscriber.Handler, payload []byte) []string {
	t.Helper()
	text, err := h.Invoke(ctx, payload)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		BatchItemFailures []struct {
			ItemIdentifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.BatchItemFailures == nil {
		t.Fatalf("answer %s: %v", text, err)
	}
	ids := []string{}
	for _, f := range answer.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids
}
