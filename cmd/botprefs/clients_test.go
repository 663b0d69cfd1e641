package main

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// botprefs dev has one region and finds nothing in another. The region of whoever works
// with AWS too must not lead there.
func TestRegionOfTheEndpoint(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	for _, c := range []struct{ endpoint, region, want string }{
		{"http://127.0.0.1:4566", "", "us-east-1"},
		{"http://localhost:4566", "", "us-east-1"},
		{"http://127.0.0.1:4566", "eu-west-1", "eu-west-1"},
		{"https://aws.test", "", "eu-central-1"},
		{"", "", "eu-central-1"},
	} {
		cfg, err := (&clientOptions{endpoint: c.endpoint, region: c.region}).load(t.Context())
		if err != nil || cfg.Region != c.want {
			t.Errorf("%q with --region %q: %q, %v, want %s", c.endpoint, c.region, cfg.Region, err, c.want)
		}
	}
}

// A company's proxy, or an emulator with TLS, has a certificate of its own.
func TestCertificatesOfTheEnvironmentCount(t *testing.T) {
	asked := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked = true
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte("{}"))
	}))
	defer s.Close()
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)
	cfg, err := (&clientOptions{endpoint: s.URL}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqs.NewFromConfig(cfg).ListQueues(t.Context(), &sqs.ListQueuesInput{}); err != nil || !asked {
		t.Errorf("%v, asked %t", err, asked)
	}
}

// botprefs dev may answer before net/http looks for the end of the request's body. A lost
// answer of dlq list hides its messages for the visibility timeout.
func TestClientsLoseNoAnswer(t *testing.T) {
	cfg, err := (&clientOptions{endpoint: "http://127.0.0.1:4566"}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var early earlyAnswer
	client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.HTTPClient = &early })
	if _, err := client.ListQueues(t.Context(), nil); err != nil || early.left != nil {
		t.Errorf("%v; behind its end the body gives %v", err, early.left)
	}
}

// earlyAnswer answers before it looks for the end of the body.
type earlyAnswer struct{ left error }

// Do implements aws.HTTPClient.
func (e *earlyAnswer) Do(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, io.LimitReader(r.Body, r.ContentLength)); err != nil {
		return nil, err
	}
	_ = r.Body.Close() // as smithy-go does when an answer begins
	_, e.left = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// A tunnel to AWS ends on this machine, too.
func TestAProfileCountsForAnEndpointOnThisMachine(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte("[profile work]\naws_access_key_id = of-work\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	for profile, want := range map[string]string{"": "local", "work": "of-work"} {
		cfg, err := (&clientOptions{endpoint: "http://127.0.0.1:4566", profile: profile}).load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if c, err := cfg.Credentials.Retrieve(t.Context()); err != nil || c.AccessKeyID != want {
			t.Errorf("--profile %q: %q, %v, want %q", profile, c.AccessKeyID, err, want)
		}
	}
}
