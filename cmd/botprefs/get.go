package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

const getHelp = `Prints the visible preferences of a user, as the HTTP API answers them. If nothing is
visible, it says so and ends with status 1.

Values that a bot inferred, and the person did not state, are marked (inferred).

--output json prints an object: "user_id", "preferences", "inferred_keys", "revision",
"as_of" and "last_updated". Values keep their exact JSON text.

It needs execute-api:Invoke for GET /preferences, and cloudformation:DescribeStacks to find
the API unless --api names it.`

// getOptions are the command's flags.
type getOptions struct {
	apiOptions
	keys   []string
	format cli.Format
}

func getCommand(std cli.Streams) *cobra.Command {
	var o getOptions
	c := &cobra.Command{
		Use:     "get USER [flags]",
		Short:   "print the visible preferences of a user",
		Long:    getHelp,
		Example: "  botprefs get tg:1001\n  botprefs get tg:1001 --keys language,tone --output json",
		Args:    oneUser,
		RunE: func(c *cobra.Command, args []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return get(c.Context(), std, o, args[0])
		},
	}
	o.apiOptions.register(c)
	c.Flags().StringSliceVar(&o.keys, "keys", nil, "show only these `keys` (a,b)")
	o.format.Register(c)
	return c
}

// oneUser is for commands about one user.
func oneUser(c *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return fmt.Errorf("%s: name the user: %s USER", cli.Name(c), cli.Name(c))
	case 1:
		return userID(args[0])
	}
	return fmt.Errorf("%s takes one user, and got %q too", cli.Name(c), args[1])
}

func userID(text string) error {
	if err := events.ValidateUserID(text); err != nil {
		return fmt.Errorf("user %s: %w", cli.Quoted(text), err)
	}
	return nil
}

func get(ctx context.Context, std cli.Streams, o getOptions, user string) error {
	if err := o.check(); err != nil {
		return err
	}
	read, err := o.reader(ctx, std)
	if err != nil {
		return err
	}
	p, err := read(ctx, user)
	switch {
	case err != nil:
		return err
	case p.Revision == 0:
		return fmt.Errorf("nothing is known of %s", cli.Quoted(user))
	case len(p.Preferences) == 0:
		return fmt.Errorf("nothing of %s is visible: all was forgotten (revision %d, as of %s)", cli.Quoted(user), p.Revision, p.AsOf)
	}
	p.Preferences = only(p.Preferences, o.keys)
	shown := shownCopy(&p)
	if o.format == cli.JSON {
		return cli.WriteJSON(std.Out, shown)
	}
	shown.print(std.Out)
	return nil
}

// only are the preferences of these keys; all if there are no keys.
func only(p events.Preferences, keys []string) events.Preferences {
	if len(keys) == 0 {
		return p
	}
	chosen := events.Preferences{}
	for key, value := range p {
		if slices.Contains(keys, key) {
			chosen[key] = value
		}
	}
	return chosen
}

// A shownProfile is a profile as commands print it: what GET answers.
type shownProfile struct {
	UserID      string             `json:"user_id"`
	Preferences events.Preferences `json:"preferences"`
	Inferred    []string           `json:"inferred_keys"`
	Revision    int64              `json:"revision"`
	AsOf        events.Stamp       `json:"as_of"`
	LastUpdated string             `json:"last_updated"`
}

func shownCopy(c *subscriber.Copy) shownProfile {
	inferred := slices.DeleteFunc(slices.Clone(c.InferredKeys), func(key string) bool {
		_, shown := c.Preferences[key]
		return !shown
	})
	return shownProfile{c.UserID, c.Preferences, append([]string{}, inferred...), c.Revision, c.AsOf, events.FormatTime(c.UpdatedAt)}
}

func shownStored(p *events.Profile) shownProfile {
	return shownProfile{p.UserID, p.Visible(), p.InferredKeys(), p.Revision, p.AsOf(), events.FormatTime(p.UpdatedAt)}
}

func (p *shownProfile) print(w io.Writer) {
	updated := p.LastUpdated
	if at, err := time.Parse(time.RFC3339, updated); err == nil {
		updated = at.UTC().Format(time.DateTime) + " UTC"
	}
	fmt.Fprintf(w, "%s at revision %d, last updated %s, as of %s\n", cli.Quoted(p.UserID), p.Revision, updated, p.AsOf)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, key := range p.Preferences.Keys() {
		origin := ""
		if slices.Contains(p.Inferred, key) {
			origin = "\t(inferred)"
		}
		fmt.Fprintf(t, "  %s\t%s%s\n", key, shortened(p.Preferences[key], maxShown), origin)
	}
	if len(p.Preferences) == 0 {
		fmt.Fprintln(t, "  (nothing is visible)")
	}
	_ = t.Flush() // a reader that went away, as head does, is no error
}

// maxShown is how many characters of a value a table shows.
const maxShown = 200

// shortened is a value's JSON text in one line that is safe to print, of no more than this
// number of characters.
func shortened(v events.Value, characters int) string {
	text := terminal.Visible(strings.ReplaceAll(v.JSON(), "\n", " "))
	if runes := []rune(text); len(runes) > characters {
		return string(runes[:characters]) + fmt.Sprintf("... (%s in all; --output json shows them)", cli.Plural(int64(len(runes)), "character"))
	}
	return text
}
