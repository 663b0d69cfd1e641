package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/logging"
	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/queue"
)

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

// What AWS takes for the name of a region, and of a bus or of a table, or for the
// ARN of one.
var (
	regionName = regexp.MustCompile(`^[a-z0-9-]+$`)
	busName    = regexp.MustCompile(`^(arn:[^ ]+:event-bus/)?[/.\-_A-Za-z0-9]{1,256}$`)
	tableName  = regexp.MustCompile(`^(arn:[^ ]+:table/)?[a-zA-Z0-9_.-]{3,255}$`)
)

// check settles the defaults, and refuses what can never work.
func (o *targetOptions) check() error {
	if o.table == "" {
		o.table = "bot-preferences-" + o.stage
	}
	switch {
	case o.bus != "" && o.queue != "":
		return errors.New("--bus and --queue exclude each other")
	case o.endpoint != "" && !isURL(o.endpoint):
		return fmt.Errorf("--endpoint: %q is not a URL such as http://127.0.0.1:4566", o.endpoint)
	case o.region != "" && !regionName.MatchString(o.region):
		return fmt.Errorf("--region: %q is not the name of a region, such as eu-west-1", o.region)
	case o.bus != "" && !busName.MatchString(o.bus):
		return fmt.Errorf("--bus: %q is not the name or the ARN of a bus", o.bus)
	case !tableName.MatchString(o.table):
		return fmt.Errorf("--table or --stage: %q is not the name or the ARN of a table", o.table)
	case o.queue != "":
		return o.checkQueue()
	}
	return nil
}

// load is the AWS configuration, without the SDK's log: what it warns of, such as
// an answer that was not read to its end, is no matter of the person who waits.
func (o *targetOptions) load(ctx context.Context) (aws.Config, error) {
	cfg, err := o.clientOptions.load(ctx)
	cfg.Logger = logging.Nop{}
	return cfg, err
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func (o *targetOptions) checkQueue() error {
	own := "bot-preferences-" + o.stage
	switch name := path.Base(o.queue); {
	case !isURL(o.queue):
		return fmt.Errorf("--queue: %q is not the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/my-skill", o.queue)
	case strings.HasSuffix(name, ".fifo"):
		return errors.New("--queue: a FIFO queue is no target; subscribers have standard queues")
	case name == own+"-changes" || name == own+"-changes-dlq" || name == own+"-announcements-dlq":
		return fmt.Errorf("--queue: %s is the pipeline's own queue; name that of a subscriber", name)
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

// target is the bus or the queue, and what to call it. It must be there. Who may
// not ask for it has to know that it is.
func (o *targetOptions) target(ctx context.Context, cfg aws.Config) (backfill.Target, string, error) {
	if o.queue != "" {
		client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.Retryer, o.HTTPClient = newPatient(), connecting() })
		_, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(o.queue), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
		})
		if err != nil && !forbidden(err) {
			return nil, "", o.missing("--queue", o.queue, cfg, err)
		}
		return queue.New(client, o.queue, queue.WithRetry(patience)), "queue " + o.queue, nil
	}
	client := eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { o.Retryer, o.HTTPClient = newPatient(), connecting() })
	// A bus that does not exist takes events all the same, and they are gone.
	_, err := client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(o.bus)})
	if err != nil && !forbidden(err) {
		return nil, "", o.missing("--bus", o.bus, cfg, err)
	}
	return eventbus.New(client, o.bus, eventbus.WithRetry(patience)), "bus " + o.bus, nil
}

// whom is who is asked.
func (o *targetOptions) whom(cfg aws.Config) string {
	if o.endpoint != "" {
		return o.endpoint
	}
	return "AWS in " + cfg.Region
}

// asking says whom it is going to ask for what: if there is no answer, a person
// can see why.
func (o *targetOptions) asking(cfg aws.Config) string {
	if o.queue != "" {
		return fmt.Sprintf("asking %s for table %s and queue %s", o.whom(cfg), o.table, o.queue)
	}
	return fmt.Sprintf("asking %s for table %s and bus %s", o.whom(cfg), o.table, o.bus)
}
