package procedures_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

const (
	name    = "bot-preferences-prod" // of the table and of the bus
	changes = name + "-changes"      // the rule, the queue and the archive
	letters = name + "-changes-dlq"
)

// A pipeline is the stack of serverless.yml in production, with the real handlers. The
// test drives it in virtual time.
type pipeline struct {
	*testing.T
	*rand.Rand
	now    time.Time
	cloud  *localaws.Cloud
	tables *dynamodb.Client
	buses  *eventbridge.Client
	queues *sqs.Client

	store     *profilestore.Store
	apply     consumers.Apply
	republish consumers.Republish
	bus       *eventbus.Bus
	stamps    *events.Clock

	applying, republishing, serving bool   // what is open
	read                            string // the last record of the stream that was announced
	url                             map[string]string

	log
}

var production = sync.OnceValues(func() (*stack.Stack, error) {
	return stack.Load("../../../serverless.yml", stack.Options{Stage: "prod", Account: "123456789012"})
})

func newPipeline(t *testing.T, seed uint64) *pipeline {
	t.Helper()
	p := &pipeline{
		T: t, Rand: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
		applying: true, republishing: true, serving: true, url: map[string]string{}, log: newLog(),
	}
	s, err := production()
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return p.now }
	p.cloud, err = localaws.New(&world.World{Region: "us-east-1", Account: "123456789012", Now: clock, Rand: p.Rand, Observe: p.observe}, s)
	if err != nil {
		t.Fatal(err)
	}
	p.wire(clock)
	return p
}

func (p *pipeline) wire(clock func() time.Time) {
	var one sync.Mutex // segments of a table are walked at the same time
	run := func(_ context.Context, call wire.Call) (any, error) {
		one.Lock()
		defer one.Unlock()
		return call()
	}
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://aws.test"), Credentials: aws.AnonymousCredentials{},
		HTTPClient: &http.Client{Transport: handled{wire.Handler(run, func() string { return "id" }, p.cloud.Services()...)}},
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
	}
	p.tables, p.buses, p.queues = dynamodb.NewFromConfig(cfg), eventbridge.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	for _, q := range []string{changes, letters} {
		made, _ := p.cloud.Queues.Queue(q)
		p.url[q] = made.URL()
	}
	p.store = profilestore.New(p.tables, name, profilestore.WithClock(clock))
	p.bus = eventbus.New(p.buses, name)
	p.stamps = events.NewClockOf(clock, entropy{p.Rand})
	dead := deadletter.New(p.queues, p.url[letters])
	quiet := slog.New(slog.DiscardHandler)
	p.apply = consumers.Apply{
		Merge: func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
			result, err := p.store.MergeTraced(ctx, userID, delta, traces)
			return consumers.Merged{Stored: result.Stored, After: result.Profile.State}, err
		},
		DeadLetters: dead, Now: clock, Logger: quiet, Concurrency: 1,
	}
	p.republish = consumers.Republish{
		Images:    consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf, Late: item.LateOf},
		Announcer: p.bus, DeadLetters: dead, Now: clock, Logger: quiet,
	}
}

type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

type entropy struct{ *rand.Rand }

func (e entropy) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = byte(e.Uint32())
	}
	return len(into), nil
}

func (p *pipeline) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// publish publishes a change on the bus, as any bot does. Half of the changes have no id.
func (p *pipeline) publish(user string, replace bool, preferences map[string]any) {
	p.Helper()
	detail := map[string]any{"user_id": user, "replace": replace}
	if preferences != nil {
		detail["preferences"] = preferences
	}
	if p.IntN(2) == 0 {
		detail["id"] = p.stamps.Next().String()
	}
	text, err := json.Marshal(detail)
	p.must(err)
	p.must(p.bus.Send(p.Context(), []events.Envelope{{Source: "bot", DetailType: events.DetailTypeChange, Detail: text}})[0])
}

