package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/gate"
)

// limitsFile is what the gate holds the figures to.
const limitsFile = "internal/lab/bench/gate/limits.json"

func gateCommand(std streams) *ff.Command {
	var update bool
	flags := ff.NewFlagSet("gate")
	flags.BoolVar(&update, 0, "update", "make what is counted now the limits")
	return &ff.Command{
		Name: "gate", Usage: "botprefs bench gate [--update]",
		ShortHelp: "hold what is counted to its limits: requests, allocations, bytes and sizes, no times",
		LongHelp: "Counts what does not depend on the machine and compares it with " + limitsFile + ", whose bytes\n" +
			"and allocations may be exceeded by 2 %, and a zip never be over 3 MB. The status is 1 where one is exceeded. Takes about half a minute.",
		Flags: flags,
		Exec: flagsOnly("bench gate", func(ctx context.Context) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			figures, err := gate.Measure(ctx, root)
			if err != nil {
				return err
			}
			if update {
				return os.WriteFile(filepath.Join(root, limitsFile), []byte(figures.JSON()), 0o644)
			}
			return holdTo(std, figures)
		}),
	}
}

func holdTo(std streams, figures gate.Figures) error {
	limits, err := gate.Limits()
	if err != nil {
		return err
	}
	if over := figures.Exceeded(limits); len(over) > 0 {
		return fmt.Errorf("over the limits of %s:\n  %s\nwhere that is meant: botprefs bench gate --update", limitsFile, strings.Join(over, "\n  "))
	}
	_, err = fmt.Fprintf(std.out, "%d figures, none over its limit\n", len(figures))
	if below := figures.Below(limits); len(below) > 0 && err == nil {
		_, err = fmt.Fprintf(std.out, "better than their limits, which botprefs bench gate --update brings down:\n  %s\n", strings.Join(below, "\n  "))
	}
	return err
}
