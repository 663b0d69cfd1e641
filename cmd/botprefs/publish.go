package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/pause"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/producers"
)

const publishHelp = `Publishes a change, as a bot would. A value is JSON (3, true, ["a"], '"text"'), or plain
text. key=null, or --unset key, forgets a key. --replace forgets everything else that was
said before, and --erase everything. --inferred says that a bot concluded it: it never
replaces what the person stated.

It travels over the bus. --queue takes the direct route into the change queue.

--wait waits until the profile reflects the change and prints the profile. If somebody has
said something later about one of its keys, that key is named. Its id is printed before
the wait begins, so that an interrupted wait does not lose it.

An --id (or the id of a line of a file) that is over 30 days old, or over 5 minutes ahead,
is refused before anything is sent, because the pipeline would refuse it: the change would
become a dead letter. --force sends it nevertheless.

--file FILE publishes a file with one change per line, as the contract's JSON Schema
describes it (NDJSON): {"user_id":"tg:1","preferences":{"language":"fr"}}. A line without an
id gets one, in the order of the lines. Lines that break a rule are reported by their
number, and the others are published. An interrupted run resumes: --checkpoint names the
file that says how far it was. - reads standard input, and does not resume.

It needs events:PutEvents on the bus, or sqs:SendMessage on the queue; --wait needs
dynamodb:GetItem on the table; cloudformation:DescribeStacks finds them.`

const publishExamples = `  botprefs publish tg:1001 language=fr tone=null --wait
  botprefs publish tg:1001 --erase
  botprefs publish --file changes.ndjson --rate 500`

// publishOptions are the command's flags.
type publishOptions struct {
	clientOptions
	change  changeOptions
	queue   bool
	source  string
	wait    bool
	force   bool
	timeout time.Duration
	file    fileOptions
	format  cli.Format
}

func publishCommand(std cli.Streams) *cobra.Command {
	var o publishOptions
	c := &cobra.Command{
		Use:     "publish USER key=value ... [flags]",
		Short:   "publish a change, or a file of changes",
		Long:    publishHelp,
		Example: publishExamples,
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			if o.file.path != "" {
				return publishFile(c.Context(), std, o, args)
			}
			return publishChange(c.Context(), std, o, args)
		},
	}
	o.clientOptions.register(c)
	o.change.register(c)
	flags := c.Flags()
	flags.BoolVar(&o.queue, "queue", false, "put it into the change queue, past the bus")
	flags.StringVar(&o.source, "source", "botprefs", "`name` of the bot that says so")
	flags.BoolVar(&o.wait, "wait", false, "wait until the profile reflects the change, and print the profile")
	flags.BoolVar(&o.force, "force", false, "send a change whose id is too old, or ahead of the clock, which makes a dead letter")
	flags.DurationVar(&o.timeout, "timeout", 30*time.Second, "with --wait: give up after this `time`")
	o.file.register(c, "publish the changes of this `file`, one per line; - is standard input")
	o.format.Register(c)
	return c
}

func (o *publishOptions) check() error {
	if o.timeout <= 0 {
		return errors.New("--timeout must be more than 0")
	}
	return o.checkService()
}

func publishChange(ctx context.Context, std cli.Streams, o publishOptions, args []string) error {
	change, err := o.change.read(args, time.Now())
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if change.ID.IsZero() {
		change.ID = events.NewClock().Next() // known before it is sent, so that an interruption can name it
	} else if err := o.inTime(&change, time.Now()); err != nil {
		return fmt.Errorf("--%w", err)
	}
	p, err := o.connect(ctx, std)
	if err != nil {
		return err
	}
	if _, err = p.publisher.PublishOne(ctx, change); err != nil {
		if ctx.Err() != nil {
			fmt.Fprintf(std.Err, "it is not known whether %s is accepted; to try again, give --id %s\n", change.ID, change.ID)
		}
		return p.unpublished(change, err)
	}
	done := published{EventID: change.ID, UserID: change.UserID, inferred: change.Origin == events.Inferred}
	done.accepted(std, o.format, o.wait)
	if o.wait {
		if err := p.await(ctx, &change, &done, o.timeout); err != nil {
			return err
		}
	}
	return done.print(std, o.format)
}

