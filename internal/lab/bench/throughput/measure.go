package throughput

import (
	"context"
	"runtime"
	"runtime/debug"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// A contestant processes every batch that it gets.
type contestant struct {
	name  string
	batch func(ctx context.Context, n int, messages awsevents.SQSEvent) error

	perChange []float64 // nanoseconds, by round
}

// A deck is a series of batches that were made beforehand, numbered from one number on.
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

// race gives each contestant the same batches, in turn, in every round. The first round
// warms up and does not count.
func race(ctx context.Context, w workload.Workload, o Options, all []*contestant) error {
	for round := range o.Rounds + 1 {
		d := deal(w, round*o.Batches, o.Batches)
		for i := range all {
			if err := ctx.Err(); err != nil { // contestants that store nothing do not check it
				return err
			}
			c := all[(i+round)%len(all)] // each round begins with another contestant
			runtime.GC()                 // or a contestant would pay for garbage of the one before
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

// ratio returns how many times as fast as other c is, as the median of the rounds.
func (c *contestant) ratio(other *contestant) float64 {
	ratios := make([]float64, len(c.perChange))
	for i := range ratios {
		ratios[i] = other.perChange[i] / c.perChange[i]
	}
	return stats.Median(ratios)
}

// allocated returns what a contestant allocates for each change of the deck counted.
// The deck warm runs first, to fill pools and caches. Contestants that store nothing
// can use the same deck twice. The others need an earlier deck, or they would treat the
// changes as duplicates.
func (c *contestant) allocated(ctx context.Context, warm, counted deck) (objects, bytes float64, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection would empty the pools
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

// oneCore limits Go to one core until restore is called.
func oneCore() (restore func()) {
	procs := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(procs) }
}
