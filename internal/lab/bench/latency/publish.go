package latency

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"golang.org/x/sync/errgroup"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/producers"
)

// senders is how many calls can be under way. When all are busy, changes wait, and the
// wait counts.
const senders = 16

// newConnections keeps one connection for each sender.
func newConnections() *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: senders}
}

func newPublisher(env *localrun.Environment, connections *http.Transport) (*producers.Publisher, error) {
	client := eventbridge.NewFromConfig(awsconfig.KeepAnswers(aws.Config{
		Region: env.Stack.Region, BaseEndpoint: aws.String(env.AWSURL),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:  &http.Client{Transport: connections},
	}))
	return producers.NewPublisher("bench", eventbus.New(client, env.Stack.Buses[0].Name))
}

// publish publishes changes as they arrive. The next free sender makes each call.
func publish(ctx context.Context, p *producers.Publisher, w *watch, a arrivals) error {
	var turn sync.Mutex
	take := func(ctx context.Context) (first int, due []time.Time, err error) {
		turn.Lock()
		defer turn.Unlock()
		due, err = a.next(ctx)
		return w.offer(due...), due, err
	}
	sending, ctx := errgroup.WithContext(ctx)
	for range senders {
		sending.Go(func() error {
			for {
				first, due, err := take(ctx)
				if err != nil || len(due) == 0 {
					return err
				}
				if _, err := p.Publish(ctx, w.changes(first, len(due))...); err != nil {
					return err
				}
			}
		})
	}
	return sending.Wait()
}

// changes returns n changes, numbered from first.
func (w *watch) changes(first, n int) []events.PreferenceChange {
	all := make([]events.PreferenceChange, n)
	for i := range all {
		all[i] = events.PreferenceChange{UserID: w.user(first + i), Preferences: events.Preferences{"language": events.Text("fr")}}
	}
	return all
}
