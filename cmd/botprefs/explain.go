package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

const explainHelp = `Tells why a user's preference is what it is: each change that said something of it, with
time, bot and conversation, and whether it won, or lost and why. What the profile has now
is compared with it.

It reads the history of the last 30 days, which a stage keeps where its parameter history
is on (docs/history.md). Where it is off, only the profile itself can be told.

The verdicts:
  won         the profile's value is of this change
  superseded  a later change says something else
  erased      a later replace covers it; what it said is not kept
  refused     it breaks a rule; code and field are kept
  too_old     it was older than 30 days when it came
  missing     it should have won, and the profile has nothing of it: it is on its way, or
              in a dead-letter queue (botprefs redrive)
  unknown     the bus did not carry it: it came by the queue alone, or before the history
              was on. No bot or conversation is known

--output json prints an object: "user_id", "key", "history" (whether one is kept), "story"
(an array with one object per change, as GET /changes answers) and "profile" ("revision",
and if the key has them "value", "stamp" and "fence").`

const explainExamples = `  botprefs explain tg:1001 language --endpoint http://127.0.0.1:4566
  botprefs explain sam tone --stage prod --output json`

type explainOptions struct {
	clientOptions
	user, key string
	format    cli.Format
}

func explainCommand(std cli.Streams) *cobra.Command {
	var o explainOptions
	c := &cobra.Command{
		Use:     "explain [flags] USER KEY",
		Short:   "tell which changes of a preference won, and which lost and why",
		Long:    explainHelp,
		Example: explainExamples,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("explain takes a user and a key, such as tg:1001 language; it got %d arguments", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			o.user, o.key = args[0], args[1]
			return o.explain(c.Context(), std)
		},
	}
	o.clientOptions.register(c)
	o.format.Register(c)
	return c
}

func (o *explainOptions) explain(ctx context.Context, std cli.Streams) error {
	if err := events.ValidateUserID(o.user); err != nil {
		return err
	}
	if !events.ValidKey(o.key) {
		return errors.New("KEY: a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
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

// An explanation is what is known of a user's key.
type explanation struct {
	userID, key string
	kept        bool // a history is kept
	history     history.User
	profile     events.Profile
	story       []history.Chapter
}

// read reads the history before the profile: whatever the history has and the profile
// lacks is then really missing, or on its way.
func (o *explainOptions) read(ctx context.Context, std cli.Streams) (*explanation, error) {
	cfg, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := o.find(ctx, std, cfg)
	if err != nil {
		return nil, err
	}
	e := &explanation{userID: o.user, key: o.key, history: history.User{UserID: o.user}}
	if table := o.historyTable(&r); table != "" {
		e.history, err = historystore.New(tables(cfg), table).Load(ctx, o.user)
		e.kept = err == nil
		if err != nil && !historystore.Off(err) {
			return nil, o.unusable("--stage", table, o.orRegion(), cfg, err)
		}
	}
	if e.profile, err = profilestore.New(tables(cfg), r.Table).Read(ctx, o.user); err != nil {
		return nil, o.unusable("--table", r.Table, o.orRegion(), cfg, err)
	}
	e.story = e.history.Judge(&e.profile).Story(o.key)
	return e, nil
}

// historyTable is the name of the history's table; empty where the stack says that it
// has none.
func (o *explainOptions) historyTable(r *stackref.Resources) string {
	if r.Derived != nil {
		return o.names().History
	}
	return r.Outputs["HistoryTableName"]
}
