package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/stage"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

const jsonLetters = `--output json prints an object. "letters" has one object per letter: "id", "of" (the queue),
"code" (the reason), "message" (absent if there is none), "user_id" and "source" (the bot;
absent if they cannot be read), "sent" (RFC 3339; when it entered its first queue),
"truncated", "verdict" (would_apply, duplicate, superseded, refused, too_old, truncated,
not_announced, announced_since, nothing_stored or not_judged), "why", and "final" (no attempt
with the letter as it is can ever succeed). "queues" has one object per queue: "of", "name",
"seen" (letters), "more" (there may be more than --max), "hidden" (letters that nobody could
see, absent if that is not known), "hidden_until" (RFC 3339) and "error" (absent if the queue
could be read).`

const dlqListHelp = `Lists the dead letters of both queues: how many there are for each reason, and each letter
with its bot, its user, its age, and its verdict. Nothing is taken away: the letters are
hidden from others for as long as the command runs, and for half a minute after it was
killed. It needs ` + permissions + `
on the queues, and dynamodb:GetItem on the table for verdicts.
` + findsQueues + `

A change would apply, or is a duplicate, superseded, refused, or too old. An announcement
was not announced, or was replaced since by that of a later revision. Preferences are never
shown: see botprefs dlq show.

It ends with status 1 if it did not see everything: letters are hidden because another
command reads them, or a queue cannot be read.

` + jsonLetters
const dlqListExamples = `  botprefs dlq list --stage prod
  botprefs dlq list --stage prod --of changes --code profile_too_large --output json`

// listOptions are the flags of dlq list.
type listOptions struct {
	letterOptions
	format cli.Format
}

func dlqListCommand(std cli.Streams) *cobra.Command {
	var o listOptions
	queues := []string{kindAll, kindChanges, kindAnnouncements}
	c := &cobra.Command{
		Use: "list [flags] [id ...]", Short: "list dead letters, counted by reason, with verdicts",
		Long: dlqListHelp, Example: dlqListExamples, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			o.ids = args
			if err := o.check(queues...); err != nil {
				return err
			}
			return listLetters(c.Context(), std, &o.letterOptions, o.format)
		},
	}
	o.register(c, kindAll, queues...)
	o.format.Register(c)
	return c
}

func listLetters(ctx context.Context, std cli.Streams, o *letterOptions, format cli.Format) error {
	office, err := o.receive(ctx, std)
	if err != nil {
		return err
	}
	office.judgeAll(ctx, o)
	return errors.Join(o.list(std, office.boxes, time.Now(), format), o.incomplete(office.boxes), office.close(ctx))
}

// list prints the chosen letters: all of them if nothing restricts the choice.
func (o *letterOptions) list(std cli.Streams, boxes []*letterbox, now time.Time, format cli.Format) error {
	notes := std.Out
	if format == cli.JSON {
		notes = std.Err // standard output is the JSON's alone
		if err := cli.WriteJSON(std.Out, o.listed(boxes)); err != nil {
			return err
		}
	} else {
		for _, b := range boxes {
			o.printBox(std.Out, b, now)
		}
		o.suggest(std.Out, boxes)
	}
	if slices.ContainsFunc(boxes, func(b *letterbox) bool { return b.more }) {
		fmt.Fprintf(notes, "There may be more: it looked at no more than --max %d.\n", o.max)
	}
	return nil
}

// these are the chosen letters of a queue.
func (o *letterOptions) these(b *letterbox) []judged {
	return slices.DeleteFunc(slices.Clone(b.letters), func(l judged) bool { return !o.chosen(&l.letter) })
}

func (o *letterOptions) printBox(out io.Writer, b *letterbox, now time.Time) {
	letters := o.these(b)
	fmt.Fprintf(out, "%s: %s\n", b.kind, b.headline(len(letters)))
	if len(letters) == 0 {
		return
	}
	printCounts(out, letters, now)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nid\treason\tbot\tuser\tage\tverdict\twhy")
	for i := range letters {
		l := &letters[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, terminal.Visible(string(l.Code)), bot(&l.letter), user(&l.letter), age(now.Sub(l.Sent)), spoken(l.verdict.Outcome), terminal.Visible(l.why()))
	}
	fmt.Fprintln(t)
	_ = t.Flush() // a reader that went away, as head does, is no error
}

