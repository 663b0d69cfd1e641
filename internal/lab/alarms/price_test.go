package alarms_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// Prices a month in us-east-1, in cents: https://aws.amazon.com/cloudwatch/pricing/
const (
	perAlarm     = 10
	perComposite = 50
	perMetric    = 30
	perDashboard = 300
)

// codes are the values of the dimension Code.
var codes = []events.Code{
	events.Malformed, events.UnknownVersion, events.FromTheFuture, events.TooOld,
	events.TooLarge, events.ProfileTooLarge, events.Unreadable, events.Undeliverable,
}

// metrics are those of our own: each counter, both delays, and dead letters by code.
func metrics() int { return telemetry.Metrics + len(codes) }

func price(t *testing.T, name string, params map[string]string) (cents int, s *stack.Stack) {
	t.Helper()
	s, err := load(name, params)
	if err != nil {
		t.Fatal(err)
	}
	cents = metrics()*perMetric + len(s.Dashboards)*perDashboard
	for _, a := range s.Alarms {
		if a.Rule != "" {
			cents += perComposite
		} else {
			cents += perAlarm
		}
	}
	return cents, s
}

// docs/alarms.md says what the alarms of a stage cost.
func TestThePriceIsStated(t *testing.T) {
	text, err := os.ReadFile(root + "/docs/alarms.md")
	if err != nil {
		t.Fatal(err)
	}
	dev, _ := price(t, "dev", nil)
	prod, _ := price(t, "prod", nil)
	if staging, _ := price(t, "staging", nil); staging != prod {
		t.Errorf("staging costs %d cents and prod %d: the page has one row for both", staging, prod)
	}
	devMore, _ := price(t, "dev", everything)
	prodMore, _ := price(t, "prod", everything)
	for _, row := range []string{
		fmt.Sprintf("what must never wait | %s |", dollars(dev)),
		fmt.Sprintf("two objectives and a dashboard | %s |", dollars(prod)),
		fmt.Sprintf("| together | | %s | | %s |", dollars(dev), dollars(prod)),
		fmt.Sprintf("nine alarms more, for %s a month", dollars(prodMore-prod)),
		fmt.Sprintf("| nine alarms more, with a history | | %s | | %s |", dollars(devMore), dollars(prodMore)),
	} {
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/alarms.md does not say %q", row)
		}
	}
}

func dollars(cents int) string { return fmt.Sprintf("$%d.%02d", cents/100, cents%100) }

// The page has a row for every alarm that notifies somebody.
func TestThePageHasEveryAlarm(t *testing.T) {
	text, err := os.ReadFile(root + "/docs/alarms.md")
	if err != nil {
		t.Fatal(err)
	}
	_, s := price(t, "prod", everything)
	for _, a := range s.Alarms {
		name := strings.TrimPrefix(a.Name, prefix)
		if a.Dimensions["FunctionName"] != "" {
			if kind, _, ok := strings.Cut(name, "-"); ok && a.Metric != "IteratorAge" && a.Metric != "DestinationDeliveryFailures" {
				name = kind + "-FUNCTION"
			}
		}
		if len(a.AlarmActions) > 0 && !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/alarms.md has no row of %s", name)
		}
	}
}
