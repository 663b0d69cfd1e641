// Package profileapi is an HTTP client for the pipeline's HTTP API: it signs requests as
// AWS demands it (SigV4 for execute-api), and repeats a read that may succeed later.
// Subscriber.FromAPI reads profiles through it.
package profileapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Client signs with the credentials and the region of cfg. It is for requests without a
// body. An answer of 429 or 503 is asked for up to three times, a second apart.
func Client(cfg aws.Config, next http.RoundTripper) *http.Client {
	return &http.Client{Transport: &patient{&signer{cfg, next}}}
}

const (
	attempts = 3
	delay    = time.Second
)

// patient repeats requests that the API cannot answer at present.
type patient struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (p *patient) RoundTrip(r *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		answer, err := p.next.RoundTrip(r)
		if err != nil || attempt == attempts || answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusServiceUnavailable {
			return answer, err
		}
		_ = answer.Body.Close() // nothing of it is needed
		if err := wait(r.Context()); err != nil {
			return nil, err
		}
	}
}

func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(delay):
		return nil
	}
}

type signer struct {
	cfg  aws.Config
	next http.RoundTripper
}

// RoundTrip signs a copy of the request. A space in the query becomes %20: signatures
// are made of that form.
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	credentials, err := s.cfg.Credentials.Retrieve(r.Context())
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "+", "%20")
	nothing := sha256.Sum256(nil)
	err = v4.NewSigner().SignHTTP(r.Context(), credentials, r, hex.EncodeToString(nothing[:]), "execute-api", s.cfg.Region, time.Now())
	if err != nil {
		return nil, err
	}
	return s.next.RoundTrip(r)
}
