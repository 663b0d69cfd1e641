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

// flagsOnly is what a benchmark does that takes no arguments.
func flagsOnly(command string, run func(context.Context) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("%s takes no arguments, and got %q", command, args[0])
		}
		return run(ctx)
	}
}

// within refuses a count that a benchmark cannot play. (For 0 it would take its default.)
func within(flag string, n, least, most int) error {
	if n < least || n > most {
		return fmt.Errorf("%s is %d, and must be from %d to %d", flag, n, least, most)
	}
	return nil
}

// progress says what a benchmark does next.
func progress(std streams) func(next string) {
	return func(next string) { fmt.Fprintf(std.err, "%s ...\n", next) }
}
