package awsconfig_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/producers"
)

// TestMain gives the examples an environment and a bus. The tests set their own.
func TestMain(m *testing.M) {
	bus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`))
	}))
	for name, value := range map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL": bus.URL,
		"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	bus.Close()
	os.Exit(code)
}

// A bot whose environment has the region and the credentials, as a Lambda function's
// has.
func ExampleFromEnvironment() {
	cfg, err := awsconfig.FromEnvironment()
	if err != nil {
		fmt.Println(err)
		return
	}
	publisher, err := producers.NewPublisher("my-bot", eventbus.New(eventbridge.NewFromConfig(cfg), "bot-preferences-dev"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = publisher.PublishOne(context.Background(), events.PreferenceChange{
		UserID: "sam", Preferences: events.Preferences{"language": events.Text("fr")},
	})
	fmt.Println(err)
	// Output: <nil>
}

// A bot on a machine with profiles, single sign-on or a role.
func ExampleWithTimeouts() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	bus := eventbus.New(eventbridge.NewFromConfig(awsconfig.WithTimeouts(cfg)), "bot-preferences-dev")
	publisher, err := producers.NewPublisher("my-bot", bus)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = publisher.PublishOne(context.Background(), events.PreferenceChange{UserID: "sam", Replace: true})
	fmt.Println(err)
	// Output: <nil>
}
