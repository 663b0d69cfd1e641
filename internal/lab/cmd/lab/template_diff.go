package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/templatediff"
)

const templateDiffHelp = `Prints as Markdown what a deployment would change: the difference between two templates
of one stack, as osls package compiled them. Warnings say which resources would lose what
they hold.`

func templateDiffCommand(std cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "template-diff STACK OLDER.json NEWER.json",
		Short: "show what a deployment would change, as Markdown",
		Long:  templateDiffHelp,
		Args:  cobra.ExactArgs(3),
		RunE: func(_ *cobra.Command, args []string) error {
			var templates [2]*templatediff.Template
			for i, path := range args[1:] {
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				if templates[i], err = templatediff.Parse(text); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
			}
			_, err := fmt.Fprint(std.Out, templatediff.Compare(templates[0], templates[1]).Markdown(args[0]))
			return err
		},
	}
}
