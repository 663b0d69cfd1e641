package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
)

// aws answers as the bus and as the dead-letter queue, which takes no letter.
func aws(t *testing.T, asked *[]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target := r.Header.Get("X-Amz-Target")
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		switch body := string(text); {
		case target == "AWSEvents.PutEvents" && strings.Contains(body, `"the-bus"`) && strings.Contains(body, "PreferencesUpdated"):
			_, _ = w.Write([]byte(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`))
		case target == "AmazonSQS.SendMessage" && strings.Contains(body, `the-letters`) && strings.Contains(body, `"unreadable"`) && strings.Contains(body, `"REVISION"`):
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"__type":"AccessDeniedException"}`))
		default:
			t.Errorf("%s %s", target, body)
		}
		*asked = append(*asked, target)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func record(user, sequence, updatedAt string) awsevents.DynamoDBEventRecord {
	key := awsevents.NewStringAttribute(user)
	return awsevents.DynamoDBEventRecord{Change: awsevents.DynamoDBStreamRecord{
		Keys: map[string]awsevents.DynamoDBAttributeValue{"user_id": key}, SequenceNumber: sequence,
		NewImage: map[string]awsevents.DynamoDBAttributeValue{
			"user_id": key, "revision": awsevents.NewNumberAttribute("1"), "updated_at": awsevents.NewStringAttribute(updatedAt),
		},
	}}
}

func TestWiring(t *testing.T) {
	var asked []string
	url := aws(t, &asked)
	for name, value := range map[string]string{
		"STAGE": "dev", "STACK_ID": "arn", "EVENT_BUS_NAME": "the-bus", "DEAD_LETTER_QUEUE_URL": url + "/123456789012/the-letters", "AWS_ENDPOINT_URL": url,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		t.Setenv(name, value)
	}
	republish, err := newRepublish(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	got, err := republish.Handle(t.Context(), awsevents.DynamoDBEvent{Records: []awsevents.DynamoDBEventRecord{
		record("readable", "1", "2026-03-01T12:00:00.000Z"), record("unreadable", "2", "yesterday"),
	}})
	if err != nil || len(got.BatchItemFailures) != 1 || got.BatchItemFailures[0].ItemIdentifier != "2" {
		t.Errorf("%+v, %v", got, err)
	}
	if !slices.Equal(asked, []string{"AWSEvents.PutEvents", "AmazonSQS.SendMessage"}) {
		t.Errorf("asked %q", asked)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, missing := range []string{"EVENT_BUS_NAME", "DEAD_LETTER_QUEUE_URL", "STAGE", "STACK_ID"} {
		t.Setenv("STAGE", "dev")
		t.Setenv("STACK_ID", "arn")
		t.Setenv("EVENT_BUS_NAME", "b")
		t.Setenv("DEAD_LETTER_QUEUE_URL", "q")
		t.Setenv(missing, "")
		if _, err := newRepublish(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}
