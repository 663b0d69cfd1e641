package queue_test

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/queue"
)

// An operation answers one request: a status and a value for the JSON body, or
// an error of the transport.
type operation func(body []byte) (status int, out any, err error)

// A wire answers the SDK's requests by operation name.
type wire struct {
	t          *testing.T
	operations map[string]operation
	calls      []string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	name := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	w.calls = append(w.calls, name)
	body, err := io.ReadAll(r.Body)
	if err != nil || w.operations[name] == nil {
		w.t.Errorf("operation %q, error %v", name, err)
		return nil, errors.New("unexpected")
	}
	status, out, err := w.operations[name](body)
	if err != nil {
		return nil, err
	}
	text, isText := out.(string)
	if !isText {
		encoded, err := json.Marshal(out)
		if err != nil {
			w.t.Error(err)
		}
		text = string(encoded)
	}
	return &http.Response{
		StatusCode: status, Request: r, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(text)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:   io.NopCloser(strings.NewReader(text)),
	}, nil
}

func (w *wire) client() *sqs.Client {
	return sqs.NewFromConfig(aws.Config{
		Region: "us-east-1", HTTPClient: &http.Client{Transport: w},
		Credentials:      credentials.NewStaticCredentialsProvider("id", "secret", ""),
		RetryMaxAttempts: 1,
	})
}

const queueURL = "https://sqs.us-east-1.amazonaws.com/123456789012/changes"

func (w *wire) queue(options ...queue.Option) *queue.Queue {
	retry := batch.DefaultRetry()
	retry.Attempts, retry.Base, retry.Cap = 3, 1, 1
	return queue.New(w.client(), queueURL, append(options, queue.WithRetry(retry))...)
}

// decode reads a request and fails the test where it is not of this shape.
func decode[In any](t *testing.T, body []byte) (in In) {
	if err := json.Unmarshal(body, &in, json.RejectUnknownMembers(true)); err != nil {
		t.Errorf("request %.200s: %v", body, err)
	}
	return in
}

func refuse(status int, code string) operation {
	return func([]byte) (int, any, error) {
		return status, map[string]string{"__type": "com.amazonaws.sqs#" + code, "message": "because"}, nil
	}
}

func fail(err error) operation {
	return func([]byte) (int, any, error) { return 0, nil, err }
}

func sum(text string) string {
	hash := md5.Sum([]byte(text))
	return hex.EncodeToString(hash[:])
}

// An attribute is a message attribute on the wire.
type attribute struct{ DataType, StringValue string }

// sumAttributes is SQS's checksum of string attributes.
func sumAttributes(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var b []byte
	field := func(s string) { b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) }
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		field(name)
		field(attributes[name].DataType)
		b = append(b, 1)
		field(attributes[name].StringValue)
	}
	return sum(string(b))
}

var lostAnswer = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
