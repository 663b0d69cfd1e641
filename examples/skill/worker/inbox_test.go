package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/deliveries"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// newInbox reads the fake's queue.
func newInbox(t *testing.T, f *fakeAWS) *inbox {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &inbox{queues: sqs.NewFromConfig(cfg), url: f.url + "/000000000000/greeter-test", log: io.Discard}
}

// once receives what the fake has and handles it.
func (in *inbox) once(t *testing.T) {
	t.Helper()
	out, err := in.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &in.url})
	if err != nil {
		t.Fatal(err)
	}
	in.take(t.Context(), out.Messages)
}

// The skill acknowledges exactly the messages that must not be redelivered.
func TestCasesOfEveryLanguage(t *testing.T) {
	all, err := deliveries.All()
	if err != nil {
		t.Fatal(err)
	}
	f := newFakeAWS(t)
	in := newInbox(t, f)
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			store := deliveries.NewStore() // of whole profiles, where the skill keeps two keys
			in.handler = subscriber.Handle(subscriber.NewProjection(store).Apply, subscriber.WithLog(slog.New(slog.DiscardHandler)))
			for i, d := range c.Deliveries {
				if len(d.Messages) == 0 {
					in.take(t.Context(), nil)
					continue
				}
				for _, m := range d.Messages {
					f.bodies = append(f.bodies, string(m))
				}
				in.once(t)
				if failed := f.left(len(d.Messages)); !slices.Equal(failed, d.Failed) {
					t.Errorf("delivery %d: %v come again, want %v", i, failed, d.Failed)
				}
			}
			kept, err := store.Kept(t.Context())
			if diff := cmp.Diff(c.Copies, kept); diff != "" || err != nil {
				t.Errorf("%v, copies (-want +got):\n%s", err, diff)
			}
		})
	}
}

// An acknowledgement may succeed for one message and fail for another.
func TestTellsWhichMessagesWereNotAcknowledged(t *testing.T) {
	f := newFakeAWS(t)
	in, log := newInbox(t, f), &strings.Builder{}
	in.log, f.refuse["DeleteMessageBatch"] = log, true
	taken := func(context.Context, events.PreferencesUpdated) error { return nil }
	in.handler = subscriber.Handle(taken, subscriber.WithLog(slog.New(slog.DiscardHandler)))
	f.bodies = []string{announcementOf("u1"), announcementOf("u2")}
	in.once(t)
	if left := f.left(2); !slices.Equal(left, []int{0}) || log.String() != "not acknowledged, comes again: ReceiptHandleIsInvalid\n" {
		t.Errorf("%v come again, it says %q", left, log)
	}
}

func announcementOf(user string) string {
	u := events.PreferencesUpdated{UserID: user, Revision: 1, Preferences: events.Preferences{}, Changes: events.Preferences{}}
	e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
	return string(e.AppendJSON(nil))
}

// The queue has SQS's default visibility timeout. After that, another worker would
// receive what this one has not acknowledged.
func TestABatchIsHandledBeforeItComesAgain(t *testing.T) {
	const visibility = 30 * time.Second
	for takes, failed := range map[time.Duration]int{10 * time.Second: 0, time.Hour: 2} {
		synctest.Test(t, func(t *testing.T) {
			slow := func(ctx context.Context, _ events.PreferencesUpdated) error {
				pause(ctx, takes)
				return ctx.Err()
			}
			in := &inbox{handler: subscriber.Handle(slow, subscriber.WithLog(slog.New(slog.DiscardHandler))), log: io.Discard}
			var messages []types.Message
			for _, user := range []string{"u1", "u2"} { // one after the other
				messages = append(messages, types.Message{MessageId: aws.String(user), Body: aws.String(announcementOf(user))})
			}
			began := time.Now()
			got, err := in.handle(t.Context(), messages)
			if err != nil || len(got) != failed || time.Since(began) >= visibility {
				t.Errorf("each takes %s: %v failed after %s, %v, want %d within %s", takes, got, time.Since(began), err, failed, visibility)
			}
		})
	}
}

// left returns which of the last received messages were not acknowledged.
func (f *fakeAWS) left(received int) []int {
	done := map[int]bool{}
	for len(f.acknowledged) > 0 {
		number, _, _ := strings.Cut(<-f.acknowledged, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			f.t.Error(err)
		}
		done[n] = true
	}
	left := []int{}
	for i := range received {
		if !done[i] {
			left = append(left, i)
		}
	}
	return left
}
