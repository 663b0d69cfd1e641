package localrun

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bustypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

// What each pattern in subscriber/filter/patterns selects of one user's changes, in the
// real pipeline. The numbers are those of the changes.
var lives = []life{
	{"all", filter.All(), []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
	{"keys", filter.Keys("language"), []int{0, 3, 4, 5, 6, 8}},
	{"prefixes", filter.Prefixes("ui."), []int{2, 6, 8}},
	{"keys_or_prefixes", filter.Any(filter.Keys("language"), filter.Prefixes("ui.")), []int{0, 2, 3, 4, 5, 6, 8}},
	{"became", filter.Became("language", events.Text("fr")), []int{3}},
	{"unset", filter.Became("language", events.Unset), []int{4, 6}},
	{"erasures", filter.Erasures(), []int{6, 8}},
}

var changesOfMia = []events.PreferenceChange{
	{Preferences: events.Preferences{"language": events.Text("de"), "emoji": events.Bool(true)}},
	{Preferences: events.Preferences{"emoji": events.Bool(false)}},
	{Preferences: events.Preferences{"ui.theme": events.Text("dark")}},
	{Preferences: events.Preferences{"language": events.Text("fr")}},
	{Preferences: events.Preferences{"language": events.Unset}},
	{Preferences: events.Preferences{"language": events.Text("es")}},
	{Replace: true},
	{Preferences: events.Preferences{"emoji": events.Bool(true)}},
	// 8 is a snapshot
}

type life struct {
	name     string
	filter   filter.Filter
	received []int
}

// Every pattern in subscriber/filter/patterns has a test here.
func TestEveryShippedPatternHasItsPlace(t *testing.T) {
	shipped, err := filepath.Glob("../../subscriber/filter/patterns/*.json")
	if err != nil || len(shipped) != len(lives) {
		t.Errorf("%d patterns are shipped, %d are played, %v", len(shipped), len(lives), err)
	}
	for _, file := range shipped {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if !slices.ContainsFunc(lives, func(l life) bool { return l.name == name }) {
			t.Errorf("%s is shipped and not played", name)
		}
	}
}

func TestSubscribersHearWhatTheirPatternsSay(t *testing.T) {
	env := start(t, "dev")
	queues := map[string]string{}
	for _, l := range lives {
		queues[l.name] = subscribed(t, env, l.name, l.filter)
	}
	clock := events.NewClock()
	for _, c := range changesOfMia {
		c.UserID, c.ID = "mia", clock.Next()
		send(t, env, []events.PreferenceChange{c})
		quiet(t, env, patience) // each by itself: nothing is folded
	}
	mia := storedProfiles(t, env)["mia"]
	u := events.Snapshot(&mia)
	if err := bus(env).Send(t.Context(), []events.Envelope{{Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.Fit()}})[0]; err != nil {
		t.Fatal(err)
	}
	quiet(t, env, patience)

	var order []string // bodies, in the order of what they announce
	for i, l := range lives {
		bodies := received(t, env, queues[l.name])
		if i == 0 {
			order = bodies
		}
		var received []int
		for _, body := range bodies {
			received = append(received, slices.IndexFunc(order, func(b string) bool { return detail(t, b) == detail(t, body) }))
		}
		if !slices.Equal(received, l.received) {
			t.Errorf("%s hears %v, want %v", l.name, received, l.received)
		}
		if l.name == "keys" {
			copied(t, bodies, mia.Revision)
		}
	}
}

// subscribed gives the filter a rule and a queue, and returns the queue's URL.
func subscribed(t *testing.T, env *Environment, name string, f filter.Filter) string {
	t.Helper()
	pattern, err := f.Pattern()
	if err != nil {
		t.Fatal(err)
	}
	made, err := sqs.NewFromConfig(config(env)).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	rules, bus := eventbridge.NewFromConfig(config(env)), &env.Stack.Buses[0].Name
	if _, err := rules.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventBusName: bus, EventPattern: &pattern}); err != nil {
		t.Fatal(err)
	}
	arn := "arn:aws:sqs:" + env.Stack.Region + ":" + env.Stack.Account + ":" + name
	out, err := rules.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, EventBusName: bus, Targets: []bustypes.Target{{Id: &name, Arn: &arn}}})
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatal(err, out)
	}
	return *made.QueueUrl
}

// received returns the bodies of all messages by ascending revision. A snapshot follows
// the announcement that it repeats.
func received(t *testing.T, env *Environment, url string) []string {
	t.Helper()
	var bodies []string
	for {
		out, err := sqs.NewFromConfig(config(env)).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10, VisibilityTimeout: 600})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			break
		}
		for _, m := range out.Messages {
			bodies = append(bodies, aws.ToString(m.Body))
		}
	}
	key := func(body string) string {
		u := announcementIn(t, body)
		return fmt.Sprintf("%020d %v", u.Revision, u.Snapshot)
	}
	slices.SortFunc(bodies, func(a, b string) int { return slices.Compare([]byte(key(a)), []byte(key(b))) })
	return bodies
}

func detail(t *testing.T, body string) string {
	t.Helper()
	e, err := events.DecodeEnvelope([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return string(e.Detail)
}

func announcementIn(t *testing.T, body string) (u events.PreferencesUpdated) {
	t.Helper()
	if err := u.UnmarshalJSON([]byte(detail(t, body))); err != nil {
		t.Fatal(err)
	}
	return u
}

// copied delivers the announcements of one key to a skill that uses package subscriber,
// the last one first. Its copy is empty at the profile's revision, after the erasure.
func copied(t *testing.T, bodies []string, revision int64) {
	t.Helper()
	copies := subscriber.NewProjection(subscriber.NewMemory(), subscriber.Keys("language"))
	h := subscriber.NewHandler(copies.Apply, subscriber.WithLogger(slog.New(slog.DiscardHandler)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i, body := range slices.Backward(bodies) {
		payload, err := json.Marshal(map[string]any{"Records": []any{map[string]string{"messageId": fmt.Sprint(i), "eventSource": "aws:sqs", "body": body}}})
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := h.Invoke(ctx, payload); err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Errorf("answer %s, %v", answer, err)
		}
	}
	got, err := copies.Get(ctx, "mia")
	if err != nil || got.Revision != revision || len(got.Preferences) != 0 || got.Stale {
		t.Errorf("the copy is %+v, %v; want it empty at %d", got, err, revision)
	}
}
