package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/watch"
)

const watchHelp = `Prints the announcements of the bus as they come, until Ctrl-C. It makes a rule and a queue
for itself, named botprefs-watch-..., and removes them at the end. If this process is
killed, a second one removes them; if both are, the next watch does.

A new rule takes up to a minute on AWS before it matches.

--from-queue URL looks into an existing queue instead, such as a skill's or a dead-letter
queue, and leaves its messages there. Each look counts as a receive and hides a message
from its consumer for a moment, so watch stops before a look would dead-letter one. A
message that the consumer takes first is not shown.

--output json prints each event's detail, one per line.

It needs events:PutRule, PutTargets, RemoveTargets and DeleteRule on rules of the bus named
botprefs-watch-*, events:ListRules, sqs:CreateQueue, GetQueueUrl, ReceiveMessage,
DeleteMessage and DeleteQueue on queues named botprefs-watch-*, sqs:ListQueues, and
cloudformation:DescribeStacks. --from-queue needs sqs:GetQueueAttributes, ReceiveMessage
and ChangeMessageVisibility on that queue.`

const watchExamples = `  botprefs watch
  botprefs watch --user tg:1001 --output json
  botprefs watch --from-queue https://sqs.eu-west-1.amazonaws.com/123456789012/my-skill`

// watchOptions are the command's flags.
type watchOptions struct {
	clientOptions
	users, keys []string
	queue       string
	limit       time.Duration
	format      cli.Format
}

func watchCommand(std cli.Streams) *cobra.Command {
	var o watchOptions
	c := &cobra.Command{
		Use:     "watch [flags]",
		Short:   "print announcements as they come",
		Long:    watchHelp,
		Example: watchExamples,
		Args:    cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return watchEvents(c.Context(), std, o)
		},
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringArrayVar(&o.users, "user", nil, "only announcements of this `user`; repeatable")
	flags.StringArrayVar(&o.keys, "key", nil, "only announcements that change this `key` or erase; repeatable")
	flags.StringVar(&o.queue, "from-queue", "", "look into the queue of this `URL`")
	flags.DurationVar(&o.limit, "for", 8*time.Hour, "end after this `time`, at most 24h")
	o.format.Register(c)
	return c
}

// maxWatch bounds how long a rule can stay behind.
const maxWatch = 24 * time.Hour

func (o *watchOptions) check() error {
	switch {
	case o.limit <= 0 || o.limit > maxWatch:
		return errors.New("--for must be more than 0, and at most 24h")
	case o.queue != "" && !isURL(o.queue):
		return fmt.Errorf("--from-queue: %q is not the URL of a queue", o.queue)
	}
	for _, user := range o.users {
		if err := userID(user); err != nil {
			return fmt.Errorf("--user: %w", err)
		}
	}
	for _, key := range o.keys {
		if !events.ValidKey(key) {
			return fmt.Errorf("--key: %q is not the name of a preference", key)
		}
	}
	return o.checkService()
}

func watchEvents(ctx context.Context, std cli.Streams, o watchOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := o.open(ctx)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	queues := sqs.NewFromConfig(cfg)
	if o.queue != "" {
		fmt.Fprintf(std.Err, "looking into queue %s; Ctrl-C ends this one\n", path.Base(o.queue))
		err = watch.Look(limited, queues, o.queue, o.printer(std.Out))
		err = o.unusable("--from-queue", o.queue, o.orRegion(), cfg, err)
	} else {
		err = o.watchBus(limited, std, cfg, queues)
	}
	switch {
	case errors.Is(err, errReaderGone), limited.Err() != nil && errors.Is(err, limited.Err()):
		return nil // Ctrl-C, --for, and a reader that went away are how a watch ends
	}
	return err
}

// watchBus makes a rule and a queue, under a guard, and follows them.
func (o *watchOptions) watchBus(ctx context.Context, std cli.Streams, cfg aws.Config, queues *sqs.Client) error {
	r, err := o.findOnAWS(ctx, std, cfg)
	if err != nil {
		return err
	}
	bus := &watch.Bus{
		Events: eventbridge.NewFromConfig(cfg),
		Queues: queues, Name: r.Bus,
	}
	sweep(ctx, std, bus)
	name := watch.NameFor(time.Now().Add(o.limit+time.Minute), hostname(), os.Getpid())
	guard, err := o.startGuard(std, cfg, r.Bus, name)
	if err != nil {
		return err
	}
	err = o.follow(ctx, std, bus, name)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(guard.end(), ctx.Err())
	}
	return errors.Join(o.unusable("--stage", r.Bus, o.orRegion(), cfg, err), guard.end())
}

func (o *watchOptions) follow(ctx context.Context, std cli.Streams, bus *watch.Bus, name watch.Name) error {
	queue, err := bus.Open(ctx, name, o.pattern())
	if err != nil {
		return err
	}
	fmt.Fprintf(std.Err, "watching bus %s; Ctrl-C ends this one\n", bus.Name)
	return watch.Follow(ctx, bus.Queues, queue, o.printer(std.Out))
}

// pattern matches announcements of the users that change one of the keys or erase.
func (o *watchOptions) pattern() string {
	type object = map[string]any
	detail := object{}
	if len(o.users) > 0 {
		detail["user_id"] = o.users
	}
	if len(o.keys) > 0 {
		detail["$or"] = []object{{"changed_keys": o.keys}, {"erased": []bool{true}}}
	}
	all := object{"source": []string{events.SourcePipeline}, "detail-type": []string{events.DetailTypeUpdated}}
	if len(detail) > 0 {
		all["detail"] = detail
	}
	text, err := json.Marshal(all, json.Deterministic(true))
	if err != nil {
		panic(err) // the users and keys are valid UTF-8
	}
	return string(text)
}

// sweep removes what other watches have left behind. Without the permission to look there
// is nothing to say.
func sweep(ctx context.Context, std cli.Streams, bus *watch.Bus) {
	host := hostname()
	removed, err := bus.Sweep(ctx, func(n watch.Name) bool { return n.Abandoned(time.Now(), host, running) })
	for _, n := range removed {
		fmt.Fprintf(std.Err, "removed the rule and the queue %s, which an earlier watch had left behind\n", n)
	}
	if err != nil && !forbidden(err) && ctx.Err() == nil {
		fmt.Fprintf(std.Err, "cannot see whether an earlier watch has left something behind: %v\n", brief(err))
	}
}

func hostname() string {
	name, _ := os.Hostname() // without one, all machines without one are one
	return name
}
