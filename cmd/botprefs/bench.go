package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/peterbourgon/ff/v4"
)

// benchCommand measures; docs/performance.md has the results of all.
func benchCommand(std streams) *ff.Command {
	commands := []*ff.Command{
		coldstartCommand(std), throughputCommand(std), costCommand(std), growthCommand(std), deliveriesCommand(std),
	}
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	return &ff.Command{
		Name: "bench", Usage: "botprefs bench " + strings.Join(names, "|") + " [flags]",
		ShortHelp:   "measure the pipeline, and what people use today, on this machine",
		Subcommands: commands,
		Exec: func(context.Context, []string) error {
			return fmt.Errorf("bench what? there is: %s", strings.Join(names, ", "))
		},
	}
}
