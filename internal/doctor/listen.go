package doctor

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/watch"
)

// lifetime is how long the temporary rule and queue may exist. After that the next
// doctor, or the next botprefs watch, removes what a crash left behind.
const lifetime = 10 * time.Minute

// Temporary listens by a rule and a queue that exist as long as the round trip. hostname
// and pid name their owner. It needs events:PutRule, PutTargets, RemoveTargets and
// DeleteRule on the bus, and sqs:CreateQueue, GetQueueUrl, ReceiveMessage, DeleteMessage
// and DeleteQueue on queues named botprefs-watch-*.
func Temporary(client *eventbridge.Client, queues *sqs.Client, bus, hostname string, pid int) func(context.Context, string) (Listener, error) {
	return func(ctx context.Context, pattern string) (Listener, error) {
		t := &temporary{watch.Bus{Events: client, Queues: queues, Name: bus}, watch.NameFor(time.Now().Add(lifetime), hostname, pid), ""}
		_, _ = t.bus.Sweep(ctx, func(n watch.Name) bool { return time.Now().After(n.Expires) }) // what is left is found next time
		url, err := t.bus.Open(ctx, t.name, pattern)
		if err != nil {
			return nil, errors.Join(err, t.Close(context.WithoutCancel(ctx)))
		}
		t.url = url
		return t, nil
	}
}

type temporary struct {
	bus  watch.Bus
	name watch.Name
	url  string
}

// Follow implements Listener.
func (t *temporary) Follow(ctx context.Context, show func(string) error) error {
	return watch.Follow(ctx, t.bus.Queues, t.url, show)
}

// Close implements Listener.
func (t *temporary) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return t.bus.Remove(ctx, t.name)
}
