package localaws_test

import (
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const hookARN = "arn:aws:events:us-east-1:000000000000:api-destination/hook/0"

func hook(change func(*stack.APIDestination)) *stack.Stack {
	d := stack.APIDestination{Name: "hook", ARN: hookARN, Method: "PUT", URL: "http://127.0.0.1:9/x", KeyName: "X-Secret", KeyValue: "v {{resolve:ssm-secure:/a/b}}"}
	change(&d)
	return &stack.Stack{
		Destinations: []stack.APIDestination{d},
		Rules: []stack.Rule{{Name: "hook", Bus: "default", Pattern: `{"source":["bot"]}`, Targets: []stack.Target{
			{ID: "hook", ARN: hookARN, Role: "Caller", MaximumRetryAttempts: 1, MaximumEventAgeSeconds: 60},
		}}},
	}
}

func TestCallsCarryWhatTheConnectionAuthorizesBy(t *testing.T) {
	for _, c := range []struct {
		name         string
		change       func(*stack.APIDestination)
		header, want string
	}{
		{"a key", func(*stack.APIDestination) {}, "X-Secret", "v local"},
		{"a key as it stands", func(d *stack.APIDestination) { d.KeyValue = "{{resolve:x:y}}" }, "X-Secret", "{{resolve:x:y}}"},
		{"Basic", func(d *stack.APIDestination) {
			d.KeyName, d.Username, d.Password = "", "me", "{{resolve:secretsmanager:a:SecretString:b}}"
		}, "Authorization", "Basic bWU6bG9jYWw="},
	} {
		cloud, err := localaws.New(newClock().world(), hook(c.change))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cloud.Buses.Put(eventbridge.Entry{Source: "bot", DetailType: "d", Detail: "{}"}); err != nil {
			t.Fatal(err)
		}
		if cloud.DeliverDue() != 0 || cloud.Drained() {
			t.Error("a call counts as a delivery, or as nothing")
		}
		calls := cloud.Buses.CallsDue()
		if len(calls) != 1 || calls[0].Method != "PUT" || calls[0].Header.Get(c.header) != c.want {
			t.Errorf("%s: %+v", c.name, calls)
		}
	}
}

func TestNothingIsSentToOtherMachines(t *testing.T) {
	for _, address := range []string{"https://example.com/x", "http://192.0.2.1/", "http://127.0.0.1.example.com/"} {
		_, err := localaws.New(newClock().world(), hook(func(d *stack.APIDestination) { d.URL = address }))
		if err == nil || !strings.Contains(err.Error(), "API destination hook: "+address+" is not on this machine") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
