package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/peterbourgon/ff/v4"
)

// sections are the benchmarks that docs/performance.md has a section of, in its order.
var sections = []func(streams) *ff.Command{
	coldstartCommand, sidebysideCommand, throughputCommand, latencyCommand, costCommand, growthCommand,
}

func benchCommand(std streams) *ff.Command {
	commands := []*ff.Command{allCommand(std), deliveriesCommand(std), gateCommand(std)}
	for _, section := range sections {
		commands = append(commands, section(std))
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
