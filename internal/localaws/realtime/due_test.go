package realtime

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A mapping's poll may dead-letter a message and return no batch. Long polls on the
// dead-letter queue must wake then.
func TestADeadLetterThatAMappingMadeIsAChange(t *testing.T) {
	now := time.Unix(0, 0)
	clock := func() time.Time { return now }
	cloud, err := localaws.New(&world.World{Region: "us-east-1", Account: "000000000000", Now: clock, Rand: rand.New(rand.NewPCG(1, 2))}, &stack.Stack{
		Queues: []stack.Queue{{Name: "letters"}, {Name: "work", ARN: "arn:aws:sqs:us-east-1:000000000000:work", Attributes: map[string]string{
			"VisibilityTimeout": "30", "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:letters","maxReceiveCount":1}`,
		}}},
		QueueMappings: []stack.QueueMapping{{Function: "worker", Queue: "work", BatchSize: 10, MaximumConcurrency: 2}},
	})
	if err != nil {
		t.Fatal(err)
	}
	work, _ := cloud.Queues.Queue("work")
	letters, _ := cloud.Queues.Queue("letters")
	if _, err := work.Send("poison", nil, 0); err != nil {
		t.Fatal(err)
	}
	d := New(cloud, nil, clock)
	batches := d.due()
	if len(batches) != 1 {
		t.Fatalf("%d batches", len(batches))
	}
	cloud.Finish(batches[0].mapping, batches[0].invocation, lambda.Result{Err: errors.New("always")})
	now = now.Add(time.Minute)
	changed := d.changed
	if more := d.due(); len(more) != 0 || len(letters.Messages()) != 1 {
		t.Fatalf("%d more batches, %d dead letters", len(more), len(letters.Messages()))
	}
	select {
	case <-changed:
	default:
		t.Error("nobody is told")
	}
	changed = d.changed
	d.due()
	select {
	case <-changed:
		t.Error("somebody is told of nothing")
	default:
	}
}
