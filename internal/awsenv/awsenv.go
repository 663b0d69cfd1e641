// Package awsenv is a Lambda function's environment: the AWS configuration that
// all clients share, and the variables that the stack sets. It is one place so
// that how a function starts can change for all of them at once.
package awsenv

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
)

// The functions run 5 to 15 s. Services answer within 100 ms or are in trouble;
// giving up early leaves time to try again, which the SDK's own settings (no
// time-out, up to 20 s between attempts) do not.
const (
	dialTimeout   = time.Second
	answerTimeout = 1500 * time.Millisecond // from the request to the first byte of the answer
	wholeTimeout  = 3 * time.Second         // of one attempt
	maxAttempts   = 3
	maxBackoff    = 300 * time.Millisecond
)

// Config is the configuration of the environment that Lambda sets up: region,
// credentials and, where they are set, AWS_ENDPOINT_URL and
// AWS_ENDPOINT_URL_<SERVICE>. An unanswered request is given up after 1.5 s and
// tried three times in all.
func Config(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(client()),
		config.WithRetryer(retryer),
	)
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, fmt.Errorf("AWS configuration: the environment variable AWS_REGION is required")
	}
	return cfg, nil
}

func client() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithTimeout(wholeTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = dialTimeout
			t.ResponseHeaderTimeout = answerTimeout
		})
}

func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
	})
}

// Required is the value of an environment variable that the stack must set.
func Required(name string) (string, error) {
	if v := os.Getenv(name); v != "" {
		return v, nil
	}
	return "", fmt.Errorf("the environment variable %s is required", name)
}
