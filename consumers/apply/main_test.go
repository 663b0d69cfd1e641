package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
)

// aws answers as the table, which takes every write, and as the dead-letter queue,
// which takes none.
func aws(t *testing.T, asked *[]string) string {
	t.Helper()
	var mu sync.Mutex
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		target := r.Header.Get("X-Amz-Target")
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		switch body := string(text); {
		case target == "DynamoDB_20120810.UpdateItem" && strings.Contains(body, `"the-table"`):
			_, _ = w.Write([]byte(`{"Attributes":{"user_id":{"S":"u"},"revision":{"N":"1"},"updated_at":{"S":"2026-03-01T12:00:00.000Z"},"p.a":{"M":{"v":{"S":"1"},"t":{"S":"01KJMSK200000000000000000B"}}}}}`))
		case target == "AmazonSQS.SendMessage" && strings.Contains(body, `the-letters`) && strings.Contains(body, `"malformed"`):
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

func TestWiring(t *testing.T) {
	var asked []string
	url := aws(t, &asked)
	for name, value := range map[string]string{
		"STAGE": "dev", "STACK_ID": "arn", "TABLE_NAME": "the-table", "DEAD_LETTER_QUEUE_URL": url + "/123456789012/the-letters", "AWS_ENDPOINT_URL": url,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		t.Setenv(name, value)
	}
	apply, err := newApply(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	apply.Now = func() time.Time { return at }
	id, err := events.DeriveStamp(at, "x")
	if err != nil {
		t.Fatal(err)
	}
	e := events.ChangeEnvelope("bot", &events.PreferenceChange{ID: id, UserID: "u", Preferences: events.Preferences{"a": events.JSON("1")}}, at)
	got, err := apply.Handle(t.Context(), awsevents.SQSEvent{Records: []awsevents.SQSMessage{
		{MessageId: "good", Body: string(e.AppendJSON(nil))}, {MessageId: "bad", Body: "poison"},
	}})
	if err != nil || len(got.BatchItemFailures) != 1 || got.BatchItemFailures[0].ItemIdentifier != "bad" {
		t.Errorf("%+v, %v", got, err)
	}
	slices.Sort(asked)
	if !slices.Equal(asked, []string{"AmazonSQS.SendMessage", "DynamoDB_20120810.UpdateItem"}) {
		t.Errorf("asked %q", asked)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, missing := range []string{"TABLE_NAME", "DEAD_LETTER_QUEUE_URL", "STAGE", "STACK_ID"} {
		t.Setenv("STAGE", "dev")
		t.Setenv("STACK_ID", "arn")
		t.Setenv("TABLE_NAME", "t")
		t.Setenv("DEAD_LETTER_QUEUE_URL", "q")
		t.Setenv(missing, "")
		if _, err := newApply(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}
