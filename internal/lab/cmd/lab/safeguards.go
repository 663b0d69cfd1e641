package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/safeguards"
)

const safeguardsHelp = `Checks the templates that osls compiled against the safeguards, and prints one line per
rule, stage and service.

Each folder belongs to one service and has a folder per stage (dev, staging, prod), as
osls package --package wrote it. A rule that matches nothing in a service is broken only
if it matches nothing in any service.`

func safeguardsCommand(std cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "safeguards FOLDER...",
		Short: "check compiled templates against the safeguards",
		Long:  safeguardsHelp,
		Args: func(_ *cobra.Command, folders []string) error {
			if len(folders) == 0 {
				return errors.New("safeguards: name the folder of at least one service")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, folders []string) error {
			broken, err := safeguards.Report(std.Out, folders)
			if err == nil && broken > 0 {
				err = fmt.Errorf("safeguards: %d rules are broken", broken)
			}
			return err
		},
	}
}
