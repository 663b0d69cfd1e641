package throughput

import (
	"context"
	"fmt"
	"maps"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// countedBatches are enough for an average that is the same within 1 %.
const countedBatches = 10

// Counted are the figures that do not depend on how fast a machine is, by names
// that stay: what the handler allocates for each change, reading the answer's
// profile included and the SDK left out, and what it asks of DynamoDB. They are
// the same within 1 %, for one version of Go and without the race detector. It
// takes Go to one core meanwhile, for the whole process.
func Counted(ctx context.Context) (map[string]float64, error) {
	defer oneCore()()
	all := map[string]float64{}
	for _, fold := range (Options{}).withDefaults().Folds {
		figures, err := countedFold(ctx, few(workload.New(fold)))
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", fold, err)
		}
		maps.Copy(all, figures)
	}
	return all, nil
}

// few leaves of a workload's users those of one batch: what is only counted is
// the same for them.
func few(w workload.Workload) workload.Workload {
	w.Users = w.BatchUsers()
	return w
}

func countedFold(ctx context.Context, w workload.Workload) (map[string]float64, error) {
	out, _, err := example(ctx, w)
	if err != nil {
		return nil, err
	}
	c := &contestant{batch: newApplier(w, canned{out}).batch}
	d := deal(w, 0, countedBatches)
	objects, bytes, err := c.allocated(ctx, d, d)
	if err != nil {
		return nil, err
	}
	t, err := inMemory(ctx, w)
	if err != nil {
		return nil, err
	}
	t.requests.taken() // those that filled it
	stored := &contestant{batch: newApplier(w, t.client).batch}
	if err := stored.play(ctx, deal(w, 0, countedBatches)); err != nil {
		return nil, err
	}
	var row Row
	row.count(t.requests.taken(), w, countedBatches)
	name := func(what string) string { return fmt.Sprintf("apply fold %d: %s per change", w.Fold, what) }
	return map[string]float64{
		name("allocations"): objects, name("bytes allocated"): bytes,
		name("requests"): row.Requests, name("reads"): row.Reads,
	}, nil
}
