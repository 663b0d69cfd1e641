package wiring_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/producers/internal/wiring"
)

// aws answers as the table, which is empty, and the bus.
func aws(t *testing.T, calls *[]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target := r.Header.Get("X-Amz-Target")
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		switch {
		case target == "DynamoDB_20120810.GetItem" && strings.Contains(string(body), "the-table"):
			_, _ = w.Write([]byte("{}"))
		case target == "AWSEvents.PutEvents" && strings.Contains(string(body), "the-bus") && strings.Contains(string(body), "the-source"):
			_, _ = w.Write([]byte(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`))
		default:
			t.Errorf("%s %s", target, body)
		}
		*calls = append(*calls, target)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestWiring(t *testing.T) {
	var calls []string
	for name, value := range map[string]string{
		"STAGE": "dev", "STACK_ID": "arn", "TABLE_NAME": "the-table", "EVENT_BUS_NAME": "the-bus", "EVENT_SOURCE": "the-source", "AWS_ENDPOINT_URL": aws(t, &calls),
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		t.Setenv(name, value)
	}
	api, err := wiring.Writer(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for method, handle := range map[string]func(context.Context, awsevents.APIGatewayV2HTTPRequest) (awsevents.APIGatewayV2HTTPResponse, error){
		"PUT": api.Update, "DELETE": api.Delete,
	} {
		calls = nil
		r := awsevents.APIGatewayV2HTTPRequest{PathParameters: map[string]string{"userId": "u1"}, Body: "{}"}
		r.RequestContext.HTTP.Method = method
		if got, err := handle(t.Context(), r); err != nil || got.StatusCode != 202 {
			t.Errorf("%s: %v, %d %s", method, err, got.StatusCode, got.Body)
		}
		if !slices.Equal(calls, []string{"DynamoDB_20120810.GetItem", "AWSEvents.PutEvents"}) {
			t.Errorf("%s: calls %q", method, calls)
		}
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, missing := range []string{"TABLE_NAME", "EVENT_BUS_NAME", "STAGE", "STACK_ID"} {
		t.Setenv("STAGE", "dev")
		t.Setenv("STACK_ID", "arn")
		t.Setenv("TABLE_NAME", "t")
		t.Setenv("EVENT_BUS_NAME", "b")
		t.Setenv(missing, "")
		if _, err := wiring.Writer(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}
