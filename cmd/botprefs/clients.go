package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/stage"
	"github.com/bot-preferences/bot-preferences/queue"
)

// clientOptions say which pipeline a command talks to.
type clientOptions struct {
	endpoint, stage, region string
}

func (o *clientOptions) register(c *cobra.Command) {
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.endpoint, "endpoint", os.Getenv("AWS_ENDPOINT_URL"), "`URL` of the AWS endpoint, such as http://127.0.0.1:4566 for botprefs dev; without it AWS itself")
	flags.StringVar(&o.stage, "stage", stage.Default, "`stage` of the stack")
	flags.StringVar(&o.region, "region", "", "AWS `region`; default that of the environment, else us-east-1")
	cli.Complete(c, "stage", stage.All...)
	cli.Complete(c, "endpoint", "http://127.0.0.1:4566")
}

// names are those of the stage's resources.
func (o *clientOptions) names() stage.Resources { return stage.Names(o.stage) }

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
		// botprefs dev takes any credentials. It must not need real ones, nor get them.
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

// queues finds the change queue and its dead-letter queue.
func (o *clientOptions) queues(ctx context.Context) (*queue.Queue, *deadLetters, error) {
	cfg, err := o.load(ctx)
	if err != nil {
		return nil, nil, err
	}
	client := sqs.NewFromConfig(cfg)
	changes, err := queueURL(ctx, client, o.names().ChangeQueue)
	if err != nil {
		return nil, nil, err
	}
	letters, err := queueURL(ctx, client, o.names().ChangeDeadLetters)
	if err != nil {
		return nil, nil, err
	}
	return queue.New(client, changes), openDeadLetters(client, letters), nil
}

func queueURL(ctx context.Context, client *sqs.Client, name string) (string, error) {
	out, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("queue %s: %w", name, err)
	}
	return aws.ToString(out.QueueUrl), nil
}

// dialTimeout bounds the wait for a host that never answers.
const dialTimeout = 3 * time.Second

// connecting is an HTTP client that soon gives up a host that does not answer.
func connecting() aws.HTTPClient {
	return awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout })
}

// tables is a client that retries for longer than usual if it is throttled.
func tables(cfg aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Retryer, o.HTTPClient = newPatient(), connecting() })
}