// sayToQueue sends a change straight into the queue.
func (p *pipeline) sayToQueue(user string, preferences map[string]any) {
	p.Helper()
	detail, err := json.Marshal(map[string]any{"id": p.stamps.Next().String(), "user_id": user, "preferences": preferences})
	p.must(err)
	envelope := local.Event{ID: fmt.Sprint(p.Uint64()), DetailType: events.DetailTypeChange, Source: "bot", Time: p.now, Detail: string(detail)}
	p.published(string(envelope.Envelope()))
	_, err = p.queues.SendMessage(p.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(p.url[changes]), MessageBody: aws.String(string(envelope.Envelope()))})
	p.must(err)
}

// flow runs everything that is open until there is nothing left to do.
func (p *pipeline) flow() {
	p.Helper()
	for p.cloud.ReplayDue()+p.cloud.DeliverDue() > 0 {
	}
	for p.applying && p.applyBatch() {
	}
	for p.republishing && p.announceBatch() {
	}
	for p.cloud.DeliverDue() > 0 {
	}
	if p.serving && p.lost != nil { // before the loss nothing can come back
		p.serve()
	}
}

// applyBatch runs apply once; false if the queue has no visible message.
func (p *pipeline) applyBatch() bool {
	p.Helper()
	out, err := p.queues.ReceiveMessage(p.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(p.url[changes]), MaxNumberOfMessages: 10})
	p.must(err)
	var batch awsevents.SQSEvent
	receipts := map[string]*string{}
	for _, m := range out.Messages {
		batch.Records = append(batch.Records, awsevents.SQSMessage{MessageId: *m.MessageId, Body: *m.Body})
		receipts[*m.MessageId] = m.ReceiptHandle
	}
	response, err := p.apply.Handle(p.Context(), batch)
	if len(response.BatchItemFailures) < len(batch.Records) { // else it says that all of them come again
		p.must(err)
	}
	for _, failed := range response.BatchItemFailures {
		delete(receipts, failed.ItemIdentifier)
	}
	for _, receipt := range receipts {
		_, err := p.queues.DeleteMessage(p.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(p.url[changes]), ReceiptHandle: receipt})
		p.must(err)
	}
	return len(batch.Records) > 0
}

// announceBatch runs republish once; false if the stream has nothing new.
func (p *pipeline) announceBatch() bool {
	p.Helper()
	table, ok := p.cloud.Tables.Table(name)
	if !ok || table.StreamARN() == "" {
		return false
	}
	var batch awsevents.DynamoDBEvent
	for _, r := range table.Records(p.read, 1+p.IntN(5)) {
		p.read = r.SequenceNumber
		batch.Records = append(batch.Records, awsevents.DynamoDBEventRecord{Change: awsevents.DynamoDBStreamRecord{
			ApproximateCreationDateTime: awsevents.SecondsEpochTime{Time: r.Created}, SequenceNumber: r.SequenceNumber,
			Keys: p.image(localaws.ItemJSON(r.Keys)), OldImage: p.image(localaws.ItemJSON(r.OldImage)), NewImage: p.image(localaws.ItemJSON(r.NewImage)),
		}})
	}
	response, err := p.republish.Handle(p.Context(), batch)
	p.must(err)
	if len(response.BatchItemFailures) > 0 {
		p.Fatalf("not announced: %v", response)
	}
	return len(batch.Records) > 0
}

func (p *pipeline) image(text []byte) (image consumers.Image) {
	if text != nil {
		p.must(json.NewDecoder(bytes.NewReader(text)).Decode(&image))
	}
	return image
}

// profiles are all that the table holds, by user.
func (p *pipeline) profiles() map[string]events.Profile {
	p.Helper()
	page, err := profilestore.NewScanner(p.tables, name).Page(p.Context(), profilestore.Position{Segments: 1, Limit: 1000})
	p.must(err)
	all := map[string]events.Profile{}
	for _, profile := range page.Profiles {
		all[profile.UserID] = profile
	}
	return all
}

// serve reads what the HTTP API would show, if there is a table.
func (p *pipeline) serve() {
	if _, ok := p.cloud.Tables.Table(name); ok {
		for user, profile := range p.profiles() {
			p.shown("served", user, profile.Visible())
		}
	}
}
