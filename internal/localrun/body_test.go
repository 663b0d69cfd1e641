package localrun

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// plainBodies keeps answers from being lost. net/http looks for the end of a request's
// body once all of it is sent. By then a server on this machine may have answered.
// smithy-go closes the body as soon as an answer begins. Its body
// (safeWriteToReadCloser, in 1.28.8) then gives io.EOF as an error of WriteTo. net/http
// takes that for an unreadable body and closes the connection while the answer is being
// read. The SDK then retries. The messages of a lost ReceiveMessage stay hidden for the
// queue's visibility timeout. Read returns io.EOF correctly, so plainBodies leaves only
// Read.
type plainBodies struct{ aws.HTTPClient }

// Do implements aws.HTTPClient.
func (c plainBodies) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.WithContext(r.Context()) // the caller's stays as it is
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}

// connections are shared by all clients of the tests.
var connections = plainBodies{awshttp.NewBuildableClient()}

// swift answers before it looks for the end of the body, as net/http may.
type swift struct{ left error }

// Do implements aws.HTTPClient.
func (s *swift) Do(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, io.LimitReader(r.Body, r.ContentLength)); err != nil {
		return nil, err
	}
	_ = r.Body.Close() // smithy-go, meanwhile
	_, s.left = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// An early answer must not be an error of the request's body. The SDK's body fails; if
// it no longer does, plainBodies can be removed.
func TestASwiftAnswerIsNotLost(t *testing.T) {
	for _, plain := range []bool{true, false} {
		var s swift
		cfg := config(&Environment{Stack: &stack.Stack{Region: "us-east-1"}, AWSURL: "http://localaws.test"})
		cfg.HTTPClient = &s
		if plain {
			cfg.HTTPClient = plainBodies{&s}
		}
		if _, err := sqs.NewFromConfig(cfg).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String("http://localaws.test/q")}); err != nil {
			t.Fatal(err)
		}
		if plain != (s.left == nil) {
			t.Errorf("plain body %v: behind the end it gives %v", plain, s.left)
		}
	}
}
