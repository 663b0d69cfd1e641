package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// usageColumns is how wide the descriptions of flags may be.
const usageColumns = 100

// printUsage replaces cobra's usage text, which names a group twice.
func printUsage(c *cobra.Command) error {
	_, err := fmt.Fprint(c.OutOrStderr(), usageText(c))
	return err
}

func helpText(c *cobra.Command) string {
	about := c.Long
	if about == "" {
		about = c.Short
	}
	return strings.TrimSpace(about) + "\n\n" + usageText(c)
}

func usageText(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage:\n  %s\n", c.UseLine())
	if c.HasAvailableSubCommands() {
		b.WriteString("\nSubcommands:\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(&b, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	if c.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", c.Example)
	}
	if c.HasAvailableLocalFlags() {
		b.WriteString("\nFlags:\n" + c.LocalFlags().FlagUsagesWrapped(usageColumns))
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s <subcommand> --help says more about one.\n", c.CommandPath())
	}
	return b.String()
}
