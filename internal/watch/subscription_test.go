package watch_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/watch"
)

type inProcess struct{ http.Handler }

func (h inProcess) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// newBus is a bus of an account with nothing else.
func newBus(t *testing.T) *watch.Bus {
	t.Helper()
	s := &stack.Stack{Service: "s", Stage: "dev", Buses: []stack.Bus{{Name: "b"}}}
	w := &world.World{Region: "eu-west-1", Account: "123456789012", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 1))}
	c, err := localaws.New(w, s)
	if err != nil {
		t.Fatal(err)
	}
	run := func(_ context.Context, call wire.Call) (any, error) { return call() }
	h := inProcess{wire.Handler(run, func() string { return "request-1" }, c.Services()...)}
	keys, at := credentials.NewStaticCredentialsProvider("local", "local", ""), aws.String("http://aws.test")
	return &watch.Bus{
		Name:   "b",
		Events: eventbridge.New(eventbridge.Options{Region: w.Region, BaseEndpoint: at, HTTPClient: h, Credentials: keys, RetryMaxAttempts: 1}),
		Queues: sqs.New(sqs.Options{Region: w.Region, BaseEndpoint: at, HTTPClient: h, Credentials: keys, RetryMaxAttempts: 1}),
	}
}

func TestAQueueTakesFromItsOwnRuleAlone(t *testing.T) {
	b, n := newBus(t), watch.NameFor(time.Now(), "h", 1)
	url, err := b.Open(t.Context(), n, `{"source":["x"]}`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := b.Queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url), AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil {
		t.Fatal(err)
	}
	name := n.String()
	want := `{"Statement":[{"Action":"sqs:SendMessage","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/b/` + name +
		`"}},"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"arn:aws:sqs:eu-west-1:123456789012:` + name + `"}],"Version":"2012-10-17"}`
	if out.Attributes["Policy"] != want || out.Attributes["MessageRetentionPeriod"] != "60" {
		t.Errorf("%v\nwant %s", out.Attributes, want)
	}
	targets, err := b.Events.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{EventBusName: aws.String("b"), Rule: aws.String(name)})
	if err != nil || len(targets.Targets) != 1 || aws.ToString(targets.Targets[0].Arn) != out.Attributes["QueueArn"] {
		t.Errorf("%v, %+v", err, targets)
	}
}

// Whatever a watch had made when it was killed, all of it goes.
func TestEveryPartIsRemoved(t *testing.T) {
	b := newBus(t)
	opened := watch.NameFor(time.Now(), "h", 1)
	ruleAlone := watch.NameFor(time.Now(), "h", 2)
	queueAlone := watch.NameFor(time.Now(), "h", 3)
	if _, err := b.Open(t.Context(), opened, `{"source":["x"]}`); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{EventBusName: aws.String("b"), Name: aws.String(ruleAlone.String()), EventPattern: aws.String(`{"source":["x"]}`)}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{queueAlone.String(), "botprefs-watch-of-mine"} {
		if _, err := b.Queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name)}); err != nil {
			t.Fatal(err)
		}
	}
	removed, err := b.Sweep(t.Context(), func(n watch.Name) bool { return n.PID > 1 })
	if err != nil || !slices.Equal(removed, []watch.Name{ruleAlone, queueAlone}) {
		t.Errorf("%v, swept %v", err, removed)
	}
	for range 2 { // what is gone is no error
		if err := b.Remove(t.Context(), opened); err != nil {
			t.Error(err)
		}
	}
	rules, err := b.Events.ListRules(t.Context(), &eventbridge.ListRulesInput{EventBusName: aws.String("b")})
	if err != nil || len(rules.Rules) > 0 {
		t.Errorf("%v, %+v", err, rules)
	}
	queues, err := b.Queues.ListQueues(t.Context(), &sqs.ListQueuesInput{})
	if err != nil || len(queues.QueueUrls) != 1 || !strings.HasSuffix(queues.QueueUrls[0], "/botprefs-watch-of-mine") {
		t.Errorf("%v, %+v", err, queues)
	}
}

func TestABusThatIsNotThereIsAnError(t *testing.T) {
	b := newBus(t)
	b.Name = "other"
	if _, err := b.Open(t.Context(), watch.NameFor(time.Now(), "h", 1), `{"source":["x"]}`); err == nil || !strings.HasPrefix(err.Error(), "making the rule botprefs-watch-") {
		t.Errorf("%v", err)
	}
	if _, err := b.Sweep(t.Context(), func(watch.Name) bool { return true }); err == nil {
		t.Error("a sweep of no bus succeeds")
	}
}
