package deliveries

import (
	"context"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A tap forwards facts and log lines to a meter, once a meter is attached. Facts come
// from the goroutine that drives the cloud, and lines from the functions' processes.
type tap struct {
	mu    sync.Mutex
	meter *meter // nil: nothing is measured
}

func (t *tap) open(m *meter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.meter = m
}

func (t *tap) observe(f world.Fact) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.meter != nil {
		t.meter.observe(f)
	}
}

func (t *tap) output(l runtime.Line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.meter != nil {
		t.meter.logged(l.Function, l.Text)
	}
}

// warm is the number of changes that start the functions' processes. They are not
// measured.
const warm = 30

// A run measures one case, in an environment that it closes at the end.
type run struct {
	env interface {
		Quiet(ctx context.Context) error
		Do(f func(*localaws.Cloud))
		Close() error
	}
	publish func(ctx context.Context, users string, load Load) error
	tap     *tap
	meter   *meter
}

func (r *run) measure(ctx context.Context, c Case, load Load) (Result, error) {
	err := r.play(ctx, load)
	// Close ends the functions' processes, so that all their output has been read. Its
	// error only says that a server did not close well, which does not affect the
	// measurements.
	_ = r.env.Close()
	if err != nil {
		return Result{}, err
	}
	r.tap.open(nil)
	return r.meter.result(c), r.meter.complete(c, load.Changes)
}

// play measures the load, once the functions' processes have started.
func (r *run) play(ctx context.Context, load Load) error {
	if err := r.round(ctx, "warm", Load{warm, warm}); err != nil {
		return err
	}
	r.env.Do(func(*localaws.Cloud) { r.tap.open(r.meter) }) // between two facts
	return r.round(ctx, "user", load)
}

// round publishes a load, and waits until all of it has arrived.
func (r *run) round(ctx context.Context, users string, load Load) error {
	if err := r.publish(ctx, users, load); err != nil {
		return err
	}
	return r.env.Quiet(ctx)
}
