package profiles

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// A signer signs requests without a body (SigV4), as the HTTP API demands.
type signer struct {
	cfg  aws.Config
	next http.RoundTripper
}

// RoundTrip signs a copy of the request.
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	credentials, err := s.cfg.Credentials.Retrieve(r.Context())
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	nothing := sha256.Sum256(nil)
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, r, hex.EncodeToString(nothing[:]), "execute-api", s.cfg.Region, time.Now()); err != nil {
		return nil, err
	}
	return s.next.RoundTrip(r)
}
