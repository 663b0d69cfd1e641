package sim

import (
	"context"
	"math/rand/v2"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/producers"
	"github.com/bot-preferences/bot-preferences/queue"
)

// endpoint is the address that the SDK's clients use for AWS.
const endpoint = "http://localaws.sim"

// handlers are the pipeline's handlers, wired as their main functions wire them.
type handlers struct {
	apply     *consumers.Apply
	previous  applyFunc // of the version before, on the same queue; nil: none
	republish *consumers.Republish
	history   *consumers.History // nil: there is none
	get       *httpapi.Reader
	writers   []*httpapi.Writer // processes of the HTTP API
	bots      []bot
	bus       *eventbridge.Client
	sqs       *sqs.Client
	table     *dynamodb.Client
	profiles  *profilestore.Store
	kept      *historystore.Store // what the history keeps
	changes   string              // the change queue's URL
	queue     *queue.Queue
}

// An applyFunc handles a batch of the change queue.
type applyFunc func(context.Context, awsevents.SQSEvent) (awsevents.SQSEventResponse, error)

// A bot publishes over both routes, with one clock.
type bot struct{ overBus, overQueue *producers.Publisher }

// never is longer than a history takes by this machine's clock, which must not decide
// anything here.
const never = 24 * time.Hour

func (s *Simulation) wire() {
	cfg := s.config()
	url := func(name string) string {
		q, _ := s.cloud.Queues.Queue(name)
		return q.URL()
	}
	table, client := dynamodb.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	h := handlers{bus: eventbridge.NewFromConfig(cfg), sqs: client, table: table, changes: url(s.names.changes)}
	store := profilestore.New(table, s.names.table, profilestore.WithClock(s.clock))
	h.get = &httpapi.Reader{Read: store.Read, Logger: quietLog}
	bus := eventbus.New(h.bus, s.names.bus, eventbus.WithRetry(s.retry()), eventbus.WithRequestTimeout(never))
	route := queue.New(client, h.changes, queue.WithRetry(s.retry()), queue.WithRequestTimeout(never), queue.WithClock(s.clock))
	h.queue = route
	h.apply = &consumers.Apply{
		Merge: into(store), MergeLate: into(store.Late()), Telemetry: s.reporter(),
		DeadLetters: deadletter.New(client, url(s.names.letters)),
		Now:         s.clock, Logger: quietLog, Concurrency: 1,
	}
	h.previous = s.previousApply(table, client, url(s.names.letters))
	h.republish = &consumers.Republish{
		Images:      consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf, Late: item.LateOf},
		Announcer:   bus,
		Telemetry:   s.reporter(),
		DeadLetters: deadletter.New(client, url(s.names.unannounced)),
		Now:         s.clock, Logger: quietLog,
	}
	if s.plan.history {
		h.history, h.kept = s.historyOf(table, store)
	}
	h.profiles = store
	for i := range s.plan.producers {
		h.bots = append(h.bots, s.bot(uint64(i), bus, route))
	}
	for i := range s.plan.writers {
		clock := s.stamps(90 + uint64(i))
		h.writers = append(h.writers, &httpapi.Writer{
			Publish: sendOne(s.publisher(bus, clock)), Clock: clock, Read: store.Read,
			Now: s.clock, Sleep: s.pause, Logger: quietLog,
		})
	}
	s.handlers = h
}

func into(store *profilestore.Store) consumers.Merge {
	return func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
		result, err := store.MergeTraced(ctx, userID, delta, traces)
		return consumers.Merged{Stored: result.Stored, After: result.Profile.State, Retries: result.Retries}, err
	}
}

func sendOne(p *producers.Publisher) func(context.Context, events.PreferenceChange) error {
	return func(ctx context.Context, c events.PreferenceChange) error {
		_, err := p.PublishOne(ctx, c)
		return err
	}
}

func (s *Simulation) bot(i uint64, bus, route producers.Route) bot {
	clock := s.stamps(i)
	return bot{s.publisher(bus, clock), s.publisher(route, clock)}
}

func (s *Simulation) publisher(route producers.Route, clock *events.Clock) *producers.Publisher {
	once := producers.WithRetry(events.Retry{Attempts: 1}) // as package wiring has it
	p, err := producers.NewPublisher("bot", route, producers.WithStampClock(clock), producers.WithClock(s.clock), once, producers.WithTimeout(never))
	must(err)
	return p
}

func (s *Simulation) stamps(i uint64) *events.Clock {
	return events.NewClockOf(s.clock, &entropy{rand.New(s.source(2 + i))})
}

// config returns the configuration of clients that reach localaws through the
// simulation. The SDK's retries take their delays from the seed and wait in virtual
// time. The SDK's own jitter cannot be seeded, and its rate limit would couple tasks.
func (s *Simulation) config() aws.Config {
	return aws.Config{
		Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, BaseEndpoint: aws.String(endpoint),
		HTTPClient: network{s},
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.RateLimiter = 3, ratelimit.None
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) {
					return 0, s.pause(context.Background(), time.Duration(s.rand.IntN(300))*time.Millisecond)
				})
			})
		},
	}
}

// retry is the retry policy of the pipeline's batches, in virtual time.
func (s *Simulation) retry() eventbus.Retry {
	return eventbus.Retry{
		Attempts: 3, Base: 100 * time.Millisecond, Cap: time.Second,
		Sleep: s.pause, Random: func() float64 { return s.rand.Float64() },
	}
}

// answerCall carries out a call. Long polls do not wait here.
func answerCall(_ context.Context, c wire.Call) (any, error) { return c() }