// inTime refuses a change that the pipeline would refuse for its id alone, unless --force.
func (o *publishOptions) inTime(c *events.PreferenceChange, now time.Time) error {
	if o.force || c.ID.IsZero() {
		return nil
	}
	if err := events.CheckTime(c.ID, now); err != nil {
		return fmt.Errorf("%w: the pipeline would refuse it; --force sends it nevertheless", err)
	}
	return nil
}

// A pipeline is what publishing needs of a stage.
type pipeline struct {
	options   *publishOptions
	cfg       aws.Config
	resources stackref.Resources
	publisher *producers.Publisher
	target    string
}

// connect finds the stage and its route.
func (o *publishOptions) connect(ctx context.Context, std cli.Streams) (*pipeline, error) {
	cfg, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := o.findOnAWS(ctx, std, cfg)
	if err != nil {
		return nil, err
	}
	route, target, err := o.route(ctx, cfg, &r, o.queue)
	if err != nil {
		return nil, err
	}
	publisher, err := producers.NewPublisher(o.source, route)
	if err != nil {
		return nil, fmt.Errorf("--source: %w", err)
	}
	return &pipeline{o, cfg, r, publisher, target}, nil
}

// publish offers changes that have ids, and returns one error each.
func (p *pipeline) publish(ctx context.Context, changes []events.PreferenceChange) (errs []error) {
	results, _ := p.publisher.Publish(ctx, changes...) // the results have the errors
	for _, r := range results {
		errs = append(errs, r.Err)
	}
	return errs
}

// unpublished says what is known of a change that was not accepted.
func (p *pipeline) unpublished(change events.PreferenceChange, err error) error {
	if unreachable(err) {
		return &briefError{p.options.unanswered(p.cfg, err), err}
	}
	if events.Retryable(err) && !change.ID.IsZero() {
		return fmt.Errorf("%s is not accepted: %w; to try again, give --id %s", cli.Quoted(change.UserID), brief(err), change.ID)
	}
	return fmt.Errorf("%s: %w", cli.Quoted(change.UserID), brief(err))
}

// The pauses between two looks at the profile.
const (
	firstLook = 50 * time.Millisecond
	lastLook  = time.Second
)

// await looks at the profile until it reflects the change.
func (p *pipeline) await(ctx context.Context, change *events.PreferenceChange, done *published, timeout time.Duration) error {
	store := profilestore.New(tables(p.cfg), p.resources.Table)
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for look := firstLook; ; look = min(lastLook, 2*look) {
		profile, err := store.Read(limited, change.UserID)
		switch {
		case err == nil && profile.Reflects(change):
			shown := shownStored(&profile)
			done.Profile, done.Superseded = &shown, profile.Superseded(change)
			return nil
		case err == nil:
			err = pause.For(limited, look)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case limited.Err() != nil:
			return fmt.Errorf("%s is accepted, but %s does not reflect it after %s. See whether it is a dead letter, or whether the queue has a backlog:\n  %s\n  %s --only backlog",
				change.ID, cli.Quoted(change.UserID), timeout, p.options.lettersOf(change.UserID), p.options.commandLine("doctor"))
		case err != nil:
			return fmt.Errorf("%s is accepted, but the profile cannot be read: %w", change.ID, p.options.unusable("--stage", p.resources.Table, p.options.orRegion(), p.cfg, err))
		}
	}
}

// published is what became of a change.
type published struct {
	EventID    events.Stamp  `json:"event_id"`
	UserID     string        `json:"user_id"`
	Profile    *shownProfile `json:"profile,omitempty"`
	Superseded []string      `json:"superseded,omitempty"`
	inferred   bool
}

// accepted tells the id before anything waits for the profile. JSON has it at the end, so
// there it is a note.
func (p *published) accepted(std cli.Streams, format cli.Format, waits bool) {
	out := std.Out
	if format == cli.JSON {
		if !waits {
			return
		}
		out = std.Err
	}
	fmt.Fprintf(out, "accepted %s for %s\n", p.EventID, cli.Quoted(p.UserID))
}

func (p *published) print(std cli.Streams, format cli.Format) error {
	if format == cli.JSON {
		return cli.WriteJSON(std.Out, p)
	}
	if p.Profile != nil {
		p.Profile.print(std.Out)
	}
	why := "somebody has said something later about %s\n"
	if p.inferred {
		why = "what somebody stated, or inferred later, hides what was inferred of %s\n"
	}
	for _, key := range p.Superseded {
		fmt.Fprintf(std.Out, why, terminal.Visible(key))
	}
	return nil
}
