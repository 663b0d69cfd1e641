package main

import (
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/stage"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// A listedLetter is a dead letter in the list that --output json prints. The body
// is not in it: it may hold what a person said.
type listedLetter struct {
	ID        string    `json:"id"`
	Code      string    `json:"code"`
	Message   string    `json:"message,omitempty"`
	UserID    string    `json:"user_id,omitempty"`
	Sent      time.Time `json:"sent"`
	Truncated bool      `json:"truncated"`
}

// list prints the chosen letters: all of them if nothing restricts the choice.
func (o *redriveOptions) list(std cli.Streams, letters []letter, now time.Time) error {
	more := len(letters) == o.max
	letters = slices.DeleteFunc(slices.Clone(letters), func(l letter) bool { return !o.chosen(&l) })
	notes := std.Out
	if o.format == cli.JSON {
		notes = std.Err // standard output is the JSON's alone
		if err := cli.WriteJSON(std.Out, listed(letters)); err != nil {
			return err
		}
	} else {
		o.printTable(std, letters, now)
	}
	if more {
		fmt.Fprintf(notes, "There may be more: it looked at no more than --max %d.\n", o.max)
	}
	return nil
}

func listed(letters []letter) []listedLetter {
	list := make([]listedLetter, 0, len(letters))
	for _, l := range letters {
		list = append(list, listedLetter{
			ID: l.ID, Code: string(l.Code), Message: l.Message, UserID: l.UserID, Sent: l.Sent.UTC(), Truncated: l.Truncated,
		})
	}
	return list
}

func (o *redriveOptions) printTable(std cli.Streams, letters []letter, now time.Time) {
	if len(letters) == 0 {
		fmt.Fprintln(std.Out, "no dead letters")
		return
	}
	t := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\treason\tuser\tage\twhy")
	for _, l := range letters {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", l.ID, terminal.Visible(string(l.Code)), user(&l), now.Sub(l.Sent).Round(time.Second), terminal.Visible(l.Message))
	}
	_ = t.Flush() // a reader that went away, as head does, is no error
	fmt.Fprintf(std.Out, "\n%s. Once the cause is gone:\n  %s redrive%s --send <id> ...\n", countLetters(len(letters)), cli.Program(), o.sameQueues())
}

// sameQueues are the flags that reach the same queues again.
func (o *redriveOptions) sameQueues() string {
	text := ""
	if o.endpoint != "" {
		text += " --endpoint " + o.endpoint
	}
	if o.stage != stage.Default {
		text += " --stage " + o.stage
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
