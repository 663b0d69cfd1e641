package consumers

import (
	"context"
	"fmt"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

// A write takes as many registers as a change may have keys, of both origins together.
func TestWideFoldsOfBothOriginsAreCut(t *testing.T) {
	a := newApplying()
	p := prefs{}
	for j := range 60 {
		p[fmt.Sprint("k", j)] = events.JSON("1")
	}
	stated, inferred := change("u", 1, p), change("u", 2, p)
	inferred.Origin = events.Inferred
	widest := 0
	a.Merge = func(ctx context.Context, user string, delta events.State, traces events.Traces) (Merged, error) {
		widest = max(widest, delta.Len())
		return a.store.merge(ctx, user, delta, traces)
	}
	if failed := a.handle(t, batchOf(body(stated), body(inferred))); failed != nil || len(a.store.merges) != 2 || widest != 60 {
		t.Errorf("failed %v, %d merges, widest %d", failed, len(a.store.merges), widest)
	}
}
