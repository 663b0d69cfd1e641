package awsconfig_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
)

// swift answers before it looks for the end of the body, as net/http may.
type swift struct {
	body string
	left error
}

// Do implements aws.HTTPClient.
func (s *swift) Do(r *http.Request) (*http.Response, error) {
	var sent strings.Builder
	if _, err := io.Copy(&sent, io.LimitReader(r.Body, r.ContentLength)); err != nil {
		return nil, err
	}
	s.body = sent.String()
	_ = r.Body.Close() // smithy-go, meanwhile
	_, s.left = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// An early answer must not be an error of the request's body. The SDK's own body fails;
// if it no longer does, keepAnswers can be removed.
func TestASwiftAnswerIsNotLost(t *testing.T) {
	lambda(t)
	ours, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	its := aws.Config{Region: "us-east-1", Credentials: aws.AnonymousCredentials{}}
	for name, cfg := range map[string]aws.Config{
		"FromEnvironment": ours, "WithTimeouts": awsconfig.WithTimeouts(its), "KeepAnswers": awsconfig.KeepAnswers(its),
		"twice": awsconfig.KeepAnswers(awsconfig.KeepAnswers(its)), "the SDK's": its,
	} {
		var s swift
		client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.HTTPClient = &s })
		if _, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String("http://localaws.test/q")}); err != nil {
			t.Fatal(err)
		}
		if (name == "the SDK's") != (s.left != nil) {
			t.Errorf("%s: behind the end the body gives %v", name, s.left)
		}
		if s.body != `{"QueueUrl":"http://localaws.test/q"}` {
			t.Errorf("%s: the body is %s", name, s.body)
		}
	}
}
