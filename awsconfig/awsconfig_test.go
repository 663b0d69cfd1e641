package awsconfig_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
)

// lambda sets what Lambda sets and nothing else that the SDK looks at.
func lambda(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
		"AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_SQS": "", "AWS_ENDPOINT_URL_EVENTBRIDGE": "", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "",
		"AWS_RETRY_MODE": "", "AWS_MAX_ATTEMPTS": "", "AWS_ACCOUNT_ID": "123456789012",
	} {
		t.Setenv(name, value)
	}
}

func TestConfig(t *testing.T) {
	lambda(t)
	cfg, err := awsconfig.FromEnvironment()
	if err != nil || cfg.Region != "eu-central-1" {
		t.Fatalf("region %q, %v", cfg.Region, err)
	}
	if c, err := cfg.Credentials.Retrieve(t.Context()); err != nil || c.SessionToken != "token" {
		t.Errorf("%v", err)
	}
	client, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok || client.GetTimeout() > 5*time.Second || client.GetTransport().ResponseHeaderTimeout == 0 || client.GetTransport().MaxIdleConnsPerHost < 16 || client.GetDialer().Timeout > 2*time.Second {
		t.Error("a function of 5 s cannot wait for its time-outs")
	}
	retryer := cfg.Retryer()
	for attempt := 1; attempt < retryer.MaxAttempts(); attempt++ {
		if delay, err := retryer.RetryDelay(attempt, errors.New("x")); err != nil || delay > time.Second {
			t.Errorf("waits %s after attempt %d, %v", delay, attempt, err)
		}
	}
}

func TestConfigNamesTheVariableThatIsMissing(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		lambda(t)
		t.Setenv("AWS_DEFAULT_REGION", "")
		t.Setenv(name, "")
		if _, err := awsconfig.FromEnvironment(); err == nil || !strings.Contains(err.Error(), name+" is required") {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// As the SDK has it: AWS_DEFAULT_REGION counts where AWS_REGION is not set.
func TestConfigReadsTheDefaultRegion(t *testing.T) {
	lambda(t)
	t.Setenv("AWS_DEFAULT_REGION", "eu-west-3")
	if cfg, err := awsconfig.FromEnvironment(); err != nil || cfg.Region != "eu-central-1" {
		t.Errorf("%q, %v", cfg.Region, err)
	}
	t.Setenv("AWS_REGION", "")
	if cfg, err := awsconfig.FromEnvironment(); err != nil || cfg.Region != "eu-west-3" {
		t.Errorf("%q, %v", cfg.Region, err)
	}
}

// Whoever updates the SDK learns here of a default that it has got since.
func TestConfigHasTheDefaultsOfTheSDK(t *testing.T) {
	lambda(t)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	want, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(want.Interceptors) != fmt.Sprint(got.Interceptors) { // none; one is nil, the other empty
		t.Errorf("the SDK has got interceptors: %v", want.Interceptors)
	}
	ownWay := map[string]bool{"Credentials": true, "HTTPClient": true, "Retryer": true, "ConfigSources": true, "Logger": true, "Interceptors": true, "APIOptions": true}
	of, theirs := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range of.NumField() {
		name := of.Type().Field(i).Name
		if !ownWay[name] && !reflect.DeepEqual(of.Field(i).Interface(), theirs.Field(i).Interface()) {
			t.Errorf("%s is %v, and the SDK's default %v", name, of.Field(i), theirs.Field(i))
		}
	}
	if got.Logger == nil {
		t.Error("the clients cannot log")
	}
	mine, err := got.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	its, err := want.Credentials.Retrieve(t.Context())
	mine.Source, its.Source = "", ""
	if err != nil || mine != its {
		t.Errorf("other credentials than the SDK's: %v", err)
	}
}

func TestEndpointsOfTheEnvironment(t *testing.T) {
	var general, special []string
	server := func(calls *[]string) *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			*calls = append(*calls, r.Header.Get("X-Amz-Target"))
			_, _ = w.Write([]byte(`{}`))
		}))
		t.Cleanup(s.Close)
		return s
	}
	lambda(t)
	t.Setenv("AWS_ENDPOINT_URL", server(&general).URL)
	t.Setenv("AWS_ENDPOINT_URL_SQS", server(&special).URL)
	cfg, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := eventbridge.NewFromConfig(cfg).ListRules(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if _, err := sqs.NewFromConfig(cfg).ListQueues(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if strings.Join(general, " ") != "AWSEvents.ListRules" || strings.Join(special, " ") != "AmazonSQS.ListQueues" {
		t.Errorf("general: %q, of SQS: %q", general, special)
	}
}
