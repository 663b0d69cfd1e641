package main

import (
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/mutants"
)

const mutantsHelp = `Shows that the simulator can fail. Builds the pipeline with one mistake at a time, and lets
the simulator look for it. If it does not find a mistake within --seeds histories, the exit
status is 1.`

func mutantsCommand(std cli.Streams) *cobra.Command {
	o := mutants.Options{Out: std.Out}
	c := &cobra.Command{
		Use:   "mutants [flags]",
		Short: "plant one mistake at a time in the pipeline, which the simulator must find",
		Long:  mutantsHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if o.Root, err = build.Root("."); err != nil {
				return err
			}
			return mutants.Run(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.Only, "only", "", "only mutants whose name contains this `text`")
	cli.IntVar(flags, &o.Fastest, "fastest", 0, "only so many: the `number` of mutants found in the fewest histories (0: all)")
	cli.IntVar(flags, &o.Seeds, "seeds", 2000, "`number` of histories in which each must be found")
	return c
}
