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

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// simFlags are the flags of lab sim.
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

const simHelp = `Plays histories on the pipeline's own handlers. A seed makes up each history: lost answers,
crashes, duplicates, reordering, clock skew, poison, erasures. Each history must keep the
guarantees of the design. A failed history is made small and printed step by step. The same
seed always gives the same history.`

const simExamples = `  lab sim --seeds 20000
  lab sim --for 2h
  lab sim --seed 17 --only 1,5,9`

func simCommand(std cli.Streams) *cobra.Command {
	var f simFlags
	c := &cobra.Command{
		Use:     "sim [--seed N [--only STEPS] | --from N --seeds M | --for TIME] [flags]",
		Short:   "check the pipeline's guarantees under seeded faults",
		Long:    simHelp,
		Example: simExamples,
		Args:    cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			one := c.Flags().Changed("seed")
			if err := f.check(one); err != nil {
				return err
			}
			for _, name := range []string{"from", "seeds", "for", "workers"} {
				if one && c.Flags().Changed(name) {
					return fmt.Errorf("--%s is of a range of seeds, and --seed names one history", name)
				}
			}
			s, err := stack.Load(f.file, stack.Options{Params: map[string]string{"history": "on"}})
			switch {
			case err != nil:
				return err
			case one:
				return playOne(std.Out, s, f)
			}
			return playMany(c.Context(), std.Out, s, f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.file, "config", "serverless.yml", "`file` with the pipeline to simulate")
	flags.Uint64Var(&f.seed, "seed", 0, "play the one history of this `seed`, and print every step")
	flags.StringVar(&f.only, "only", "", "with --seed: take these `steps` alone (1,5,9)")
	flags.Uint64Var(&f.from, "from", 1, "the first `seed` of a range")
	flags.Uint64Var(&f.seeds, "seeds", 2000, "`number` of seeds")
	flags.DurationVar(&f.soak, "for", 0, "instead of --seeds: as many as this `time` allows (2h)")
	cli.IntVar(flags, &f.workers, "workers", runtime.NumCPU(), "`number` of histories at the same time")
	flags.BoolVar(&f.whole, "whole", false, "do not make a failed history small, nor print it")
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

// errViolated ends a run that found a violation, which is printed already.
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
	debug.SetGCPercent(1000) // histories leave little garbage: rare collections make a run a third faster
	debug.SetMemoryLimit(2 << 30)
	began := time.Now()
	reported := began
	c.Done = func(sum sim.Sum) {
		if time.Since(reported) > 10*time.Second {
			reported = time.Now()
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
	reportFailure(out, s, f, failed)
	return errViolated
}

// replay is the command that plays one history again, without the seed.
const replay = "go run ./internal/lab/cmd/lab sim --seed"

// reportFailure makes the history small, prints it, and says how to replay it.
func reportFailure(out io.Writer, s *stack.Stack, f simFlags, failed *sim.History) {
	fmt.Fprintf(out, "\nseed %d violates\n%v\n", failed.Seed, failed.Violation)
	if f.whole {
		fmt.Fprintf(out, "\nThe whole history: %s %d\n", replay, failed.Seed)
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
	fmt.Fprintf(out, "\n%v\n\nThe whole history: %s %d\nThese steps alone: %s %d --only %s\n",
		h.Violation, replay, failed.Seed, replay, failed.Seed, strings.Join(numbers, ","))
}
