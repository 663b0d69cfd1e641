package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/queue"
	"github.com/bot-preferences/bot-preferences/snapshot"
	"github.com/peterbourgon/ff/v4"
)

// clientOptions say which pipeline a command speaks to.
type clientOptions struct {
	endpoint, stage, region string
}

func (o *clientOptions) register(flags *ff.FlagSet) {
	flags.StringVar(&o.endpoint, 0, "endpoint", os.Getenv("AWS_ENDPOINT_URL"), "AWS endpoint, such as http://127.0.0.1:4566 for botprefs dev; default AWS itself")
	flags.StringVar(&o.stage, 0, "stage", "dev", "stage of the stack")
	flags.StringVar(&o.region, 0, "region", "", "AWS region; default that of the environment, else us-east-1")
}

// load is the AWS configuration as the environment and the flags give it.
func (o *clientOptions) load(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{config.WithDefaultRegion("us-east-1")}
	if o.region != "" {
		options = append(options, config.WithRegion(o.region))
	}
	if o.endpoint != "" {
		options = append(options, config.WithBaseEndpoint(o.endpoint))
	}
	if isLoopback(o.endpoint) {
		// botprefs dev takes any credentials; real ones must not be needed, nor sent.
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")))
	}
	return config.LoadDefaultConfig(ctx, options...)
}

func isLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// queues finds the change queue and its dead-letter queue by the names that
// serverless.yml gives them.
func (o *clientOptions) queues(ctx context.Context) (*queue.Queue, *queue.DeadLetters, error) {
	cfg, err := o.load(ctx)
	if err != nil {
		return nil, nil, err
	}
	client := sqs.NewFromConfig(cfg)
	changes, err := queueURL(ctx, client, "bot-preferences-"+o.stage+"-changes")
	if err != nil {
		return nil, nil, err
	}
	letters, err := queueURL(ctx, client, "bot-preferences-"+o.stage+"-changes-dlq")
	if err != nil {
		return nil, nil, err
	}
	return queue.New(client, changes), queue.NewDeadLetters(client, letters), nil
}

func queueURL(ctx context.Context, client *sqs.Client, name string) (string, error) {
	out, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("queue %s: %w", name, err)
	}
	return aws.ToString(out.QueueUrl), nil
}

// targetOptions say where announcements go, and from which table they come.
type targetOptions struct {
	clientOptions
	bus, queue, table string
}

func (o *targetOptions) register(flags *ff.FlagSet, busUsage string) {
	o.clientOptions.register(flags)
	flags.StringVar(&o.bus, 0, "bus", "", busUsage)
	flags.StringVar(&o.queue, 0, "queue", "", "put the announcements into the queue of this URL, as the bus would deliver them")
	flags.StringVar(&o.table, 0, "table", "", "name or ARN of the table; default bot-preferences-<stage>")
}

// check settles the defaults, and refuses what can never work.
func (o *targetOptions) check() error {
	switch {
	case o.bus != "" && o.queue != "":
		return errors.New("--bus and --queue exclude each other")
	case strings.HasSuffix(o.queue, ".fifo"):
		return errors.New("--queue: a FIFO queue is no target; subscribers have standard queues")
	case o.queue != "" && !strings.Contains(o.queue, "://"):
		return fmt.Errorf("--queue: %q is not the URL of a queue", o.queue)
	}
	if o.table == "" {
		o.table = "bot-preferences-" + o.stage
	}
	return nil
}

// patience is how often announcements are offered: a person waits for them, and
// nobody else does.
var patience = func() batch.Retry {
	r := batch.DefaultRetry()
	r.Attempts, r.Cap = 10, 10*time.Second
	return r
}()

// target is the bus or the queue, and what to call it.
func (o *targetOptions) target(ctx context.Context, cfg aws.Config) (snapshot.Target, string, error) {
	if o.queue != "" {
		return queue.New(sqs.NewFromConfig(cfg), o.queue, queue.WithRetry(patience)), "queue " + o.queue, nil
	}
	client := eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { o.Retryer, o.HTTPClient = newPatient(), connecting() })
	// A bus that does not exist takes events all the same, and they are gone. Who
	// may not ask for it has to know that it is there.
	var missing *ebtypes.ResourceNotFoundException
	_, err := client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(o.bus)})
	switch {
	case errors.As(err, &missing):
		return nil, "", fmt.Errorf("there is no bus %s in %s", o.bus, cfg.Region)
	case unreachable(err):
		return nil, "", fmt.Errorf("bus %s: %w", o.bus, err)
	}
	return eventbus.New(client, o.bus, eventbus.WithRetry(patience)), "bus " + o.bus, nil
}

// asking says whom it is going to ask for what: if there is no answer, a person
// can see why.
func (o *targetOptions) asking(cfg aws.Config) string {
	whom := "AWS in " + cfg.Region
	if o.endpoint != "" {
		whom = o.endpoint
	}
	if o.queue != "" {
		return fmt.Sprintf("asking %s for table %s and queue %s", whom, o.table, o.queue)
	}
	return fmt.Sprintf("asking %s for table %s and bus %s", whom, o.table, o.bus)
}

// dialTimeout bounds the wait for a host that is not there and does not say so.
const dialTimeout = 3 * time.Second

// connecting is the HTTP client of what is asked first.
func connecting() aws.HTTPClient {
	return awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout })
}

// tables is a client that waits longer than usual where it is throttled.
func tables(cfg aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Retryer, o.HTTPClient = newPatient(), connecting() })
}
