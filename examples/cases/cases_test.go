// Package cases holds what every subscriber has to do, whatever its language:
// subscriber.json, which the tests of examples/python and examples/typescript
// read too. Here it is played to package subscriber, which is the rule's home.
package cases

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

//go:embed subscriber.json
var text []byte

// kept is a copy; its Preferences are null where they are unknown, because the
// announcement of Revision was truncated.
type kept struct {
	Revision    int64              `json:"revision"`
	Preferences events.Preferences `json:"preferences"`
}

type testCase struct {
	Name       string `json:"name"`
	Deliveries []struct {
		// Messages are the bodies of one SQS batch: events, or text that is none.
		Messages []jsontext.Value `json:"messages"`
		Failed   []int            `json:"failed"` // which of them are to come again
	} `json:"deliveries"`
	Copies map[string]kept `json:"copies"` // in the end, by user
}

func TestSubscriber(t *testing.T) {
	var cases []testCase
	if err := json.Unmarshal(text, &cases, json.RejectUnknownMembers(true)); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			copies := &recorded{Memory: subscriber.NewMemory(), users: map[string]bool{}}
			handler := subscriber.Handle(subscriber.NewProjection(copies).Apply, subscriber.WithLog(slog.New(slog.DiscardHandler)))
			for i, d := range c.Deliveries {
				if failed := deliver(t, handler, d.Messages); !slices.Equal(failed, d.Failed) {
					t.Errorf("delivery %d: %v failed, want %v", i, failed, d.Failed)
				}
			}
			if diff := cmp.Diff(c.Copies, copies.all(t)); diff != "" {
				t.Errorf("copies (-want +got):\n%s", diff)
			}
		})
	}
}

// deliver hands over one SQS batch and returns which messages failed.
func deliver(t *testing.T, handler *subscriber.Handler, messages []jsontext.Value) []int {
	t.Helper()
	records := []map[string]string{}
	for i, m := range messages {
		body := string(m)
		if m.Kind() == '"' {
			if err := json.Unmarshal(m, &body); err != nil {
				t.Fatal(err)
			}
		}
		records = append(records, map[string]string{"messageId": fmt.Sprint(i), "eventSource": "aws:sqs", "body": body})
	}
	batch, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := handler.Invoke(context.Background(), batch)
	if err != nil {
		t.Fatal(err)
	}
	var response struct {
		Failures []struct {
			ID int `json:"itemIdentifier,string"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		t.Fatal(err)
	}
	failed := []int{}
	for _, f := range response.Failures {
		failed = append(failed, f.ID)
	}
	return failed
}

// recorded knows whose copies there are.
type recorded struct {
	*subscriber.Memory
	users map[string]bool
}

func (r *recorded) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	r.users[c.UserID] = true
	return r.Memory.Save(ctx, c, snapshot)
}

func (r *recorded) all(t *testing.T) map[string]kept {
	t.Helper()
	all := map[string]kept{}
	for user := range r.users {
		c, err := r.Load(context.Background(), user)
		if err != nil {
			t.Fatal(err)
		}
		all[user] = kept{c.Revision, c.Preferences}
		if c.Stale {
			all[user] = kept{Revision: c.Revision}
		} else if c.Preferences == nil {
			all[user] = kept{c.Revision, events.Preferences{}}
		}
	}
	return all
}
