package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
)

func environment(t *testing.T, values map[string]string) {
	t.Helper()
	for name, value := range map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "STAGE": "dev", "STACK_ID": "arn"} {
		t.Setenv(name, value)
	}
	for name, value := range values {
		t.Setenv(name, value)
	}
}

// Changes go to the one table, and the fence comes from the other.
func TestWiring(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		table := "neither"
		for _, name := range []string{"the-history", "the-profiles"} {
			if strings.Contains(string(body), `"`+name+`"`) {
				table = name
			}
		}
		asked = append(asked, operation+" "+table)
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(s.Close)
	environment(t, map[string]string{"HISTORY_TABLE_NAME": "the-history", "TABLE_NAME": "the-profiles", "AWS_ENDPOINT_URL": s.URL})
	h, err := newHistory(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	c := events.PreferenceChange{ID: events.NewClock().Next(), UserID: "u", Preferences: events.Preferences{"a": events.Bool(true)}}
	e := events.ChangeEnvelope("bot", &c, time.Now())
	response, err := h.Handle(t.Context(), awsevents.SQSEvent{Records: []awsevents.SQSMessage{{MessageId: "m", Body: string(e.AppendJSON(nil))}}})
	if err != nil || len(response.BatchItemFailures) > 0 {
		t.Fatalf("%+v %v", response, err)
	}
	if _, err := h.Fence(t.Context(), "u"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(asked, ", "); got != "PutItem the-history, GetItem the-history, GetItem the-profiles" {
		t.Errorf("asked %s", got)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for missing, values := range map[string]map[string]string{
		"HISTORY_TABLE_NAME": {"HISTORY_TABLE_NAME": "", "TABLE_NAME": "x"}, "TABLE_NAME": {"HISTORY_TABLE_NAME": "x", "TABLE_NAME": ""},
		"STACK_ID": {"HISTORY_TABLE_NAME": "x", "TABLE_NAME": "x", "STACK_ID": ""},
	} {
		environment(t, values)
		if _, err := newHistory(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), " "+missing+" ") {
			t.Errorf("%s: got %v", missing, err)
		}
	}
}
