// Package realtime drives a localaws.Cloud by the wall clock. It serializes everything
// that uses the cloud, makes deliveries as soon as they are due, passes batches to
// functions, calls API destinations and wakes long polls. It serves both addresses (the
// AWS endpoint and the HTTP API).
//
// Guarantees: the machines see one call at a time. A batch starts as soon as its
// mapping allows it. An invocation that ends, however it ends, is reported to its
// mapping exactly once. Nothing is polled: the driver sleeps until something changes,
// or until the earliest moment at which a machine said that it may have something to
// do.
package realtime

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// A Driver runs one cloud. Make it with New and start it with Run.
type Driver struct {
	cloud   *localaws.Cloud
	invoker Invoker
	now     func() time.Time
	caller  *http.Client // of API destinations

	mu      sync.Mutex    // guards cloud and what follows
	changed chan struct{} // closed, and replaced, whenever anything changed
	polls   polls         // calls that wait for a source
	running int           // invocations of mappings that have not come back
}

// New makes a driver. now must be the clock of the cloud's World.
func New(cloud *localaws.Cloud, invoker Invoker, now func() time.Time) *Driver {
	return &Driver{cloud: cloud, invoker: invoker, now: now, caller: newCaller(), changed: make(chan struct{}), polls: polls{}}
}

// Do runs f while nothing else uses the cloud, and then wakes everything that waits for
// a change.
func (d *Driver) Do(f func(*localaws.Cloud)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f(d.cloud)
	d.announce()
}

// announce wakes everything that waits for a change, and one call for each source that
// is ready. The caller holds the lock.
func (d *Driver) announce() {
	close(d.changed)
	d.changed = make(chan struct{})
	d.polls.wake()
}

// Run drives the cloud until ctx ends, which also ends calls to API destinations. It
// then waits for the invocations under way. Each invocation and each call has a
// goroutine. The mappings' concurrency and the limits of API destinations bound their
// number.
func (d *Driver) Run(ctx context.Context) {
	var invocations sync.WaitGroup
	defer invocations.Wait()
	for ctx.Err() == nil {
		d.mu.Lock()
		for _, inv := range d.due() {
			invocations.Go(func() { d.invoke(ctx, inv) })
		}
		for _, c := range d.cloud.Buses.CallsDue() {
			invocations.Go(func() { d.request(ctx, c) })
		}
		changed := d.changed
		wake, timed := d.cloud.Wake()
		d.mu.Unlock()
		if d.sleep(ctx, changed, wake, timed) {
			d.Do(func(*localaws.Cloud) {}) // the time has changed, so long polls may have an answer now
		}
	}
}

// sleep returns when something has changed, at wake (then it returns true), or when ctx
// ends.
func (d *Driver) sleep(ctx context.Context, changed <-chan struct{}, wake time.Time, timed bool) (woken bool) {
	var alarm <-chan time.Time
	if timed {
		timer := time.NewTimer(wake.Sub(d.now()))
		defer timer.Stop()
		alarm = timer.C
	}
	select {
	case <-changed:
	case <-alarm:
		return true
	case <-ctx.Done():
	}
	return false
}

// due carries out the replays, deliveries, moves, removals and evaluations of alarms that
// are due, and collects the batches that are due. The caller holds the lock. A mapping that asks for
// a batch may find none and still change something: a message that was received too
// often becomes a dead letter then.
func (d *Driver) due() []work {
	before := d.cloud.World.Facts()
	happened := d.cloud.ReplayDue() + d.cloud.DeliverDue() + d.cloud.MoveDue() + d.cloud.ExpireDue()
	d.cloud.EvaluateDue()
	var batches []work
	for _, m := range d.cloud.Mappings() {
		for inv, ok := m.Next(); ok; inv, ok = m.Next() {
			batches = append(batches, work{m, inv})
		}
	}
	d.running += len(batches)
	if happened > 0 || d.cloud.World.Facts() != before {
		d.announce()
	}
	return batches
}

type work struct {
	mapping    lambda.Mapping
	invocation *lambda.Invocation
}

func (d *Driver) invoke(ctx context.Context, w work) {
	result := d.admit(ctx, w.invocation)
	d.Do(func(c *localaws.Cloud) {
		d.running--
		c.Finish(w.mapping, w.invocation, result)
	})
}

// admit runs an invocation, unless the function's reserved concurrency is used up.
func (d *Driver) admit(ctx context.Context, inv *lambda.Invocation) lambda.Result {
	d.mu.Lock()
	leave, ok := d.cloud.Admit(inv.Function)
	d.mu.Unlock()
	if !ok {
		return lambda.Result{Err: lambda.ErrThrottled}
	}
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		leave()
	}()
	return d.invoker.Do(ctx, inv)
}

// Await returns nil as soon as condition holds, or ctx's error. It checks again
// whenever something has changed. condition runs while nothing else uses the cloud.
func (d *Driver) Await(ctx context.Context, condition func(*localaws.Cloud) bool) error {
	for {
		d.mu.Lock()
		holds, changed := condition(d.cloud), d.changed
		d.mu.Unlock()
		if holds {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Quiet waits until the pipeline has nothing left to do: no delivery is pending, no
// batch is under way, and every mapping has processed its source.
func (d *Driver) Quiet(ctx context.Context) error {
	return d.Await(ctx, func(c *localaws.Cloud) bool { return d.running == 0 && c.Drained() })
}
