package sidebyside

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/optimistic"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/updateitem"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

type handler func(context.Context, awsevents.SQSEvent) (awsevents.SQSEventResponse, error)

// inProcess has the handlers of all designs called without a process. The service
// in Python has a stand-in that makes its requests.
func inProcess(t *testing.T) *bench {
	t.Helper()
	var tables []string
	for _, d := range designs() {
		tables = append(tables, d.function)
	}
	c, err := newCloud(tables...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	now := func() time.Time { return workload.Start }
	store := profilestore.New(c.client, apply.function, profilestore.WithClock(now))
	handlers := map[string]handler{
		updateConsumer.function:     (&updateitem.Consumer{Client: c.client, Table: updateConsumer.function}).Handle,
		optimisticConsumer.function: (&optimistic.Consumer{Client: c.client, Table: optimisticConsumer.function}).Handle,
		apply.function: (&consumers.Apply{Now: now, Merge: func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
			result, err := store.MergeTraced(ctx, userID, delta, traces)
			return consumers.Merged{Stored: result.Stored, After: result.Profile.State}, err
		}}).Handle,
	}
	still := func(string) time.Duration { return 0 }
	return &bench{cloud: c, first: now().Add(-back), busy: still, call: func(ctx context.Context, function string, payload []byte) ([]byte, error) {
		if function == pythonService.function {
			return naive(ctx, c.client, payload)
		}
		var e awsevents.SQSEvent
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, err
		}
		answer, err := handlers[function](ctx, e)
		if err != nil {
			return nil, err
		}
		return json.Marshal(answer)
	}}
}

func naive(ctx context.Context, client *dynamodb.Client, payload []byte) ([]byte, error) {
	var r awsevents.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &r); err != nil {
		return nil, err
	}
	var change peers.Change
	if err := json.Unmarshal([]byte(r.Body), &change); err != nil {
		return nil, err
	}
	merged, err := peers.Attributes(change.Preferences)
	if err != nil {
		return nil, err
	}
	key := map[string]types.AttributeValue{keyName: &types.AttributeValueMemberS{Value: change.UserID}}
	read, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(pythonService.function), Key: key})
	if err != nil {
		return nil, err
	}
	if before, ok := read.Item["preferences"].(*types.AttributeValueMemberM); ok {
		for name, v := range before.Value {
			if merged[name] == nil {
				merged[name] = v
			}
		}
	}
	key["preferences"] = &types.AttributeValueMemberM{Value: merged}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(pythonService.function), Item: key})
	return []byte(`{"statusCode": 200}`), err
}

// Each design ends with its known number of wrong values. The naive one loses one of
// two overlapping writes. Designs without stamps lose order and duplicates. apply loses
// nothing.
func TestWrongValues(t *testing.T) {
	const keys = 6
	want := map[*design][]int{
		pythonService:      {keys / 2, keys, keys},
		updateConsumer:     {0, keys, keys},
		optimisticConsumer: {0, keys, keys},
		apply:              {0, 0, 0},
	}
	for _, most := range []int{4, 2 * keys} { // a key's changes in several batches, and in one
		b := inProcess(t)
		for _, d := range designs() {
			batched := *d
			batched.most = min(d.most, most)
			got, err := b.wrong(t.Context(), &batched, keys)
			if err != nil || !slices.Equal(got, want[d]) {
				t.Errorf("%s, batches of %d: %v wrong, %v; want %v", d.name, batched.most, got, err, want[d])
			}
		}
	}
}

// Invocations that overlap do meet: a writer under a version is refused and has to
// begin again.
func TestOverlapIsContended(t *testing.T) {
	const keys = 6
	b := inProcess(t)
	if err := overlapping(t.Context(), b, optimisticConsumer, "u", keys); err != nil {
		t.Fatal(err)
	}
	if got := b.cloud.usedOf(optimisticConsumer.function).Requests; got <= 2*keys {
		t.Errorf("%v requests for %d changes: nobody was refused", got, keys)
	}
}

// A change that is reported as failed is redelivered alone, and not for ever.
func TestFailedChangesAreDeliveredAgain(t *testing.T) {
	var got [][]string
	b := &bench{first: workload.Start, call: func(_ context.Context, _ string, payload []byte) ([]byte, error) {
		var e awsevents.SQSEvent
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, err
		}
		var ids []string
		for _, r := range e.Records {
			ids = append(ids, r.MessageId)
		}
		got = append(got, ids)
		if len(got) > 1 {
			return []byte(`{"batchItemFailures":[]}`), nil
		}
		return fmt.Appendf(nil, `{"batchItemFailures":[{"itemIdentifier":%q}]}`, ids[1]), nil
	}}
	changes := b.changes("u", newer, 3)
	if err := b.deliver(t.Context(), apply, changes); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0]) != 3 || !slices.Equal(got[1], []string{changes[1].ID.String()}) {
		t.Errorf("delivered %v", got)
	}
	b.call = func(context.Context, string, []byte) ([]byte, error) {
		return fmt.Appendf(nil, `{"batchItemFailures":[{"itemIdentifier":%q}]}`, changes[0].ID), nil
	}
	if err := b.deliver(t.Context(), apply, changes); err == nil {
		t.Error("a change that always fails is taken for taken")
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	for _, answer := range []string{`{"statusCode": 500}`, `{}`, `x`} {
		if _, err := notOK([]byte(answer), nil); err == nil {
			t.Errorf("%s is taken for 200", answer)
		}
	}
	for _, answer := range []string{`{"batchItemFailures":[{"itemIdentifier":"stranger"}]}`, `x`} {
		if _, err := itemFailures([]byte(answer), nil); err == nil {
			t.Errorf("%s is taken for an answer", answer)
		}
	}
}
