package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/gate"
)

// limitsFile holds the limits of the gate's figures.
const limitsFile = "internal/lab/bench/gate/limits.json"

// updateCommand makes the figures of today the limits.
const updateCommand = "go run ./internal/lab/cmd/lab bench gate --update"

const gateHelp = `Counts what does not depend on the machine, and compares it with
` + limitsFile + `. Bytes and allocations may exceed their limit by 2 %, and no zip may exceed
3 MB. If a figure exceeds its limit, the exit status is 1. Takes about half a minute.`

func gateCommand(std cli.Streams) *cobra.Command {
	var update bool
	c := &cobra.Command{
		Use:   "gate [flags]",
		Short: "compare requests, allocations, bytes and sizes (no times) with their limits",
		Long:  gateHelp,
		Args:  cli.NoArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return checkLimits(c.Context(), std, update) },
	}
	c.Flags().BoolVar(&update, "update", false, "make the figures of today the limits")
	return c
}

func checkLimits(ctx context.Context, std cli.Streams, update bool) error {
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
	limits, err := gate.Limits()
	if err != nil {
		return err
	}
	if over := figures.Exceeded(limits); len(over) > 0 {
		return fmt.Errorf("over the limits of %s:\n  %s\nif that is intended: %s", limitsFile, strings.Join(over, "\n  "), updateCommand)
	}
	_, err = fmt.Fprintf(std.Out, "%d figures, none over its limit\n", len(figures))
	if below := figures.Below(limits); len(below) > 0 && err == nil {
		_, err = fmt.Fprintf(std.Out, "better than their limits, which %s lowers:\n  %s\n", updateCommand, strings.Join(below, "\n  "))
	}
	return err
}
