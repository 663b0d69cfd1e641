package awsconfig

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	"github.com/bot-preferences/bot-preferences/internal/env"
)

// The functions run 5 to 15 s. Services answer within 100 ms or are in trouble.
// Giving up early leaves time to try again. The SDK's own settings (no timeout,
// up to 20 s between attempts) leave none. The package comment has these figures.
const (
	dialTimeout   = time.Second
	answerTimeout = 1500 * time.Millisecond // from the request to the first byte of the answer
	wholeTimeout  = 3 * time.Second         // of one attempt
	maxAttempts   = 3
	maxBackoff    = 300 * time.Millisecond
	connections   = 32 // kept open to a service: apply makes 16 requests at a time, and a new one costs a TLS handshake
)

// FromEnvironment is the configuration that Lambda's environment gives. It needs
// AWS_REGION (or, as in the SDK, AWS_DEFAULT_REGION), AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY. It also reads AWS_SESSION_TOKEN, AWS_ACCOUNT_ID,
// AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> and AWS_CA_BUNDLE, and nothing else.
// The timeouts and retries are those of the package comment. The error names the
// variable that is missing.
//
// The variables are read once. If credentials expire while the process runs, use
// config.LoadDefaultConfig and WithTimeouts. LoadDefaultConfig also looks for files,
// profiles, single sign-on, roles and the machine's metadata, which no Lambda
// function has. It links the clients of four more services: a
// fifth of the binary, and a tenth or more of the time to start.
func FromEnvironment() (aws.Config, error) {
	roots, err := authorities()
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
	}
	cfg := aws.Config{
		HTTPClient: timed(trusting(roots)), Retryer: retryer, Logger: logging.NewStandardLogger(os.Stderr),
		ConfigSources: []any{endpoints{}},
		APIOptions:    []func(*middleware.Stack) error{keepAnswers},
		// The SDK's defaults, which its clients do not all set by themselves.
		DefaultsMode: aws.DefaultsModeLegacy, AccountIDEndpointMode: aws.AccountIDEndpointModePreferred,
		RequestMinCompressSizeBytes: 10240,
		RequestChecksumCalculation:  aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation:  aws.ResponseChecksumValidationWhenSupported,
		RestrictFilePermissions:     aws.RestrictFilePermissionsUserReadWrite,
	}
	if cfg.Region = os.Getenv("AWS_DEFAULT_REGION"); os.Getenv("AWS_REGION") != "" || cfg.Region == "" {
		if cfg.Region, err = env.Required("AWS_REGION"); err != nil {
			return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
		}
	}
	if cfg.Credentials, err = environmentCredentials(); err != nil {
		return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
	}
	if url := os.Getenv(endpointURL); url != "" {
		cfg.BaseEndpoint = aws.String(url)
	}
	return cfg, nil
}

// environmentCredentials are those of the function's role. Lambda sets them once
// for a process and ends it before they expire.
func environmentCredentials() (aws.CredentialsProvider, error) {
	c := aws.Credentials{SessionToken: os.Getenv("AWS_SESSION_TOKEN"), AccountID: os.Getenv("AWS_ACCOUNT_ID"), Source: "environment"}
	var err error
	if c.AccessKeyID, err = env.Required("AWS_ACCESS_KEY_ID"); err != nil {
		return nil, err
	}
	if c.SecretAccessKey, err = env.Required("AWS_SECRET_ACCESS_KEY"); err != nil {
		return nil, err
	}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil }), nil
}

const endpointURL = "AWS_ENDPOINT_URL"

// endpoints is where the SDK's clients look for their own endpoint, each under
// its service's id, such as "DynamoDB".
type endpoints struct{}

// GetServiceBaseEndpoint is asked for by the SDK, by this name.
func (endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (url string, found bool, err error) {
	url = os.Getenv(endpointURL + "_" + strings.ToUpper(strings.ReplaceAll(sdkID, " ", "_")))
	return url, url != "", nil
}

// authorities are those of AWS_CA_BUNDLE, a file in PEM; nil, for the system's, where
// it is not set. As with the SDK they take the place of the system's.
func authorities() (*x509.CertPool, error) {
	path := os.Getenv("AWS_CA_BUNDLE")
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the environment variable AWS_CA_BUNDLE: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("the environment variable AWS_CA_BUNDLE: %s has no certificate in PEM", path)
	}
	return pool, nil
}

// WithTimeouts takes a configuration from elsewhere, such as config.LoadDefaultConfig.
// It returns a copy with the timeouts and retries of this package, and with what
// KeepAnswers adds. An HTTPClient that is not the SDK's own (*awshttp.BuildableClient)
// stays as it is. So do retries that the configuration already names: Retryer, RetryMode
// or RetryMaxAttempts.
func WithTimeouts(cfg aws.Config) aws.Config {
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	if c, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = timed(c)
	}
	if cfg.Retryer == nil && cfg.RetryMode == "" && cfg.RetryMaxAttempts == 0 {
		cfg.Retryer = retryer
	}
	return KeepAnswers(cfg)
}

func trusting(roots *x509.CertPool) *awshttp.BuildableClient {
	c := awshttp.NewBuildableClient()
	if roots == nil {
		return c
	}
	return c.WithTransportOptions(func(t *http.Transport) { t.TLSClientConfig.RootCAs = roots })
}

func timed(c *awshttp.BuildableClient) *awshttp.BuildableClient {
	return c.
		WithTimeout(wholeTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = dialTimeout
			t.ResponseHeaderTimeout = answerTimeout
			t.MaxIdleConnsPerHost = connections
		})
}

func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
	})
}
