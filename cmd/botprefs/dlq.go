package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

const dlqHelp = `Looks after the dead letters: what the pipeline could not apply (changes) or announce
(announcements). Each letter gets a verdict: what would become of it if it were sent again.
A verdict comes from the contract's own rules and merge, run over the stored profile.`

func dlqCommand(std cli.Streams) *cobra.Command {
	c := &cobra.Command{Use: "dlq <subcommand> [flags]", Short: "look at dead letters, judge them, mend them and send them back", Long: dlqHelp}
	return cli.Group(c, dlqListCommand(std), dlqShowCommand(std), redriveCommandAs(std, "dlq redrive", "redrive [flags] [id ...]"))
}

// The kinds of dead letters, as --of names them. Each has its queue.
const (
	kindChanges       = "changes"
	kindAnnouncements = "announcements"
	kindAll           = "all"
)

// letterKinds are the kinds of dead letters, in the order in which they are listed.
var letterKinds = []string{kindChanges, kindAnnouncements}

// letterOptions choose dead letters.
type letterOptions struct {
	clientOptions
	kind               string // one of letterKinds, or kindAll
	code, user, source string
	max                int
	ids                []string
	sends              bool // the command sends letters to the change queue
}

func (o *letterOptions) register(c *cobra.Command, kind string, queues ...string) {
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringVar(&o.kind, "of", kind, "dead letters of this `queue`: "+strings.Join(queues, ", "))
	flags.StringVar(&o.code, "code", "", "choose letters with this `reason`, such as profile_too_large")
	flags.StringVar(&o.user, "user", "", "choose letters of this `user`")
	flags.StringVar(&o.source, "source", "", "choose letters of this `bot`")
	cli.IntVar(flags, &o.max, "max", 100, "look at no more than this `number` of letters of a queue")
	cli.Complete(c, "of", queues...)
	cli.Complete(c, "code", string(events.Malformed), string(events.UnknownVersion), string(events.FromTheFuture),
		string(events.TooOld), string(events.TooLarge), string(events.ProfileTooLarge), string(events.Unreadable),
		string(events.Undeliverable), string(deadletter.Redriven))
}

func (o *letterOptions) check(queues ...string) error {
	switch {
	case !slices.Contains(queues, o.kind):
		return fmt.Errorf("--of: %q is none of %s", o.kind, strings.Join(queues, ", "))
	case o.max < 1:
		return errors.New("--max must be at least 1")
	}
	for _, id := range o.ids {
		if len(id) < 4 {
			return fmt.Errorf("id %q: give at least its first 4 characters", id)
		}
	}
	return nil
}

// chosen tells whether a letter meets every restriction.
func (o *letterOptions) chosen(l *letter) bool {
	if o.code != "" && string(l.Code) != o.code || o.user != "" && l.UserID != o.user || o.source != "" && l.Source != o.source {
		return false
	}
	return len(o.ids) == 0 || slices.ContainsFunc(o.ids, func(id string) bool { return strings.HasPrefix(l.ID, id) })
}

// known refuses an id that no letter has: it may be mistyped.
func (o *letterOptions) known(boxes []*letterbox) error {
	for _, id := range o.ids {
		has := func(l judged) bool { return strings.HasPrefix(l.ID, id) }
		if !slices.ContainsFunc(boxes, func(b *letterbox) bool { return slices.ContainsFunc(b.letters, has) }) {
			return fmt.Errorf("no dead letter has an id that begins with %q%s", id, someHidden(boxes))
		}
	}
	return nil
}
