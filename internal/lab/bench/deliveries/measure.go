package deliveries

import (
	"context"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A tap passes what happens on to a meter once there is one. Facts and lines are told
// by whoever drives the cloud, and by the functions' processes.
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

// warm are changes that start the functions' processes, and are not measured.
const warm = 30

// A run is the measurement of one case, in an environment that it closes.
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
	// The functions' processes end first, so that what they wrote last has been read
	// whatever it returns: its error says only that a server did not close well, and
	// takes nothing from what was measured.
	_ = r.env.Close()
	if err != nil {
		return Result{}, err
	}
	r.tap.open(nil)
	return r.meter.result(c), r.meter.complete(c, load.Changes)
}

// play measures the load, once the functions are warm.
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
