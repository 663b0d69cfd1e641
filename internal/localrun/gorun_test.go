package localrun

import (
	"context"
	"testing"
	"time"
)

func TestMadeByGoRun(t *testing.T) {
	for path, want := range map[string]bool{
		"/home/sam/.cache/go-build/32/322129084cf0f7315b0b0eab7ec39e0c13734952ef20df032312c6c61efbd452-d/botprefs": true,
		"/ci/cache/32/322129084cf0f7315b0b0eab7ec39e0c13734952ef20df032312c6c61efbd452-d/botprefs":                 true, // GOCACHE elsewhere
		"/tmp/go-build1234/b001/exe/botprefs": true,
		"/usr/local/bin/botprefs":             false,
		"/home/sam/go/bin/botprefs":           false,
		"botprefs":                            false,
	} {
		if madeByGoRun(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}

func TestOrphanIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	tick := make(chan time.Time)
	asked := 0
	ended := make(chan bool)
	go func() {
		cancelOrphan(ctx, cancel, tick, func() int {
			if asked++; asked > 3 {
				return 1 // init has adopted it
			}
			return 4711
		})
		close(ended)
	}()
	tick <- time.Time{}
	if ctx.Err() != nil {
		t.Fatal("cancelled with the parent still there")
	}
	tick <- time.Time{}
	<-ended
	if ctx.Err() == nil {
		t.Error("not cancelled when the parent had gone")
	}
}

func TestNoOrphanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cancelOrphan(ctx, func() { t.Error("cancelled") }, nil, func() int { return 1 })
}
