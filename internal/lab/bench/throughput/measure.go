package throughput

import (
	"context"
	"runtime"
	"runtime/debug"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// A contestant does something with every batch that is put before it.
type contestant struct {
	name  string
	batch func(ctx context.Context, n int, messages awsevents.SQSEvent) error

	perChange []float64 // nanoseconds, by round
}

// A deck is batches that were made beforehand, from one number on.
type deck struct {
	from    int
	batches []awsevents.SQSEvent
}

func deal(w workload.Workload, from, n int) deck {
	d := deck{from: from}
	for i := range n {
		d.batches = append(d.batches, w.Messages(from+i))
	}
	return d
}

func (c *contestant) play(ctx context.Context, d deck) error {
	for i, messages := range d.batches {
		if err := c.batch(ctx, d.from+i, messages); err != nil {
			return err
		}
	}
	return nil
}

// race gives each contestant the same batches, in turn, round after round. The
// first round warms up and does not count.
func race(ctx context.Context, w workload.Workload, o Options, all []*contestant) error {
	for round := range o.Rounds + 1 {
		d := deal(w, round*o.Batches, o.Batches)
		for i := range all {
			if err := ctx.Err(); err != nil { // those that store nothing do not ask
				return err
			}
			c := all[(i+round)%len(all)] // nobody is always behind the same one
			runtime.GC()                 // nobody collects another's garbage
			start := o.busy()
			if err := c.play(ctx, d); err != nil {
				return err
			}
			if round > 0 {
				c.perChange = append(c.perChange, float64(o.busy()-start)/float64(o.Batches*w.Changes))
			}
		}
	}
	return nil
}

// ratio is how many times as fast as other c is: the median of the rounds.
func (c *contestant) ratio(other *contestant) float64 {
	ratios := make([]float64, len(c.perChange))
	for i := range ratios {
		ratios[i] = other.perChange[i] / c.perChange[i]
	}
	return stats.Median(ratios)
}

// allocated is what a contestant allocates for each change of a deck. Before it
// comes another, to fill what is kept for later use: the same one for those that
// store nothing, an earlier one for those that would take it for duplicates.
func (c *contestant) allocated(ctx context.Context, warm, counted deck) (objects, bytes float64, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties the pools
	var before, after runtime.MemStats
	changes := 0
	for _, m := range counted.batches {
		changes += len(m.Records)
	}
	if err := c.play(ctx, warm); err != nil {
		return 0, 0, err
	}
	runtime.ReadMemStats(&before)
	if err := c.play(ctx, counted); err != nil {
		return 0, 0, err
	}
	runtime.ReadMemStats(&after)
	per := func(after, before uint64) float64 { return float64(after-before) / float64(changes) }
	return per(after.Mallocs, before.Mallocs), per(after.TotalAlloc, before.TotalAlloc), nil
}

// oneCore keeps Go to one core until its result is called.
func oneCore() (restore func()) {
	procs := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(procs) }
}