// headline counts the n letters that are chosen. It never says that there are none if that
// is not known.
func (b *letterbox) headline(n int) string {
	text := "no dead letters"
	if n > 0 {
		text = countLetters(n)
	}
	switch {
	case b.err != nil:
		return "cannot be read"
	case b.hidden.err != nil:
		return text + " to see"
	case b.hidden.n > 0:
		return fmt.Sprintf("%s to see, %d hidden", text, b.hidden.n)
	}
	return text
}

// printCounts prints a line for each reason, the most frequent first.
func printCounts(out io.Writer, letters []judged, now time.Time) {
	count, oldest := map[string]int{}, map[string]time.Time{}
	for _, l := range letters {
		code := terminal.Visible(string(l.Code))
		count[code]++
		if at, ok := oldest[code]; !ok || l.Sent.Before(at) {
			oldest[code] = l.Sent
		}
	}
	codes := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, code := range codes {
		fmt.Fprintf(t, "  %d\t%s\toldest %s\n", count[code], code, age(now.Sub(oldest[code])))
	}
	_ = t.Flush()
}

// why is the reason that the letter names, where it says more than the verdict, and the
// verdict's.
func (l *judged) why() string {
	if l.Message == "" || l.verdict.Refusal != nil {
		return l.verdict.Why
	}
	return l.Message + "; " + l.verdict.Why
}

// spoken is an outcome in words: "would apply".
func spoken(o verdict.Outcome) string {
	text := []byte(o)
	for i := range text {
		if text[i] == '_' {
			text[i] = ' '
		}
	}
	return string(text)
}

// age rounds a duration to what matters: 3d4h, 2h5m, 1m30s.
func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = max(d, 0); {
	case d >= day:
		return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return d.Round(time.Second).String()
}

// suggest says which commands come next. It never suggests to send what cannot pass.
func (o *letterOptions) suggest(out io.Writer, boxes []*letterbox) {
	for _, b := range boxes {
		var passing, final, missed, others bool
		for _, l := range o.these(b) {
			passing = passing || b.kind == kindChanges && l.verdict.Passes()
			final = final || b.kind == kindChanges && l.verdict.Final
			announces := l.verdict.Outcome == verdict.Unannounced || l.verdict.Outcome == verdict.Replaced
			missed = missed || b.kind == kindAnnouncements && announces
			others = others || b.kind == kindAnnouncements && !announces
		}
		if passing {
			fmt.Fprintf(out, "Once the cause is gone, send what would pass:\n  %s dlq redrive%s --send <id> ...\n", cli.Program(), o.sameStack())
		}
		if final {
			fmt.Fprintf(out, "Some can never pass as they are. Mend one, or discard it:\n  %s dlq redrive%s --edit <id>\n  %s dlq redrive%s --discard <id> ...\n",
				cli.Program(), o.sameStack(), cli.Program(), o.sameStack())
		}
		if missed {
			fmt.Fprintf(out, "Announce these profiles as they are now, and delete the letters:\n  %s\n", o.resyncLine(b))
		}
		if others {
			fmt.Fprintf(out, "resync cannot announce some of these letters. See what to do with one:\n  %s dlq show%s <id>\n", cli.Program(), o.sameStack())
		}
	}
}

// resyncLine is the command that settles letters of announcements.
func (o *letterOptions) resyncLine(b *letterbox) string {
	return fmt.Sprintf("%s resync%s --dead-letters %s", cli.Program(), o.sameStack(), shellQuoted(b.url))
}

// sameStack are the flags that reach the same stack again.
func (o *clientOptions) sameStack() string {
	text := ""
	for _, flag := range []struct{ name, value, otherwise string }{
		{"endpoint", o.endpoint, ""}, {"stage", o.stage, stage.Default}, {"region", o.region, ""}, {"profile", o.profile, ""},
	} {
		if flag.value != flag.otherwise {
			text += " --" + flag.name + " " + shellQuoted(flag.value)
		}
	}
	return text
}

// user is the user of a letter, safe to print.
func user(l *letter) string {
	if l.UserID == "" {
		return "(unreadable)"
	}
	return cli.Quoted(l.UserID)
}

// bot is the source of a letter, safe to print.
func bot(l *letter) string {
	if l.Source == "" {
		return "-"
	}
	return terminal.Visible(l.Source)
}
