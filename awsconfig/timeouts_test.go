package awsconfig_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/awsconfig"
)

// What config.LoadDefaultConfig finds gets the timeouts of FromEnvironment, and keeps
// the rest.
func TestWithTimeouts(t *testing.T) {
	lambda(t)
	found, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ours, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	want := ours.HTTPClient.(*awshttp.BuildableClient)
	for name, cfg := range map[string]aws.Config{"found": found, "empty": {}} {
		got := awsconfig.WithTimeouts(cfg)
		client, ok := got.HTTPClient.(*awshttp.BuildableClient)
		if !ok || client.GetTimeout() != want.GetTimeout() || client.GetDialer().Timeout != want.GetDialer().Timeout ||
			client.GetTransport().ResponseHeaderTimeout != want.GetTransport().ResponseHeaderTimeout ||
			client.GetTransport().TLSHandshakeTimeout != want.GetTransport().TLSHandshakeTimeout {
			t.Errorf("%s: other timeouts than those of FromEnvironment", name)
		}
		if got.Retryer == nil || got.Retryer().MaxAttempts() != ours.Retryer().MaxAttempts() || got.Region != cfg.Region {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// The SDK makes a client of its own only where AWS_CA_BUNDLE is set.
	if client, ok := found.HTTPClient.(*awshttp.BuildableClient); found.Retryer != nil || ok && client.GetTimeout() != 0 {
		t.Error("the argument was changed")
	}
}

// A configuration that has everything already stays usable.
func TestWithTimeoutsTwice(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	t.Cleanup(server.Close)
	lambda(t)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	cfg, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	twice := awsconfig.WithTimeouts(awsconfig.WithTimeouts(cfg))
	if _, err := eventbridge.NewFromConfig(twice).ListRules(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if len(cfg.APIOptions) == len(twice.APIOptions) {
		t.Error("the options were not added")
	}
}

// What a caller chose is kept.
func TestWithTimeoutsKeepsWhatWasChosen(t *testing.T) {
	own := &http.Client{Timeout: time.Hour}
	got := awsconfig.WithTimeouts(aws.Config{HTTPClient: own, RetryMaxAttempts: 9})
	if got.HTTPClient != own || got.Retryer != nil {
		t.Errorf("%+v", got)
	}
	if got := awsconfig.WithTimeouts(aws.Config{RetryMode: aws.RetryModeAdaptive}); got.Retryer != nil {
		t.Error("the retry mode was replaced")
	}
	if got := awsconfig.WithTimeouts(aws.Config{Retryer: func() aws.Retryer { return aws.NopRetryer{} }}); got.Retryer().MaxAttempts() != 1 {
		t.Error("the retryer was replaced")
	}
}

// An endpoint that accepts and does not answer is given up, without a deadline of the
// caller's. One attempt: the others would take as long.
func TestASilentEndpointIsGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	lambda(t)
	t.Setenv("AWS_ENDPOINT_URL", "http://"+l.Addr().String())
	cfg, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	// A hundredth of the time: the test does not wait for the true one.
	patience := cfg.HTTPClient.(*awshttp.BuildableClient)
	cfg.HTTPClient = patience.WithTransportOptions(func(tr *http.Transport) { tr.ResponseHeaderTimeout /= 100 })
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	ended := make(chan error, 1)
	go func() {
		_, err := eventbridge.NewFromConfig(cfg).ListRules(context.Background(), nil)
		ended <- err
	}()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("no error")
		}
	case <-time.After(time.Second):
		t.Error("the call does not return")
	}
}
