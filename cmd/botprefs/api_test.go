package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// What to do about a read that failed depends on the status, not on the text of the error.
func TestAFailedReadSaysWhatToDo(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusForbidden:  "its credentials need execute-api:Invoke in us-east-1",
		http.StatusBadRequest: "check that --api or --stage names this pipeline",
		http.StatusNotFound:   "is not the HTTP API of this pipeline",
		http.StatusOK:         "is not the HTTP API of this pipeline",
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte("{}"))
			}))
			defer server.Close()
			out, err := stdout(t, "get", "u", "--api", server.URL)
			if err == nil || !strings.Contains(err.Error(), want) || out != "" {
				t.Errorf("%v\n%s", err, out)
			}
			cfg := aws.Config{Region: localRegion, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
			if err := readingAPI(cfg, server.URL)(t.Context(), "u"); errors.Is(err, doctor.ErrForbidden) != (status == http.StatusForbidden) || err == nil {
				t.Errorf("doctor hears %v", err)
			}
		})
	}
	busy := &subscriber.StatusError{Status: http.StatusTooManyRequests}
	if err := (&apiOptions{api: "http://api.test"}).unread(aws.Config{}, busy); err == nil || err.Error() != busy.Error() {
		t.Errorf("the URL is not to blame: %v", err)
	}
}
