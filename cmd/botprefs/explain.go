package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

const explainHelp = `Tells why a user's preference is what it is: each change that said something of it, with
time, bot and conversation, and whether it won, or lost and why. What the profile has now
is compared with it. Without KEY it tells of all preferences of the user.

It reads the history of the last 30 days, which a stage keeps where its parameter history
is on (docs/history.md). Where it is off, only the profile itself can be told. It also looks
whether the history may lack something: events that wait in its queue, its dead letters, or
a part that is missing or disabled. Then it says so, and what to do.

The verdicts:
  won         the profile's value is of this change
  superseded  a later change says something else
  erased      a later replace covers it; what it said is not kept
  refused     it breaks a rule; code and field are kept. What its keys were is not, so it is
              told for every KEY of the user
  too_old     it was older than 30 days when it came
  missing     it should have won, and the profile has nothing of it: it is on its way, or
              in a dead-letter queue
  unknown     the history lacks it: it came by the queue alone, or before the history was
              on, or the history missed it. No bot or conversation is known

--output json prints an object: "user_id", "key", "history" (whether one is kept),
"complete" (whether nothing is known to be lacking), "gaps" (why something may be lacking:
doctor's findings, and not-checked for what you may not look at), "story" (an array with one
object per change, as GET /changes answers) and "profile" ("revision", "fence", and if the
key has them "value" and "stamp"; without KEY "entries" with those of each key).

It needs dynamodb:GetItem on the table of profiles, dynamodb:Query on that of the history,
and cloudformation:DescribeStacks. To see whether the history is complete it needs
dynamodb:DescribeTable, sqs:GetQueueUrl and GetQueueAttributes, lambda:GetFunctionConfiguration
and ListEventSourceMappings, events:DescribeRule and ListTargetsByRule, and for the age of
what waits cloudwatch:GetMetricStatistics. Without one of them it says what it could not see.`

const explainExamples = `  botprefs explain tg:1001 language --endpoint http://127.0.0.1:4566
  botprefs explain tg:1001
  botprefs explain sam tone --stage prod --output json`

type explainOptions struct {
	clientOptions
	user, key string
	format    cli.Format
}

func explainCommand(std cli.Streams) *cobra.Command {
	var o explainOptions
	c := &cobra.Command{
		Use:     "explain [flags] USER [KEY]",
		Short:   "tell which changes of a preference won, and which lost and why",
		Long:    explainHelp,
		Example: explainExamples,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 2 {
				return fmt.Errorf("explain takes a user, and a key if one alone is meant, such as tg:1001 language; it got %d arguments", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			if o.user = args[0]; len(args) == 2 {
				if o.key = args[1]; o.key == "" {
					return errors.New("KEY is empty: leave it out for all preferences of the user")
				}
			}
			return o.explain(c.Context(), std)
		},
	}
	o.clientOptions.register(c)
	o.format.Register(c)
	return c
}

func (o *explainOptions) explain(ctx context.Context, std cli.Streams) error {
	if err := userID(o.user); err != nil {
		return err
	}
	e, err := o.read(ctx, std)
	if err != nil {
		return err
	}
	if o.format == cli.JSON {
		return cli.WriteJSON(std.Out, e.json())
	}
	e.print(std.Out)
	return nil
}

// An explanation is what is known of a user's key, or of all of them.
type explanation struct {
	userID  string
	key     string // empty: all
	kept    bool   // a history is kept
	gaps    []doctor.Finding
	unseen  []string // why gaps may be lacking: what the caller may not look at
	history history.User
	profile events.Profile
	story   []history.Chapter
	letters string // the command that lists the user's dead letters
}

// read looks for gaps first, and reads the history before the profile. So an event that
// waits while the history is read is told, and whatever the history has and the profile
// lacks is really missing, or on its way.
func (o *explainOptions) read(ctx context.Context, std cli.Streams) (*explanation, error) {
	cfg, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := o.findOnAWS(ctx, std, cfg)
	if err != nil {
		return nil, err
	}
	e := &explanation{userID: o.user, key: o.key, history: history.User{UserID: o.user}, letters: o.lettersOf(o.user)}
	if table := o.historyTable(&r); table != "" {
		e.gaps, e.unseen = o.examination(cfg, r).Gaps(ctx, table)
		e.history, err = historystore.New(tables(cfg), table).Load(ctx, o.user)
		e.kept = err == nil
		switch {
		case historystore.Off(err) && r.Derived != nil: // the names of the stage do not say whether it has one
			e.gaps, e.unseen = nil, nil
		case err != nil && !historystore.Off(err):
			return nil, o.unusable("--stage", table, o.orRegion(), cfg, err)
		}
	}
	if e.profile, err = profilestore.New(tables(cfg), r.Table).Read(ctx, o.user); err != nil {
		return nil, o.unusable("--table", r.Table, o.orRegion(), cfg, err)
	}
	e.tell()
	return e, nil
}

// tell makes the story. Of a key that no preference can have there is none, except that
// changes of the user were refused.
func (e *explanation) tell() {
	judge := e.history.Judge(&e.profile)
	switch {
	case e.key == "":
		e.story = judge.Whole()
	case events.ValidKey(e.key):
		e.story = judge.Story(e.key)
	default:
		for _, r := range judge.Refusals() {
			e.story = append(e.story, history.Chapter{ID: r.At, Refusal: &r})
		}
	}
}

// complete tells whether nothing is known to be lacking.
func (e *explanation) complete() bool { return e.kept && len(e.gaps)+len(e.unseen) == 0 }

// historyTable is the name of the history's table; empty where the stack says that it
// has none.
func (o *explainOptions) historyTable(r *stackref.Resources) string {
	if r.Derived != nil {
		return o.names().History
	}
	return r.Outputs["HistoryTableName"]
}
