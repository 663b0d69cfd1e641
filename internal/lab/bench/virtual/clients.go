package virtual

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
)

// endpoint is the address that the SDK's clients use for AWS.
const endpoint = "http://localaws.virtual"

// Config returns the configuration of clients for this cloud. Their retries are those
// of awsconfig, which the functions use, and take only virtual time.
func (c *Cloud) Config() aws.Config {
	return aws.Config{
		Region: c.World.Region, Credentials: aws.AnonymousCredentials{}, BaseEndpoint: aws.String(endpoint), HTTPClient: c,
		Retryer: func() aws.Retryer {
			return retryer{c, retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = 3, 300*time.Millisecond
				if !c.options.SideBySide {
					o.RateLimiter = ratelimit.None
				}
			})}
		},
	}
}

// retryer is the SDK's retryer with delays in virtual time.
type retryer struct {
	cloud *Cloud
	*retry.Standard
}

func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	d, err := r.Standard.RetryDelay(attempt, err)
	if err != nil {
		return 0, err
	}
	return 0, r.cloud.Sleep(r.cloud.lastContext(), d)
}

// lastContext returns the context of the last request, because the SDK does not pass it to a
// retryer.
func (c *Cloud) lastContext() context.Context {
	if c.process != nil {
		return c.process.request
	}
	return context.Background()
}

// DynamoDB returns a client of the cloud's tables.
func (c *Cloud) DynamoDB() *dynamodb.Client { return dynamodb.NewFromConfig(c.Config()) }

// EventBridge returns a client of the cloud's buses.
func (c *Cloud) EventBridge() *eventbridge.Client { return eventbridge.NewFromConfig(c.Config()) }

// SQS returns a client of the cloud's queues.
func (c *Cloud) SQS() *sqs.Client { return sqs.NewFromConfig(c.Config()) }

// spend adds to the duration of the current invocation.
func (c *Cloud) spend(d time.Duration) {
	if c.inside != "" {
		c.spent += d
	}
}

// Sleep passes virtual time. It returns early, with an error, if the invocation has to
// end.
func (c *Cloud) Sleep(ctx context.Context, d time.Duration) error {
	if c.process != nil {
		return c.pass(ctx, d)
	}
	c.spend(d)
	return nil
}

// Retry returns the usual retry policy of a batch of events or messages, in virtual
// time. With SideBySide its jitter comes from the run's seed. Otherwise there is no
// jitter.
func (c *Cloud) Retry() eventbus.Retry {
	r := eventbus.Retry{
		Attempts: 5, Base: 100 * time.Millisecond, Cap: time.Second,
		Sleep: c.Sleep, Random: func() float64 { return 0.5 },
	}
	if c.options.SideBySide {
		r.Random = c.chance.Float64
	}
	return r
}

// Stamps returns a clock for the ids of changes, in virtual time. Their random part
// need not be random here.
func (c *Cloud) Stamps() *events.Clock { return events.NewClockOf(c.Now, &counting{}) }

// counting is a reader whose bytes differ with each read.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	c.n++
	for i := range p {
		p[i] = c.n
	}
	return len(p), nil
}
