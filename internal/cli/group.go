package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Group makes c a command that does nothing but hold subcommands. Without one it
// prints its help to standard error and fails. A mistyped one fails too, and the
// error suggests similar names.
func Group(c *cobra.Command, subcommands ...*cobra.Command) *cobra.Command {
	c.AddCommand(subcommands...)
	c.Args = cobra.ArbitraryArgs
	c.DisableFlagsInUseLine = true
	// The flags after a mistyped name are those of the intended subcommand. Parsing them
	// here would complain about the flag and not about the name.
	c.Flags().SetInterspersed(false)
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownSubcommand(c, args[0])
		}
		fmt.Fprint(c.ErrOrStderr(), helpText(c))
		return errors.New(prefix(c) + "name a subcommand")
	}
	return c
}

func unknownSubcommand(c *cobra.Command, name string) error {
	text := fmt.Sprintf("%sunknown subcommand %q", prefix(c), name)
	c.SuggestionsMinimumDistance = min(2, len(name)/2) // two letters have little in common with any name
	if similar := c.SuggestionsFor(name); len(similar) > 0 {
		text += ": did you mean " + strings.Join(similar, " or ") + "?"
	}
	return fmt.Errorf("%s (%s --help lists the subcommands)", text, c.CommandPath())
}

// Name is how c is called, without the program's name where that is not all.
func Name(c *cobra.Command) string {
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
}

// prefix begins an error of a group. The root's errors need none: the program's name
// is before them already.
func prefix(c *cobra.Command) string {
	if !c.HasParent() {
		return ""
	}
	return Name(c) + ": "
}

// helpCommand is the subcommand help. Cobra's own ends with status 0 for a command
// that does not exist.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [subcommand]",
		Short: "print the help of a subcommand",
		Long:  "Prints the help of a subcommand, as --help does.",
		RunE: func(c *cobra.Command, args []string) error {
			target := c.Root()
			for _, name := range args {
				next := child(target, name)
				if next == nil {
					return unknownSubcommand(target, name)
				}
				target = next
			}
			target.InitDefaultHelpFlag()
			_, err := fmt.Fprint(c.OutOrStdout(), helpText(target))
			return err
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			target := c.Root()
			for _, name := range args {
				if target = child(target, name); target == nil {
					return nil, cobra.ShellCompDirectiveNoFileComp
				}
			}
			var names []cobra.Completion
			for _, sub := range target.Commands() {
				if sub.IsAvailableCommand() {
					names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func child(c *cobra.Command, name string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == name || sub.HasAlias(name) {
			return sub
		}
	}
	return nil
}
