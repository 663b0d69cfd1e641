package eventbridge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

const anything = `{"source":[{"exists":true}]}`

func TestEnvelope(t *testing.T) {
	c := newCloud(t, "q")
	if err := c.service.CreateBus("bots"); err != nil {
		t.Fatal(err)
	}
	if err := c.service.PutRule("bots", "all", anything); err != nil {
		t.Fatal(err)
	}
	if err := c.service.PutTarget("bots", "all", eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q", MessageGroupID: "g"}); err != nil {
		t.Fatal(err)
	}
	detail := "{ \"b\":1.0,\t\"a\": \"\\u00e9é\", \"b\": 1e400 }"
	out, err := c.PutEvents(t.Context(), &client.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: aws.String("arn:aws:events:us-east-1:123456789012:event-bus/bots"),
		Source:       aws.String(`bot "1"`), DetailType: aws.String("Said<"), Detail: &detail, Resources: []string{"r1", "r2"},
		Time: aws.Time(time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)), TraceHeader: aws.String("Root=1"),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	c.deliverDue()
	got := c.queues["q"].taken
	if len(got) != 1 {
		t.Fatalf("%d deliveries", len(got))
	}
	want := fmt.Sprintf(`{"version":"0","id":"%s","detail-type":"Said<","source":"bot \"1\"","account":"123456789012",`+
		`"time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":["r1","r2"],"detail":%s}`, *out.Entries[0].EventId, detail)
	if diff := cmp.Diff(want, got[0].Body); diff != "" {
		t.Error(diff)
	}
	if got[0].TraceHeader != "Root=1" || got[0].Group != "g" || got[0].Attributes != nil {
		t.Errorf("got trace %q, group %q, attributes %v", got[0].TraceHeader, got[0].Group, got[0].Attributes)
	}
	if len(factsOf[eventbridge.Put](c)) != 1 || len(factsOf[eventbridge.Matched](c)) != 1 || len(factsOf[eventbridge.Delivered](c)) != 1 {
		t.Errorf("facts: %v", c.facts)
	}
}

func TestEventsThatMatchNoRuleAreTold(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "mine", `{"source":["me"]}`, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.rule(t, "off", anything)
	if _, err := c.DisableRule(t.Context(), &client.DisableRuleInput{Name: aws.String("off")}); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"me", "you"} {
		if _, err := c.service.Put(eventbridge.Entry{Source: source, DetailType: "T", Detail: `{}`}); err != nil {
			t.Fatal(err)
		}
	}
	got := factsOf[eventbridge.Unmatched](c)
	if len(got) != 1 || got[0].Event.Source != "you" || got[0].Bus != "default" || got[0].Rules != 1 {
		t.Errorf("unmatched: %+v", got)
	}
}

func TestTimeIsNowWithoutOne(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.put(t, `{}`)
	c.deliverDue()
	if body := c.queues["q"].taken[0].Body; !strings.Contains(body, `"time":"2026-11-23T10:00:00Z"`) || !strings.Contains(body, `"resources":[]`) {
		t.Error(body)
	}
}

func TestEntriesFailAlone(t *testing.T) {
	good := types.PutEventsRequestEntry{Source: aws.String("bot"), DetailType: aws.String("Said"), Detail: aws.String("{}")}
	with := func(change func(*types.PutEventsRequestEntry)) types.PutEventsRequestEntry {
		e := good
		change(&e)
		return e
	}
	detail := func(text string) types.PutEventsRequestEntry {
		return with(func(e *types.PutEventsRequestEntry) { e.Detail = &text })
	}
	nested := func(levels int) string {
		return strings.Repeat(`{"a":`, levels-1) + "{}" + strings.Repeat("}", levels-1)
	}
	for _, row := range []struct {
		name    string
		entry   types.PutEventsRequestEntry
		code    string
		message string
	}{
		{"no source", with(func(e *types.PutEventsRequestEntry) { e.Source = nil }), "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."},
		{"no detail type", with(func(e *types.PutEventsRequestEntry) { e.DetailType = nil }), "InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."},
		{"no detail", with(func(e *types.PutEventsRequestEntry) { e.Detail = nil }), "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."},
		{"a source of AWS's", with(func(e *types.PutEventsRequestEntry) { e.Source = aws.String("aws.s3") }), "NotAuthorizedForSourceException", "Not authorized for the source."},
		{"a long detail type", with(func(e *types.PutEventsRequestEntry) { e.DetailType = aws.String(strings.Repeat("é", 129)) }), "InvalidArgument", "DetailType"},
		{"a bus that does not exist", with(func(e *types.PutEventsRequestEntry) { e.EventBusName = aws.String("nobody") }), "InvalidArgument", "nobody"},
		{"a detail that is text", detail(`"x"`), "MalformedDetail", "Detail is malformed."},
		{"a detail that is an array", detail(`[]`), "MalformedDetail", "Detail is malformed."},
		{"a detail that ends early", detail(`{"a":`), "MalformedDetail", "Detail is malformed."},
		{"a detail with something behind", detail(`{} x`), "MalformedDetail", "Detail is malformed."},
		{"a detail nested too deep", detail(nested(1001)), "MalformedDetail", "Detail is malformed."},
		{"a detail nested deep enough", detail(nested(1000)), "", ""},
		{"a detail with a name twice", detail(`{"a":1,"a":2}`), "", ""},
		{"a detail with a lone surrogate", detail(`{"a":"\ud800"}`), "", ""},
		{"a detail type of 128 characters", with(func(e *types.PutEventsRequestEntry) { e.DetailType = aws.String(strings.Repeat("é", 128)) }), "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCloud(t, "q")
			c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
			out, err := c.PutEvents(t.Context(), &client.PutEventsInput{Entries: []types.PutEventsRequestEntry{good, row.entry, good}})
			if err != nil {
				t.Fatal(err)
			}
			accepted := 3
			if row.code != "" {
				accepted = 2
			}
			if got := aws.ToString(out.Entries[1].ErrorCode); got != row.code || !strings.Contains(aws.ToString(out.Entries[1].ErrorMessage), row.message) {
				t.Errorf("got %s %s, want %s %s", got, aws.ToString(out.Entries[1].ErrorMessage), row.code, row.message)
			}
			if out.FailedEntryCount != int32(3-accepted) || out.Entries[0].EventId == nil || out.Entries[2].EventId == nil || len(c.service.Pending()) != accepted {
				t.Errorf("%d failed, %d pending: %+v", out.FailedEntryCount, len(c.service.Pending()), out.Entries)
			}
		})
	}
}

