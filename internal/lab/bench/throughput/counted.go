package throughput

import (
	"context"
	"fmt"
	"maps"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// countedBatches is enough for an average that varies by less than 1 %.
const countedBatches = 10

// Counted returns the figures that do not depend on the speed of the machine, by name:
// the handler's allocations for each change, and its requests to DynamoDB. The
// allocations include reading the answer's profile and exclude the SDK. The figures
// vary by less than 1 % for one version of Go without the race detector. While Counted
// runs, the whole process uses one core.
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

// few reduces a workload's users to those of one batch. That does not change counted
// figures.
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
	t.requests.taken() // forget the requests that filled the table
	stored := &contestant{batch: newApplier(w, t.client).batch}
	if err := stored.play(ctx, deal(w, 0, countedBatches)); err != nil {
		return nil, err
	}
	var row Row
	row.count(t.requests.taken(), w, countedBatches)
	name := func(figure string) string { return fmt.Sprintf("apply fold %d: %s per change", w.Fold, figure) }
	return map[string]float64{
		name("allocations"): objects, name("bytes allocated"): bytes,
		name("requests"): row.Requests, name("reads"): row.Reads,
	}, nil
}
