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
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/queue"
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
func (o *clientOptions) queues(ctx context.Context) (*queue.Queue, *deadletter.Queue, error) {
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
	return queue.New(client, changes), deadletter.New(client, letters), nil
}

func queueURL(ctx context.Context, client *sqs.Client, name string) (string, error) {
	out, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("queue %s: %w", name, err)
	}
	return aws.ToString(out.QueueUrl), nil
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
