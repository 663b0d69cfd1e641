package main

import (
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/examples/cases"
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

// What is not to come again is acknowledged, and nothing else.
func TestCasesOfEveryLanguage(t *testing.T) {
	all, err := cases.All()
	if err != nil {
		t.Fatal(err)
	}
	f := newFakeAWS(t)
	in := newInbox(t, f)
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			store := cases.NewStore() // of whole profiles, where the skill keeps two keys
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

// left are the messages that were not acknowledged, of the last ones received.
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
