package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/letterview"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

const dlqShowHelp = `Shows one dead letter: why it was refused, its verdict, what to do, and its body, formatted.

The body holds what a person said. So the values of preferences, the id of the conversation
and everything that the contract does not name are shown as their kind and size. The user's
id, the names of preferences and the ids of the change are shown: without them nobody can
mend it. --values shows everything. Whoever may run this command may read the queue, and so
all of it; --values only keeps a person's words off a screen that others see, and out of a
log.

Give the first characters of the letter's id. Nothing is taken away.

--output json prints an object: what dlq list prints of the letter, and "queue" (its name),
"revision" (of an announcement), "received" (how often), "attributes" (further ones of the
message), "advice" (what to do), "masked" (values are not shown) and "body" (text; as it came
where --values is given).`

func dlqShowCommand(std cli.Streams) *cobra.Command {
	var o letterOptions
	var format cli.Format
	values := false
	queues := []string{kindAll, kindChanges, kindAnnouncements}
	c := &cobra.Command{
		Use: "show [flags] <id>", Short: "show one dead letter, its verdict and what to do",
		Long: dlqShowHelp, Example: "  botprefs dlq show --stage prod 0f8fad5b\n  botprefs dlq show --stage prod 0f8fad5b --values",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s takes the id of one letter: botprefs dlq list shows them", cli.Name(c))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			o.ids = args
			if err := o.check(queues...); err != nil {
				return err
			}
			return showLetter(c.Context(), std, &o, values, format)
		},
	}
	o.register(c, kindAll, queues...)
	c.Flags().BoolVar(&values, "values", false, "show the body as it is, values included")
	format.Register(c)
	return c
}

func showLetter(ctx context.Context, std cli.Streams, o *letterOptions, values bool, format cli.Format) error {
	office, err := o.receive(ctx, std)
	if err != nil {
		return err
	}
	office.judgeAll(ctx, o)
	box, l, err := o.one(office.boxes)
	switch {
	case err != nil:
	case format == cli.JSON:
		err = cli.WriteJSON(std.Out, o.shown(box, l, values))
	default:
		o.printLetter(std.Out, box, l, time.Now(), values)
	}
	return errors.Join(err, office.close(ctx))
}

// A shownLetter is the letter that dlq show --output json prints.
type shownLetter struct {
	listedLetter
	Queue      string            `json:"queue"`
	Revision   int64             `json:"revision,omitempty"`
	Received   int               `json:"received"`
	Attributes map[string]string `json:"attributes"`
	Advice     string            `json:"advice"`
	Masked     bool              `json:"masked"`
	Body       string            `json:"body"`
}

func (o *letterOptions) shown(b *letterbox, l *judged, values bool) shownLetter {
	body := l.Body
	if !values {
		body = letterview.Body(body, false)
	}
	return shownLetter{
		listedLetter: l.listed(b), Queue: b.name, Revision: l.Revision, Received: l.Receives, Attributes: l.Attributes,
		Advice: o.advice(b, l), Masked: !values, Body: body,
	}
}

// one is the only chosen letter.
func (o *letterOptions) one(boxes []*letterbox) (*letterbox, *judged, error) {
	var box *letterbox
	var found *judged
	n := 0
	for _, b := range boxes {
		for i := range b.letters {
			if o.chosen(&b.letters[i].letter) {
				box, found, n = b, &b.letters[i], n+1
			}
		}
	}
	switch {
	case n == 0:
		return nil, nil, errors.New("no dead letter is chosen: botprefs dlq list shows them")
	case n > 1:
		return nil, nil, fmt.Errorf("%d dead letters are chosen: give more of the id", n)
	}
	return box, found, nil
}