func TestPutEventsRefusedWhole(t *testing.T) {
	entries := func(n int, size int) []types.PutEventsRequestEntry {
		list := []types.PutEventsRequestEntry{}
		for range n {
			text := `{"a":"` + strings.Repeat("x", size-len(`{"a":""}`)-2) + `"}`
			list = append(list, types.PutEventsRequestEntry{Source: aws.String("s"), DetailType: aws.String("t"), Detail: &text})
		}
		return list
	}
	nameless := entries(1, 100)
	nameless[0].EventBusName = aws.String("") // API reference, PutEventsRequestEntry: at least one character
	timed := entries(1, 1<<20-14)
	timed[0].Time = aws.Time(time.Unix(1, 0))
	for _, row := range []struct {
		name    string
		entries []types.PutEventsRequestEntry
		refused bool
	}{
		{"none", entries(0, 100), true},
		{"eleven", entries(11, 100), true},
		{"a bus without a name", nameless, true},
		{"1 MiB", entries(8, 1<<17), true},
		{"1 MiB with its time", timed, true},
		{"just below 1 MiB", entries(1, 1<<20-1), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := newCloud(t).PutEvents(t.Context(), &client.PutEventsInput{Entries: row.entries})
			if row.refused {
				wantCode(t, err, "ValidationException")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	_, err := newCloud(t).PutEvents(t.Context(), &client.PutEventsInput{Entries: entries(1, 100)})
	if err != nil {
		t.Error(err)
	}
}

func TestRulesChoose(t *testing.T) {
	c := newCloud(t, "a", "b")
	c.rule(t, "one", `{"detail":{"lang":["fr"]}}`, eventbridge.TargetConfig{ID: "a", ARN: queueARN + "a"}, eventbridge.TargetConfig{ID: "b", ARN: queueARN + "b"})
	c.rule(t, "two", `{"detail-type":["Said"]}`, eventbridge.TargetConfig{ID: "b", ARN: queueARN + "b"})
	c.rule(t, "off", `{"detail-type":["Said"]}`, eventbridge.TargetConfig{ID: "a", ARN: queueARN + "a"})
	if _, err := c.DisableRule(t.Context(), &client.DisableRuleInput{Name: aws.String("off")}); err != nil {
		t.Fatal(err)
	}
	c.put(t, `{"lang":"fr"}`)
	c.put(t, `{"lang":"de"}`)
	c.deliverDue()
	if a, b := len(c.queues["a"].taken), len(c.queues["b"].taken); a != 1 || b != 3 {
		t.Errorf("a took %d, b took %d; want 1 and 3", a, b)
	}
	if _, err := c.EnableRule(t.Context(), &client.EnableRuleInput{Name: aws.String("off")}); err != nil {
		t.Fatal(err)
	}
	c.put(t, `{"lang":"de"}`)
	c.deliverDue()
	if a := len(c.queues["a"].taken); a != 2 {
		t.Errorf("enabled again: a took %d, want 2", a)
	}
}

func TestChangedRuleKeepsItsTargets(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "r", `{"source":["other"]}`, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.put(t, `{}`)
	c.rule(t, "r", `{"source":["bot"]}`)
	c.put(t, `{}`)
	if n := len(c.service.Pending()); n != 1 {
		t.Errorf("%d pending, want the delivery of the second event", n)
	}
}
