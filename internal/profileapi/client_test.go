package profileapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/bot-preferences/bot-preferences/internal/profileapi"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// api answers with these statuses, one after the other, and records the requests.
type api struct {
	statuses []int
	requests []*http.Request
}

func (a *api) RoundTrip(r *http.Request) (*http.Response, error) {
	status := a.statuses[min(len(a.requests), len(a.statuses)-1)]
	a.requests = append(a.requests, r)
	body := `{"user_id":"a b+c","preferences":{"tone":"brief"},"revision":3,"as_of":"01M8Q59XXH74D88JE7C33YDRRG","last_updated":"2026-12-01T08:00:00.000Z"}`
	return &http.Response{StatusCode: status, Request: r, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}, nil
}

func config() aws.Config {
	return aws.Config{Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "token")}
}

func TestRequestsAreSigned(t *testing.T) {
	a := &api{statuses: []int{200}}
	p, err := subscriber.FromAPI(profileapi.Client(config(), a), "https://api.test")(t.Context(), "a b+c")
	if err != nil || p.Revision != 3 {
		t.Fatal(p, err)
	}
	r := a.requests[0]
	if got := r.Header.Get("Authorization"); !strings.HasPrefix(got, "AWS4-HMAC-SHA256 Credential=AKID/") || !strings.Contains(got, "/eu-west-1/execute-api/aws4_request") {
		t.Errorf("Authorization is %q", got)
	}
	if r.Header.Get("X-Amz-Security-Token") != "token" || r.URL.String() != "https://api.test/preferences?user_id=a%20b%2Bc" {
		t.Errorf("%s, %v", r.URL, r.Header)
	}
}

func TestAnAPIThatIsBusyIsAskedAgain(t *testing.T) {
	for _, row := range []struct {
		statuses  []int
		requests  int
		succeeded bool
	}{
		{[]int{503, 429, 200}, 3, true}, {[]int{503, 503, 503, 200}, 3, false}, {[]int{500}, 1, false}, {[]int{403}, 1, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, began := &api{statuses: row.statuses}, time.Now()
			_, err := subscriber.FromAPI(profileapi.Client(config(), a), "https://api.test")(t.Context(), "a b+c")
			if (err == nil) != row.succeeded || len(a.requests) != row.requests || time.Since(began) != time.Duration(row.requests-1)*time.Second {
				t.Errorf("%v: %d requests in %s, %v", row.statuses, len(a.requests), time.Since(began), err)
			}
		})
	}
}

func TestAnInterruptionEndsTheWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		a := &api{statuses: []int{503}}
		if _, err := subscriber.FromAPI(profileapi.Client(config(), a), "https://api.test")(ctx, "u"); !errors.Is(err, context.DeadlineExceeded) || len(a.requests) != 1 {
			t.Errorf("%v after %d requests", err, len(a.requests))
		}
	})
}

func TestWithoutCredentialsNothingIsSent(t *testing.T) {
	a, lost := &api{statuses: []int{200}}, errors.New("none")
	cfg := config()
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, lost })
	if _, err := subscriber.FromAPI(profileapi.Client(cfg, a), "https://api.test")(t.Context(), "u"); !errors.Is(err, lost) || len(a.requests) > 0 {
		t.Errorf("%v after %d requests", err, len(a.requests))
	}
}
