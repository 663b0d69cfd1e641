// Package wiretest answers the AWS SDK's requests in the test's own process: the
// real client, with its serializers and its reading of errors, over a wire that
// the test controls.
package wiretest

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/go-json-experiment/json"
)

// An Operation answers one request: a status and a value for the JSON body (a
// string is sent as it is), or an error of the transport.
type Operation func(body []byte) (status int, out any, err error)

// A Wire answers requests by the name of their operation. A request for any
// other operation fails the test.
type Wire struct {
	T          testing.TB
	Operations map[string]Operation
	Calls      []string // the operations that were called, in order
}

// RoundTrip implements http.RoundTripper.
func (w *Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	w.Calls = append(w.Calls, name)
	body, err := io.ReadAll(r.Body)
	if err != nil || w.Operations[name] == nil {
		w.T.Errorf("operation %q, error %v", name, err)
		return nil, errors.New("unexpected")
	}
	status, out, err := w.Operations[name](body)
	if err != nil {
		return nil, err
	}
	text, isText := out.(string)
	if !isText {
		encoded, err := json.Marshal(out)
		if err != nil {
			w.T.Error(err)
		}
		text = string(encoded)
	}
	return &http.Response{
		StatusCode: status, Request: r, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(text)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body:   io.NopCloser(strings.NewReader(text)),
	}, nil
}

// Config is for a client that speaks over the wire and retries nothing.
func (w *Wire) Config() aws.Config {
	return aws.Config{
		Region: "us-east-1", HTTPClient: &http.Client{Transport: w},
		Credentials:      credentials.NewStaticCredentialsProvider("id", "secret", ""),
		RetryMaxAttempts: 1,
	}
}

// Decode reads a request. It fails the test where the request has another shape.
func Decode[In any](t testing.TB, body []byte) (in In) {
	t.Helper()
	if err := json.Unmarshal(body, &in, json.RejectUnknownMembers(true)); err != nil {
		t.Errorf("request %.200s: %v", body, err)
	}
	return in
}

// Refuse answers with a status and an error code.
func Refuse(status int, code string) Operation {
	return func([]byte) (int, any, error) {
		return status, map[string]string{"__type": "com.amazonaws#" + code, "message": "because"}, nil
	}
}

// Fail answers with an error of the transport.
func Fail(err error) Operation {
	return func([]byte) (int, any, error) { return 0, nil, err }
}

// ErrLostAnswer is the error of a connection that ended before the answer came.
var ErrLostAnswer = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}

// MD5 is the checksum by which SQS confirms a text.
func MD5(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
