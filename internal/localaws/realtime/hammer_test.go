package realtime_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const arnPrefix = "arn:aws:sqs:us-east-1:000000000000:"

// hammered is a stack with at least one resource of every kind.
func hammered() *stack.Stack {
	return &stack.Stack{
		Buses: []stack.Bus{{Name: "bus"}},
		Queues: []stack.Queue{
			{Name: "q", ARN: arnPrefix + "q", Attributes: map[string]string{"VisibilityTimeout": "1", "RedrivePolicy": `{"deadLetterTargetArn":"` + arnPrefix + `dead","maxReceiveCount":2}`}},
			{Name: "dead", ARN: arnPrefix + "dead"},
			{Name: "work", ARN: arnPrefix + "work"},
		},
		Rules: []stack.Rule{{Name: "rule", Bus: "bus", Pattern: `{"source":["bot"]}`, Targets: []stack.Target{
			{ID: "work", ARN: arnPrefix + "work", DeadLetterARN: arnPrefix + "dead", MaximumRetryAttempts: 3, MaximumEventAgeSeconds: 60},
		}}},
		Tables:         []stack.Table{{Name: "profiles", HashKey: "id", HashKeyType: "S", StreamViewType: "NEW_AND_OLD_IMAGES", TTLAttribute: "gone"}},
		QueueMappings:  []stack.QueueMapping{{Function: "worker", Queue: "work", QueueARN: arnPrefix + "work", BatchSize: 10, MaximumConcurrency: 5}},
		StreamMappings: []stack.StreamMapping{{Function: "worker", Table: "profiles", BatchSize: 10, StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: 1, ParallelizationFactor: 4, OnFailureARN: arnPrefix + "dead"}},
		Alarms: []stack.Alarm{
			{Name: "deep", Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Dimensions: map[string]string{"QueueName": "dead"},
				Statistic: "Maximum", PeriodSeconds: 60, EvaluationPeriods: 1, Comparison: "GreaterThanThreshold", MissingData: "notBreaching"},
			{Name: "any", Rule: `ALARM("deep")`},
		},
	}
}

// asked notes the operations that clients called.
type asked struct {
	handler http.Handler
	mu      sync.Mutex
	seen    map[string]bool
}

func (a *asked) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	target, operation, binary := strings.Cut(strings.TrimPrefix(r.URL.Path, "/service/"), "/operation/")
	if !binary {
		target, operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	}
	a.seen[target+"."+operation] = true
	a.mu.Unlock()
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// An operation is one call of a real client with input that random chooses.
type operation func(ctx context.Context, random *rand.Rand) error

// Many real clients call every operation of every service at once, while functions take
// batches and fail some. The race detector finds no concurrent use of a machine, and no
// answer that a later call changes.
func TestAllOperationsAtOnce(t *testing.T) {
	synctest.Test(t, hammerAll) // so that waiting takes no time
}

func hammerAll(t *testing.T) {
	w := &world.World{Region: "us-east-1", Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
	cloud, err := localaws.New(w, hammered())
	if err != nil {
		t.Fatal(err)
	}
	cloud.KeepMetrics()
	d := realtime.New(cloud, functions{"worker": func(inv *lambda.Invocation) lambda.Result {
		if len(inv.Payload)%3 == 0 {
			return lambda.Result{Err: errors.New("crashed")}
		}
		return lambda.Result{}
	}}, time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	var driver, clients sync.WaitGroup
	driver.Go(func() { d.Run(ctx) })
	defer driver.Wait()
	defer cancel()

	client := &asked{handler: d.AWS(), seen: map[string]bool{}}
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:4566"), HTTPClient: &http.Client{Transport: client},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	all := slices.Concat(queueOperations(cfg), busOperations(cfg), tableOperations(cfg), streamOperations(cfg), alarmOperations(cfg))
	for worker := range 8 {
		clients.Go(func() { hammer(t, all, uint64(worker)) })
	}
	clients.Wait()
	for _, s := range cloud.Services() {
		for name := range s.Operations {
			if !client.seen[s.Target+"."+name] {
				t.Errorf("%s.%s was not called", s.Target, name)
			}
		}
	}
}

// hammer calls all operations in another order each round. A refusal counts as an
// answer here, unless it reveals a bug in this test or in a machine.
func hammer(t *testing.T, all []operation, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 7))
	order := slices.Clone(all)
	for range nightly.Size(3, 6) {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, call := range order {
			err := call(t.Context(), random)
			var refused smithy.APIError
			if err != nil && !errors.As(err, &refused) {
				t.Errorf("not a service's error: %v", err)
			} else if err != nil && strings.Contains("LocalAWSUnsupported SerializationException InternalServerError", refused.ErrorCode()) {
				t.Error(err)
			}
		}
	}
}

// op makes an operation of a client's method and its input.
func op[In, Out, Option any](method func(context.Context, *In, ...Option) (Out, error), input func(*rand.Rand) *In) operation {
	return func(ctx context.Context, random *rand.Rand) error {
		_, err := method(ctx, input(random))
		return err
	}
}

// always makes the same input each time.
func always[In any](in In) func(*rand.Rand) *In {
	return func(*rand.Rand) *In { c := in; return &c }
}

func pick(random *rand.Rand, from ...string) *string { return &from[random.IntN(len(from))] }
