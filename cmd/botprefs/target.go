package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/queue"
)

// targetOptions name the target of announcements, and the table that they come from.
type targetOptions struct {
	clientOptions
	bus, queue, table string

	tableGiven bool // --table named the table, not the stack; resolve sets it
}

func (o *targetOptions) register(c *cobra.Command, busUsage string) {
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringVar(&o.bus, "bus", "", busUsage)
	flags.StringVar(&o.queue, "queue", "", "put the announcements into the queue of this `URL`, as the bus would deliver them")
	flags.StringVar(&o.table, "table", "", "`name` or ARN of the table; default that of the stack")
}

// The names and ARNs that AWS accepts.
var (
	busName   = regexp.MustCompile(`^(arn:[^ ]+:event-bus/)?[/.\-_A-Za-z0-9]{1,256}$`)
	tableName = regexp.MustCompile(`^(arn:[^ ]+:table/)?[a-zA-Z0-9_.-]{3,255}$`)
)

// check refuses options that can never work.
func (o *targetOptions) check() error {
	if err := o.checkService(); err != nil {
		return err
	}
	switch {
	case o.bus != "" && o.queue != "":
		return errors.New("--bus and --queue exclude each other")
	case o.bus != "" && !busName.MatchString(o.bus):
		return fmt.Errorf("--bus: %q is not the name or the ARN of a bus", o.bus)
	case o.table != "" && !tableName.MatchString(o.table):
		return fmt.Errorf("--table: %q is not the name or the ARN of a table", o.table)
	case o.queue != "":
		return o.checkQueue()
	}
	return nil
}

// resolve loads the configuration. It looks for the stack only if a flag does not name
// what the stack would.
func (o *targetOptions) resolve(ctx context.Context, std cli.Streams) (aws.Config, error) {
	cfg, err := o.load(ctx)
	if err != nil {
		return cfg, err
	}
	needsBus := o.bus == "" && o.queue == ""
	o.tableGiven = o.table != ""
	if o.table == "" || needsBus {
		fmt.Fprintf(std.Err, "asking %s for stack %s\n", o.service(cfg), o.names().Stack)
	}
	if err := o.credentials(ctx, cfg); err != nil {
		return cfg, err
	}
	if o.table == "" || needsBus {
		r, err := o.find(ctx, std, cfg)
		if err != nil {
			return cfg, err
		}
		o.table = cmp.Or(o.table, r.Table)
		if needsBus {
			o.bus = r.Bus
		}
		if r.Owns(o.queue) {
			return cfg, ownQueue(o.queue)
		}
	}
	fmt.Fprintln(std.Err, o.asking(cfg))
	return cfg, nil
}

// sameTarget are the flags that name the resolved target again, and the table if it is not
// the stack's.
func (o *targetOptions) sameTarget() string {
	text := " --bus " + shellQuoted(o.bus)
	if o.queue != "" {
		text = " --queue " + shellQuoted(o.queue)
	}
	if o.tableGiven {
		text += " --table " + shellQuoted(o.table)
	}
	return text
}

func ownQueue(url string) error {
	return fmt.Errorf("--queue: %s is the pipeline's own queue; name that of a subscriber", path.Base(url))
}

func (o *targetOptions) checkQueue() error {
	switch name := path.Base(o.queue); {
	case !isURL(o.queue):
		return fmt.Errorf("--queue: %q is not the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/my-skill", o.queue)
	case strings.HasSuffix(name, ".fifo"):
		return errors.New("--queue: a FIFO queue is no target; subscribers have standard queues")
	case o.names().Owns(name):
		return ownQueue(name)
	}
	return nil
}

// patience is how an announcement is retried: more often than in the pipeline,
// because only one person waits for it.
var patience = events.Retry{Attempts: 10, Cap: 10 * time.Second}

// target is the bus or the queue, and what to call it. It must exist. A caller without
// the permission to look is trusted to know that it does.
func (o *targetOptions) target(ctx context.Context, cfg aws.Config) (backfill.Target, string, error) {
	if o.queue != "" {
		client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.Retryer = newPatient() })
		_, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(o.queue), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
		})
		if err != nil && !forbidden(err) {
			return nil, "", o.missing("--queue", o.queue, cfg, err)
		}
		return queue.New(client, o.queue, queue.WithRetry(patience)), "queue " + o.queue, nil
	}
	client := eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { o.Retryer = newPatient() })
	// PutEvents reports success for a bus that does not exist, and drops the events.
	_, err := client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(o.bus)})
	if err != nil && !forbidden(err) {
		return nil, "", o.missing("--bus", o.bus, cfg, err)
	}
	return eventbus.New(client, o.bus, eventbus.WithRetry(patience)), "bus " + o.bus, nil
}

// asking says which service is asked for which table and target, so that the person
// at the terminal sees why there is no answer.
func (o *targetOptions) asking(cfg aws.Config) string {
	if o.queue != "" {
		return fmt.Sprintf("asking %s for table %s and queue %s", o.service(cfg), o.table, o.queue)
	}
	return fmt.Sprintf("asking %s for table %s and bus %s", o.service(cfg), o.table, o.bus)
}
