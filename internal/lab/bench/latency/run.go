package latency

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/machine"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/producers"
)

// Options say what to measure.
type Options struct {
	Root     string // the repository's folder
	Changes  int    // at each load, at least; MinChanges to MaxChanges
	Loads    []int  // percent of the capacity, 1 to 100 each
	Progress func(next string)
}

// The defaults and limits of Options. p99.9 needs at least 1,000 changes.
const (
	DefaultChanges = 1_000
	MinChanges     = 10
	MaxChanges     = 100_000
	DefaultLoads   = "10,50,90"
)

// The parts of a run.
const (
	warm       = 50              // changes that start the functions' processes
	singles    = 100             // changes that go through one at a time
	packed     = 10              // changes in a full call
	underWay   = 2_000           // changes at most, while the capacity is measured
	capacityIn = 4 * time.Second // for each measurement of the capacity; its first part does not count
	unsettled  = time.Second
	loadFor    = 4 * time.Second   // the shortest duration of a load
	patience   = 100 * time.Second // how long to wait for all announcements
)

// The stages that are measured. The single hops are timed in the first one, which has
// no windows.
const (
	plain    = "dev"
	windowed = "prod"
)

// Check returns an error if the Options are outside their limits.
func (o Options) Check() error {
	if o.Changes < MinChanges || o.Changes > MaxChanges {
		return fmt.Errorf("the changes must be from %d to %d", MinChanges, MaxChanges)
	}
	if len(o.Loads) == 0 {
		return fmt.Errorf("the loads: there are none")
	}
	for _, percent := range o.Loads {
		if percent < 1 || percent > 100 {
			return fmt.Errorf("the loads must be from 1 to 100 percent of the capacity, and one is %d", percent)
		}
	}
	return nil
}

// ParseLoads reads percentages, as in "10,50,90".
func ParseLoads(text string) (percents []int, err error) {
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number of percent", part)
		}
		if n < 1 || n > 100 {
			return nil, fmt.Errorf("%d is not from 1 to 100 percent of the capacity", n)
		}
		percents = append(percents, n)
	}
	return percents, nil
}

// Run measures the pipeline without windows, and with those of prod.
func Run(ctx context.Context, o Options) (Result, error) {
	if err := o.Check(); err != nil {
		return Result{}, err
	}
	r := Result{Machine: machine.Name()}
	for _, name := range []string{plain, windowed} {
		if err := r.measure(ctx, o, name); err != nil {
			return Result{}, fmt.Errorf("stage %s: %w", name, err)
		}
	}
	return r, nil
}

func (r *Result) measure(ctx context.Context, o Options, name string) error {
	p, err := start(ctx, o, name)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.warm(ctx); err != nil {
		return err
	}
	if name == plain {
		if r.Hops, err = p.hops(ctx); err != nil {
			return err
		}
	}
	s := Stage{Name: name, Windows: windowsOf(p.env.Stack)}
	if s.Packed, err = p.capacity(ctx, packed); err != nil {
		return err
	}
	if s.Capacity, err = p.capacity(ctx, 1); err != nil {
		return err
	}
	for _, percent := range o.Loads {
		l, err := p.load(ctx, s.Capacity, percent, o.Changes)
		if err != nil {
			return fmt.Errorf("%d %% of %.0f changes per second: %w", percent, s.Capacity, err)
		}
		s.Loads = append(s.Loads, l)
	}
	r.Stages = append(r.Stages, s)
	return nil
}

// A pipeline is a running pipeline and its observer.
type pipeline struct {
	env         *localrun.Environment
	connections *http.Transport
	publisher   *producers.Publisher
	queue       string // the change queue
	watched     atomic.Pointer[watch]
	parts       int
	progress    func(string)
}

func start(ctx context.Context, o Options, stage string) (*pipeline, error) {
	p := &pipeline{connections: newConnections(), progress: func(part string) {
		if o.Progress != nil {
			o.Progress(stage + ": " + part)
		}
	}}
	p.progress("start")
	env, err := localrun.Start(ctx, localrun.Options{
		Dir: o.Root, Stage: stage, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0",
		Observe: func(f world.Fact) {
			if w := p.watched.Load(); w != nil {
				w.observe(f)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	p.env, p.queue = env, env.Stack.QueueMappings[0].Queue
	if p.publisher, err = newPublisher(env, p.connections); err != nil {
		_ = p.close()
		return nil, err
	}
	return p, nil
}

// close closes the connections first, because the server would wait for connections
// that were never used.
func (p *pipeline) close() error {
	p.connections.CloseIdleConnections()
	return p.env.Close()
}

// watch begins a part of the run. Each part has users of its own.
func (p *pipeline) watch(part string) *watch {
	p.progress(part)
	p.parts++
	w := newWatch(fmt.Sprintf("part%d", p.parts), p.queue)
	p.watched.Store(w)
	return w
}

// settle waits until the pipeline has nothing left to do. It returns an error if a
// change has not reached one of the points by then.
func (p *pipeline) settle(ctx context.Context, w *watch, at ...point) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.env.Quiet(ctx); err != nil {
		return fmt.Errorf("the pipeline did not come to rest: %w", err)
	}
	return w.complete(at...)
}

func (p *pipeline) warm(ctx context.Context) error {
	w := p.watch("warm up")
	if err := publish(ctx, p.publisher, w, newSchedule(time.Now(), warm, warm)); err != nil {
		return err
	}
	return p.settle(ctx, w, announced)
}

// hops measures the single hops, with one change at a time.
func (p *pipeline) hops(ctx context.Context) ([]Hop, error) {
	w := p.watch("single hops")
	w.hops = true
	for range singles {
		if err := publish(ctx, p.publisher, w, newSchedule(time.Now(), 1, 1)); err != nil {
			return nil, err
		}
		if err := p.settle(ctx, w, put, queued, applying, stored, republishing, announced); err != nil {
			return nil, err
		}
	}
	return hopsOf(w), nil
}

// capacity returns how many changes per second come out while the same number goes in,
// with a number of changes in each call.
func (p *pipeline) capacity(ctx context.Context, together int) (float64, error) {
	w, start := p.watch(fmt.Sprintf("capacity, %d in a call", together)), time.Now()
	c := &closed{start.Add(capacityIn), together, semaphore.NewWeighted(underWay)}
	w.onAnnounced = func() { c.slots.Release(1) }
	if err := publish(ctx, p.publisher, w, c); err != nil {
		return 0, err
	}
	if err := p.settle(ctx, w, announced); err != nil {
		return 0, err
	}
	perSecond := w.rate(start.Add(unsettled), c.end)
	if perSecond == 0 {
		return 0, fmt.Errorf("no change came through within %v", capacityIn)
	}
	return perSecond, nil
}

func (p *pipeline) load(ctx context.Context, capacity float64, percent, changes int) (Load, error) {
	perSecond := capacity * float64(percent) / 100
	w := p.watch(fmt.Sprintf("%d %% of %.0f changes per second", percent, capacity))
	n := max(changes, int(perSecond*loadFor.Seconds()))
	if err := publish(ctx, p.publisher, w, newSchedule(time.Now(), perSecond, n)); err != nil {
		return Load{}, err
	}
	if err := p.settle(ctx, w, stored, announced); err != nil {
		return Load{}, err
	}
	return w.load(percent), nil
}
