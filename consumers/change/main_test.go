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

func environment(t *testing.T, values map[string]string) {
	t.Helper()
	for name, value := range map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "STAGE": "dev", "STACK_ID": "arn"} {
		t.Setenv(name, value)
	}
	for name, value := range values {
		t.Setenv(name, value)
	}
}

func TestWiring(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		switch text := string(body); {
		case strings.Contains(text, `"by-event"`):
			asked = append(asked, operation+" the index")
			_, _ = w.Write([]byte(`{"Items":[{"user_id":{"S":"u"}}]}`))
			return
		case strings.Contains(text, `"the-history"`):
			asked = append(asked, operation+" the-history")
		case strings.Contains(text, `"the-profiles"`):
			asked = append(asked, operation+" the-profiles")
		}
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(s.Close)
	environment(t, map[string]string{"HISTORY_TABLE_NAME": "the-history", "TABLE_NAME": "the-profiles", "AWS_ENDPOINT_URL": s.URL})
	reader, err := newReader(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r := awsevents.APIGatewayV2HTTPRequest{PathParameters: map[string]string{"eventId": "01M8Q59XXH74D88JE7C33YDRRG"}}
	r.RequestContext.HTTP.Method = http.MethodGet
	got, err := reader.Get(t.Context(), r)
	if want := "Query the index, Query the-history, GetItem the-profiles"; err != nil || got.StatusCode != http.StatusNotFound || strings.Join(asked, ", ") != want {
		t.Errorf("%v, %d %s; asked %s, want %s", err, got.StatusCode, got.Body, asked, want)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for missing, values := range map[string]map[string]string{
		"HISTORY_TABLE_NAME": {"HISTORY_TABLE_NAME": "", "TABLE_NAME": "x"}, "TABLE_NAME": {"HISTORY_TABLE_NAME": "x", "TABLE_NAME": ""},
		"STACK_ID": {"HISTORY_TABLE_NAME": "x", "TABLE_NAME": "x", "STACK_ID": ""},
	} {
		environment(t, values)
		if _, err := newReader(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), " "+missing+" ") {
			t.Errorf("%s: got %v", missing, err)
		}
	}
}
