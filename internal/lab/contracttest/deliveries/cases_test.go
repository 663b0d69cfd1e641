package deliveries

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

func TestSubscriber(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			store := NewStore()
			handler := subscriber.NewHandler(subscriber.NewProjection(store).Apply, subscriber.WithLogger(slog.New(slog.DiscardHandler)))
			for i, d := range c.Deliveries {
				if failed := deliver(t, handler, d.Messages); !slices.Equal(failed, d.Failed) {
					t.Errorf("delivery %d: %v failed, want %v", i, failed, d.Failed)
				}
			}
			kept, err := store.Kept(t.Context())
			if diff := cmp.Diff(c.Copies, kept); diff != "" || err != nil {
				t.Errorf("%v, copies (-want +got):\n%s", err, diff)
			}
		})
	}
}

// deliver hands over one SQS batch and returns which messages failed.
func deliver(t *testing.T, handler *subscriber.Handler, messages []Message) []int {
	t.Helper()
	batch := awsevents.SQSEvent{Records: []awsevents.SQSMessage{}}
	for i, m := range messages {
		batch.Records = append(batch.Records, awsevents.SQSMessage{MessageId: strconv.Itoa(i), EventSource: "aws:sqs", Body: string(m)})
	}
	payload, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := handler.Invoke(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var response awsevents.SQSEventResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		t.Fatal(err)
	}
	failed := []int{}
	for _, f := range response.BatchItemFailures {
		number, err := strconv.Atoi(f.ItemIdentifier)
		if err != nil {
			t.Fatal(err)
		}
		failed = append(failed, number)
	}
	return failed
}
