package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// simFlags are what botprefs sim takes.
type simFlags struct {
	file    string
	seed    uint64
	only    string
	from    uint64
	seeds   uint64
	soak    time.Duration
	workers int
	whole   bool
}

func simCommand(std streams) *ff.Command {
	var f simFlags
	flags := ff.NewFlagSet("sim")
	flags.StringVar(&f.file, 0, "config", "serverless.yml", "the pipeline to simulate")
	flags.Uint64Var(&f.seed, 0, "seed", 0, "play this one history and tell every step")
	flags.StringVar(&f.only, 0, "only", "", "with --seed: take these steps alone (1,5,9)")
	flags.Uint64Var(&f.from, 0, "from", 1, "the first seed of a range")
	flags.Uint64Var(&f.seeds, 0, "seeds", 2000, "how many seeds")
	flags.DurationVar(&f.soak, 0, "for", 0, "instead of --seeds: as many as this time allows (2h)")
	flags.IntVar(&f.workers, 0, "workers", runtime.NumCPU(), "histories at a time")
	flags.BoolVar(&f.whole, 0, "whole", "do not make a failed history small, nor tell it")
	c := &ff.Command{
		Name:      "sim",
		Usage:     "botprefs sim [--seed N [--only STEPS]] [--from N --seeds M | --for TIME]",
		ShortHelp: "hold the pipeline to its guarantees under seeded faults",
		LongHelp: "Plays histories that a seed makes up (lost answers, crashes, duplicates, reordering, clock skew,\n" +
			"poison, erasures) on the pipeline's own handlers, and holds each to the guarantees of the design.\n" +
			"A history that fails is made small and told step by step. The same seed gives the same history.",
		Flags: flags,
	}
	c.Exec = func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("sim takes no arguments, and got %q", args[0])
		}
		seed, _ := flags.GetFlag("seed")
		if err := f.check(seed.IsSet()); err != nil {
			return err
		}
		for _, name := range []string{"from", "seeds", "for", "workers"} {
			if other, _ := flags.GetFlag(name); seed.IsSet() && other.IsSet() {
				return fmt.Errorf("--%s is of a range of seeds, and --seed names one history", name)
			}
		}
		s, err := stack.Load(f.file, stack.Options{})
		if err != nil {
			return err
		}
		if seed.IsSet() {
			return playOne(std.out, s, f)
		}
		return playMany(ctx, std.out, s, f)
	}
	return c
}

func (f *simFlags) check(one bool) error {
	switch {
	case f.only != "" && !one:
		return errors.New("--only needs --seed")
	case f.seeds < 1:
		return errors.New("--seeds must be at least 1")
	case f.workers < 1:
		return errors.New("--workers must be at least 1")
	case f.soak < 0:
		return errors.New("--for must not be negative")
	}
	return nil
}

// errViolated ends a run that found something; what was found is printed.
var errViolated = errors.New("a guarantee does not hold")

func playOne(out io.Writer, s *stack.Stack, f simFlags) error {
	only, err := steps(f.only)
	if err != nil {
		return err
	}
	if all := sim.Steps(s, f.seed); len(only) > 0 && slices.Max(only) >= all {
		return fmt.Errorf("--only: there is no step %d; the history of seed %d has the steps 0 to %d", slices.Max(only), f.seed, all-1)
	}
	h := sim.Run(s, f.seed, only, out)
	if h.Violation != nil {
		fmt.Fprintf(out, "\n%v\n", h.Violation)
		return errViolated
	}
	fmt.Fprintf(out, "\nseed %d: %d steps, %d requests; every guarantee holds\n", h.Seed, len(h.Taken), h.Requests)
	return nil
}

func steps(text string) ([]int, error) {
	if text == "" {
		return nil, nil
	}
	var all []int
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("--only: %q is not the number of a step", part)
		}
		all = append(all, n)
	}
	return all, nil
}

func playMany(ctx context.Context, out io.Writer, s *stack.Stack, f simFlags) error {
	c := sim.Campaign{Stack: s, From: f.from, Seeds: f.seeds, Workers: f.workers}
	if f.soak > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.soak)
		defer cancel()
		c.Seeds = 0
	}
	debug.SetGCPercent(1000) // histories are short and leave little behind: collecting rarely makes a run a third faster
	debug.SetMemoryLimit(2 << 30)
	began := time.Now()
	told := began
	c.Done = func(sum sim.Sum) {
		if time.Since(told) > 10*time.Second {
			told = time.Now()
			fmt.Fprintf(out, "%d histories, %v\n", sum.Histories, time.Since(began).Round(time.Second))
		}
	}
	sum, failed := c.Run(ctx)
	for _, what := range slices.Sorted(maps.Keys(sum.Seen)) {
		fmt.Fprintf(out, "%10d  %s\n", sum.Seen[what], what)
	}
	fmt.Fprintf(out, "%d histories from seed %d, %d steps, %d requests, in %v\n",
		sum.Histories, f.from, sum.Steps, sum.Requests, time.Since(began).Round(100*time.Millisecond))
	if failed == nil && (sum.Histories == 0 || f.soak == 0 && uint64(sum.Histories) < f.seeds) {
		return fmt.Errorf("only %d of %d histories were played", sum.Histories, f.seeds)
	}
	if failed == nil {
		fmt.Fprintln(out, "every guarantee holds")
		return nil
	}
	tellFailure(out, s, f, failed)
	return errViolated
}

// tellFailure makes the history small, tells it, and says how to see it again.
func tellFailure(out io.Writer, s *stack.Stack, f simFlags, failed *sim.History) {
	fmt.Fprintf(out, "\nseed %d violates\n%v\n", failed.Seed, failed.Violation)
	if f.whole {
		fmt.Fprintf(out, "\nThe whole history: botprefs sim --seed %d\n", failed.Seed)
		return
	}
	fmt.Fprintf(out, "\nmaking it small ...\n")
	small := sim.Shrink(s, *failed)
	numbers := make([]string, len(small))
	for i, n := range small {
		numbers[i] = strconv.Itoa(n)
	}
	fmt.Fprintf(out, "%d of %d steps are enough:\n\n", len(small), len(failed.Taken))
	h := sim.Run(s, failed.Seed, small, out)
	fmt.Fprintf(out, "\n%v\n\nThe whole history: botprefs sim --seed %d\nThese steps alone: botprefs sim --seed %d --only %s\n",
		h.Violation, failed.Seed, failed.Seed, strings.Join(numbers, ","))
}
