package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
)

func TestWiring(t *testing.T) {
	calls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		target := r.Header.Get("X-Amz-Target")
		if body, err := io.ReadAll(r.Body); err != nil || target != "DynamoDB_20120810.GetItem" || !strings.Contains(string(body), `"the-table"`) || !strings.Contains(string(body), `"ConsistentRead":true`) {
			t.Errorf("%s %s, %v", target, body, err)
		}
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(s.Close)
	for name, value := range map[string]string{
		"STAGE": "dev", "STACK_ID": "arn", "TABLE_NAME": "the-table", "AWS_ENDPOINT_URL": s.URL,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		t.Setenv(name, value)
	}
	get, err := newReader(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r := awsevents.APIGatewayV2HTTPRequest{PathParameters: map[string]string{"userId": "u1"}}
	r.RequestContext.HTTP.Method = "GET"
	if got, err := get.Get(t.Context(), r); err != nil || got.StatusCode != 404 || calls != 1 {
		t.Errorf("%v, %d %s, %d calls", err, got.StatusCode, got.Body, calls)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, missing := range []string{"TABLE_NAME", "STAGE", "STACK_ID"} {
		t.Setenv("TABLE_NAME", "t")
		t.Setenv("STAGE", "dev")
		t.Setenv("STACK_ID", "arn")
		t.Setenv(missing, "")
		if _, err := newReader(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}
