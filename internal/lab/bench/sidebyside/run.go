package sidebyside

import (
	"context"
	"fmt"
	gc "runtime"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/machine"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// Options say what to measure.
type Options struct {
	Root    string // the repository's folder
	Rounds  int    // 0: DefaultRounds
	Batches int    // in a round; 0: DefaultBatches
}

// The defaults and limits of Options.
const (
	DefaultRounds  = 8
	DefaultBatches = 4
	MaxRounds      = 100
	MaxBatches     = 100
)

// folds lists how many changes each user has in a batch.
var folds = []int{1, 10}

// back is the age of the first change. Later changes follow a millisecond apart, and
// all of them must stay in the past for the whole run.
const back = time.Hour

// Run builds all designs and measures them. The first run needs the network for
// Python's packages. Without Python or its packages, Run leaves that row out and
// Result.Missing says why.
func Run(ctx context.Context, o Options) (Result, error) {
	if o.Rounds == 0 {
		o.Rounds = DefaultRounds
	}
	if o.Batches == 0 {
		o.Batches = DefaultBatches
	}
	if o.Rounds < 1 || o.Rounds > MaxRounds || o.Batches < 1 || o.Batches > MaxBatches {
		return Result{}, fmt.Errorf("there can be 1 to %d rounds of 1 to %d batches", MaxRounds, MaxBatches)
	}
	root, err := build.Root(o.Root)
	if err != nil {
		return Result{}, err
	}
	paths, missing, err := executables(ctx, root)
	if err != nil {
		return Result{}, err
	}
	r := Result{Machine: machine.Name(), Missing: missing, Rounds: o.Rounds, Batches: o.Batches}
	for _, d := range designs() {
		if paths[d.function] != "" {
			r.Designs = append(r.Designs, Design{Name: d.name, design: d})
		}
	}
	c, processes, err := serve(r.designs(), paths)
	if err != nil {
		return Result{}, err
	}
	defer c.Close()
	defer processes.close()
	b := &bench{cloud: c, call: processes.call, busy: processes.processorTime, first: time.Now().Add(-back)}
	if err := r.measure(ctx, b, processes); err != nil {
		return Result{}, err
	}
	return r, nil
}

// measure makes all measurements. Those that need a table without other load come
// first.
func (r *Result) measure(ctx context.Context, b *bench, p processes) error {
	for _, d := range r.designs() {
		if err := b.cloud.seed(ctx, d, workload.New(1), b.first.Add(-time.Minute)); err != nil {
			return fmt.Errorf("%s: its table: %w", d.name, err)
		}
	}
	for i, fold := range folds {
		for j := range r.Designs {
			r.Designs[j].Folds = append(r.Designs[j].Folds, Figures{})
		}
		if err := r.race(ctx, b, workload.New(fold), i); err != nil {
			return err
		}
	}
	for i := range r.Designs {
		d := &r.Designs[i]
		d.Resident = machine.PeakMemory(p.only(d.design.function))
		var err error
		if d.Wrong, err = b.wrong(ctx, d.design, batchChanges); err != nil {
			return err
		}
	}
	return nil
}

// race gives each design the same batches in every round. The first round warms up and
// does not count.
func (r *Result) race(ctx context.Context, b *bench, w workload.Workload, fold int) error {
	for round := range r.Rounds + 1 {
		changes := b.deal(w, round*r.Batches, r.Batches)
		for i := range r.Designs {
			d := &r.Designs[(i+round)%len(r.Designs)] // each round begins with another design
			turn, err := b.turn(ctx, d.design, changes)
			if err != nil {
				return fmt.Errorf("%s: %w", d.Name, err)
			}
			if round > 0 {
				d.Folds[fold].add(turn)
			}
		}
	}
	return nil
}

// deal returns the changes of successive batches, from the n-th batch on.
func (b *bench) deal(w workload.Workload, n, batches int) []events.PreferenceChange {
	var all []events.PreferenceChange
	for i := range batches {
		for _, c := range w.Batch(n + i) {
			c.ID = b.next()
			all = append(all, c)
		}
	}
	return all
}

// A turn is what one design used for its changes.
type turn struct {
	changes   int
	cpu, wall time.Duration // cpu is 0 if the system does not report it
	used      Usage
}

func (b *bench) turn(ctx context.Context, d *design, changes []events.PreferenceChange) (turn, error) {
	if d == pythonService {
		changes = changes[:min(len(changes), batchChanges)]
	}
	gc.GC() // or a design would pay for garbage of the one before
	used, cpu, began := b.cloud.usedOf(d.function), b.busy(d.function), time.Now()
	if err := b.deliver(ctx, d, changes); err != nil {
		return turn{}, err
	}
	return turn{
		changes: len(changes), wall: time.Since(began), cpu: b.busy(d.function) - cpu,
		used: b.cloud.usedOf(d.function).minus(used),
	}, nil
}
