package copytable_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/copytable"
)

// No option makes a Save panic, whatever it leaves out.
func TestOptionsThatSayNothing(t *testing.T) {
	for name, options := range map[string][]copytable.Option{
		"no clock":        {copytable.WithExpiry(time.Hour), copytable.WithClock(nil)},
		"negative expiry": {copytable.WithExpiry(-time.Hour)},
		"negative time":   {copytable.WithTimeout(-1)},
	} {
		c := newCloud(t)
		save(t, copytable.New(c.client, "copies", options...), subscriber.Copy{UserID: "u1", Revision: 7})
		if item(t, c, "u1") == nil {
			t.Errorf("%s: not saved", name)
		}
	}
}

// silent accepts a request and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// Without a deadline of the caller's, a call does not wait for ever.
func TestSilentEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := dynamodb.NewFromConfig(aws.Config{
			Region: "us-east-1", HTTPClient: &http.Client{Transport: silent{}}, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		})
		for want, s := range map[time.Duration]*copytable.Table{
			copytable.DefaultTimeout: copytable.New(client, "copies"),
			time.Second:              copytable.New(client, "copies", copytable.WithTimeout(time.Second)),
		} {
			start := time.Now()
			_, err := s.Load(context.Background(), "u1")
			if took := time.Since(start); took != want || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("load: %v after %s", err, took)
			}
			start = time.Now()
			_, err = s.Save(context.Background(), whole(), false)
			if took := time.Since(start); took != want || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("save: %v after %s", err, took)
			}
		}
	})
}
