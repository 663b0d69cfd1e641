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

// endpoint is where the SDK's clients believe AWS to be.
const endpoint = "http://localaws.virtual"

// Config is that of clients for this cloud. They try again as often and as late as
// those of awsconfig, which the functions have; that takes virtual time only.
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

// retryer is the SDK's own, whose pauses are the run's.
type retryer struct {
	cloud *Cloud
	*retry.Standard
}

func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	d, err := r.Standard.RetryDelay(attempt, err)
	if err != nil {
		return 0, err
	}
	return 0, r.cloud.Sleep(r.cloud.asked(), d)
}

// asked is the context of the request that was made last: the SDK does not tell a
// retryer.
func (c *Cloud) asked() context.Context {
	if c.process != nil {
		return c.process.request
	}
	return context.Background()
}

// DynamoDB is a client of the cloud's tables.
func (c *Cloud) DynamoDB() *dynamodb.Client { return dynamodb.NewFromConfig(c.Config()) }

// EventBridge is a client of its buses.
func (c *Cloud) EventBridge() *eventbridge.Client { return eventbridge.NewFromConfig(c.Config()) }

// SQS is a client of its queues.
func (c *Cloud) SQS() *sqs.Client { return sqs.NewFromConfig(c.Config()) }

// spend adds to the time that the current invocation takes.
func (c *Cloud) spend(d time.Duration) {
	if c.inside != "" {
		c.spent += d
	}
}

// Sleep passes in virtual time. It ends early, with an error, where the invocation
// has to end.
func (c *Cloud) Sleep(ctx context.Context, d time.Duration) error {
	if c.process != nil {
		return c.pass(ctx, d)
	}
	c.spend(d)
	return nil
}

// Retry is that of a batch of events or messages: the usual one, in virtual time. Its
// chance is the run's, or, where invocations are not side by side, none.
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

// Stamps are a clock for the ids of changes, in the run's time. Their random part need
// not be random here.
func (c *Cloud) Stamps() *events.Clock { return events.NewClockOf(c.Now, &counting{}) }

// counting reads as bytes that are others each time.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	c.n++
	for i := range p {
		p[i] = c.n
	}
	return len(p), nil
}
