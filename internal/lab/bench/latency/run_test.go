package latency

import (
	"context"
	"testing"
	"time"
)

// The real pipeline shows every hop of every change.
func TestThePipelineIsWatched(t *testing.T) {
	p, err := start(t.Context(), Options{Root: "../../../.."}, plain)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	const changes, perSecond = 50, 500
	w := p.watch("a few changes")
	w.hops = true
	if err := publish(t.Context(), p.publisher, w, newSchedule(time.Now(), perSecond, changes)); err != nil {
		t.Fatal(err)
	}
	if err := p.settle(t.Context(), w, put, queued, applying, stored, republishing, announced); err != nil {
		t.Error(err)
	}
	if l := w.load(100); l.Changes != changes || l.Visible.P50 <= 0 || l.Announced.P50 < l.Visible.P50 {
		t.Errorf("%+v", l)
	}
}

// A run that is interrupted ends.
func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Options{Root: "../../../..", Changes: MinChanges, Loads: []int{10}}); err == nil {
		t.Error("it ran")
	}
}
