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

// What is measured where nothing else is asked for, and the most that can be.
const (
	DefaultRounds  = 8
	DefaultBatches = 4
	MaxRounds      = 100
	MaxBatches     = 100
)

// folds are the changes that each user has in a batch.
var folds = []int{1, 10}

// back is how far the first change lies back: further than all of a run takes, by
// the milliseconds that lie between its changes.
const back = time.Hour

// Run builds everything and measures it. It needs the network the first time,
// for Python's packages; without Python, or without them, that row is left out
// and Result.Missing says why.
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

// measure has everything measured: first what needs quiet tables.
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

// race gives each design the same batches, in turn, round after round. The first
// round warms up and does not count.
func (r *Result) race(ctx context.Context, b *bench, w workload.Workload, fold int) error {
	for round := range r.Rounds + 1 {
		changes := b.deal(w, round*r.Batches, r.Batches)
		for i := range r.Designs {
			d := &r.Designs[(i+round)%len(r.Designs)] // nobody is always behind the same one
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

// deal are so many batches from the n-th on, one after the other.
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

// A turn is what one design took for its changes.
type turn struct {
	changes   int
	cpu, wall time.Duration // cpu 0: the system does not tell
	used      Usage
}

func (b *bench) turn(ctx context.Context, d *design, changes []events.PreferenceChange) (turn, error) {
	if d == pythonService {
		changes = changes[:min(len(changes), batchChanges)]
	}
	gc.GC() // nobody collects another's garbage
	used, cpu, began := b.cloud.usedOf(d.function), b.busy(d.function), time.Now()
	if err := b.deliver(ctx, d, changes); err != nil {
		return turn{}, err
	}
	return turn{
		changes: len(changes), wall: time.Since(began), cpu: b.busy(d.function) - cpu,
		used: b.cloud.usedOf(d.function).minus(used),
	}, nil
}