func (o *letterOptions) printLetter(out io.Writer, b *letterbox, l *judged, now time.Time, values bool) {
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(out, "%-10s %s\n", name, terminal.Visible(text))
		}
	}
	line("id", l.ID)
	line("queue", b.name)
	line("reason", string(l.Code))
	line("message", l.Message)
	line("bot", l.Source)
	line("user", user(&l.letter))
	if l.Revision != 0 {
		line("revision", fmt.Sprint(l.Revision))
	}
	line("sent", fmt.Sprintf("%s, %s ago", l.Sent.UTC().Format(time.RFC3339), age(now.Sub(l.Sent))))
	line("received", cli.Plural(int64(l.Receives), "time"))
	for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
		line(name, l.Attributes[name])
	}
	line("verdict", spoken(l.verdict.Outcome)+": "+l.verdict.Why)
	fmt.Fprintln(out, "what to do "+o.advice(b, l))
	fmt.Fprint(out, "\n"+letterview.Body(l.Body, values))
}

// advice says what to do with a letter, with commands to copy.
func (o *letterOptions) advice(b *letterbox, l *judged) string {
	short := l.ID[:min(8, len(l.ID))]
	send := fmt.Sprintf("%s dlq redrive%s --send %s", cli.Program(), o.sameStack(), short)
	edit := fmt.Sprintf("%s dlq redrive%s --edit %s", cli.Program(), o.sameStack(), short)
	discard := fmt.Sprintf("%s dlq redrive%s --of %s --discard %s", cli.Program(), o.sameStack(), b.kind, short)
	if b.kind == kindAnnouncements {
		return o.adviceOnAnnouncement(b, l, discard)
	}
	switch v := &l.verdict; {
	case v.Outcome == verdict.Truncated:
		return "The body is not whole, so nothing can be stored of it. Discard it:\n  " + discard
	case v.Outcome == verdict.TooOld:
		return "Discard it. If it still counts, mend it with a new id: it then counts as said now.\n  " + discard + "\n  " + edit
	case v.Refusal != nil && v.Refusal.Code == events.FromTheFuture:
		return "The clock of the bot was wrong. Correct it, and send the letter once its time has come, or mend it with a new id:\n  " + send + "\n  " + edit
	case v.Refusal != nil && v.Refusal.Code == events.ProfileTooLarge:
		return "Make room in the profile: let the bot forget keys that it does not need. Then send it:\n  " + send
	case v.Outcome == verdict.Refused:
		return "Repair the bot that sends this. Mend this letter, or discard it:\n  " + edit + "\n  " + discard
	case v.Outcome == verdict.Duplicate, v.Outcome == verdict.Superseded:
		return "Nothing is lost. Discard it, or send it, which alters nothing:\n  " + discard
	}
	return fmt.Sprintf("%s Then send it:\n  %s", cause(l.Code), send)
}

// cause says where to look for the cause of a letter that would apply now.
func cause(code events.Code) string {
	switch code {
	case deadletter.Redriven:
		return "It kept failing, so the cause was not the change: look at the log of applyPreferenceChanges, and at botprefs doctor."
	case events.Malformed, events.UnknownVersion, events.FromTheFuture, events.TooOld, events.TooLarge, events.ProfileTooLarge:
		return "What it was refused for does not hold any more."
	}
	return "EventBridge could not deliver it: run botprefs doctor, which looks at the rule and the queues' policies."
}

func (o *letterOptions) adviceOnAnnouncement(b *letterbox, l *judged, discard string) string {
	switch l.verdict.Outcome {
	case verdict.Unannounced:
		return "Announce the profile as it is now. That deletes the letter:\n  " + o.resyncLine(b)
	case verdict.Replaced:
		return "Subscribers have a later revision. resync announces it again, and deletes the letter:\n  " + o.resyncLine(b)
	case verdict.Gone:
		return "Subscribers that keep a copy of this user must drop it. Then discard the letter:\n  " + discard
	case verdict.Refused:
		return "It is none of ours. Find out who wrote it, and discard it:\n  " + discard
	}
	if l.Code == events.Unreadable && l.UserID != "" {
		return "Somebody else wrote this item. Repair it or delete it, as docs/runbooks/announcements-dead-lettered.md says. Then announce it:\n  " + o.resyncLine(b)
	}
	return fmt.Sprintf("Look at docs/recovery.md if the table was restored. A snapshot announces every profile again:\n  %s snapshot%s --bus %s", cli.Program(), o.sameStack(), cmp.Or(o.names().Bus, "NAME"))
}
