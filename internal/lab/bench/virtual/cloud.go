package virtual

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Handler is the code of a function. It gets an event and returns its answer, both
// JSON.
type Handler func(ctx context.Context, payload []byte) ([]byte, error)

// Options say what to run.
type Options struct {
	Root  string // the repository's folder
	Stage string // of serverless.yml; empty: prod

	// Params are parameters of serverless.yml, which replace the stage's.
	Params map[string]string

	// Change may change the stack before the cloud is built from it, for example a
	// window or a batch size. May be nil.
	Change func(*stack.Stack)

	// Start is the time at which the run begins. It must be later than the workload's
	// profiles.
	Start time.Time

	// Refuse returns nil, or an error that the service answers instead of carrying out
	// the request. May be nil.
	Refuse func(Request) *wire.Error

	// Concurrent bounds the concurrent invocations of a function, at a time after the
	// start, in addition to the function's mapping. May be nil.
	Concurrent func(function string, after time.Duration) int

	// SideBySide carries out an invocation's requests one by one at their times,
	// interleaved with those of other invocations, and ends an invocation at its
	// timeout. Otherwise everything that an invocation does happens when it begins.
	SideBySide bool

	// Shards is the number of shards of the table's stream; 0: one. Partition assigns
	// items to shards.
	Shards int

	// Deliver tells whether a bus may make one more delivery now. A refused delivery is
	// at least a quarter of a second late. May be nil.
	Deliver func(now time.Time) bool

	Latencies Latencies         // zero: Usual
	Observe   func(world.Fact)  // receives every fact; may be nil
	Output    func(line string) // receives what the pipeline's functions log; may be nil
}

// A Cloud is one run. It is not safe for concurrent use.
type Cloud struct {
	*localaws.Cloud
	Stack *stack.Stack

	options  Options
	services http.Handler
	handlers map[string]Handler
	idle     map[string][]Handler // environments of functions that can be used again; only with SideBySide
	replaced map[string]bool      // functions whose handler is not the pipeline's
	now      time.Time
	agenda   agenda
	running  map[string]int  // invocations under way, by function
	streams  map[string]bool // functions that read streams
	process  *process        // the running process; nil: none
	chance   *rand.Rand
	held     time.Time     // no delivery happens before
	spent    time.Duration // what the requests of the current invocation have taken
	inside   string        // the function that makes requests; empty: none
	refused  *wire.Error   // the answer to the current request, if it is refused
	Logged   int64         // bytes that the functions have logged
	Measured int64         // those of them that are metrics
}

// New builds a cloud in which nothing has happened yet.
func New(o Options) (*Cloud, error) {
	if o.Stage == "" {
		o.Stage = "prod"
	}
	if o.Latencies == (Latencies{}) {
		o.Latencies = Usual
	}
	c := &Cloud{
		options: o, now: o.Start, running: map[string]int{},
		replaced: map[string]bool{}, streams: map[string]bool{},
		idle: map[string][]Handler{}, chance: rand.New(rand.NewPCG(3, 4)),
	}
	w := &world.World{
		Region: "us-east-1", Account: "000000000000", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return c.now }, Observe: o.Observe,
	}
	var err error
	c.Stack, err = stack.Load(filepath.Join(o.Root, "serverless.yml"), stack.Options{
		Stage: o.Stage, Region: w.Region, Account: w.Account, Params: o.Params,
		QueueURL: func(name string) string { return endpoint + "/" + w.Account + "/" + name },
	})
	if err != nil {
		return nil, err
	}
	for i := range c.Stack.Tables {
		c.Stack.Tables[i].TTLAttribute = "" // a run ends when nothing is left to do; what expires in 30 days is nothing
	}
	if o.Change != nil {
		o.Change(c.Stack)
	}
	if err := c.build(w); err != nil {
		return nil, err
	}
	c.Queues.BaseURL(endpoint)
	serial := 0
	c.services = wire.Handler(c.answer, func() string { serial++; return strconv.Itoa(serial) }, c.Services()...)
	return c, c.wireFunctions()
}

// build makes the cloud. With several shards it leaves out the mappings of streams,
// which split then makes.
func (c *Cloud) build(w *world.World) (err error) {
	parts := *c.Stack
	if c.options.Shards > 1 {
		parts.StreamMappings = nil
	}
	if c.Cloud, err = localaws.New(w, &parts); err != nil {
		return err
	}
	if c.options.Shards > 1 {
		for _, m := range c.Stack.StreamMappings {
			if err := c.split(m, c.options.Shards); err != nil {
				return err
			}
		}
	}
	return nil
}

// wireFunctions gives every function with a mapping its handler.
func (c *Cloud) wireFunctions() error {
	c.handlers = c.pipeline()
	for _, s := range c.Stack.StreamMappings {
		c.streams[s.Function] = true
	}
	for _, m := range c.Mappings() {
		if c.handlers[m.Function()] == nil {
			return fmt.Errorf("virtual: the function %s has no handler", m.Function())
		}
	}
	return nil
}

// Replace gives a function another handler, which makes one request at a time.
func (c *Cloud) Replace(function string, h Handler) {
	c.handlers[function], c.replaced[function] = h, true
}

// Restore gives a function the pipeline's own handler again.
func (c *Cloud) Restore(function string) {
	c.handlers[function] = c.pipeline()[function]
	delete(c.replaced, function)
}

// Now returns the virtual time.
func (c *Cloud) Now() time.Time { return c.now }

// At calls do at a virtual time, which must not be before now.
func (c *Cloud) At(t time.Time, do func()) { c.agenda.add(t, do) }

// streamPoll is the interval at which each shard of a stream is polled.
const streamPoll = 250 * time.Millisecond

// Run runs until nothing is left to do, or until the time limit has passed in the run.
// It returns an error if the limit came first.
func (c *Cloud) Run(limit time.Duration) error {
	end := c.now.Add(limit)
	for {
		c.settle(c.now.Equal(c.now.Truncate(streamPoll)))
		next, ok := c.next()
		if !ok {
			return nil
		}
		if next.After(end) {
			return fmt.Errorf("virtual: %s have passed, and not everything is done", limit)
		}
		c.now = next
	}
}

// RunFor runs for a time, whether or not something is left to do then. A cloud that keeps
// metrics always has something left to do.
func (c *Cloud) RunFor(d time.Duration) {
	end := c.now.Add(d)
	_ = c.Run(d) // that something is left is no error here
	c.now = end
	c.settle(c.now.Equal(c.now.Truncate(streamPoll)))
}

// settle does everything that is due now.
func (c *Cloud) settle(poll bool) {
	for {
		before := c.World.Facts()
		c.EvaluateDue()
		for do, ok := c.agenda.due(c.now); ok; do, ok = c.agenda.due(c.now) {
			do()
		}
		c.deliver()
		for _, m := range c.Mappings() {
			if poll || !c.streams[m.Function()] || c.buffers(m) {
				c.invokeAll(m)
			}
		}
		if c.World.Facts() == before {
			return
		}
	}
}

// buffers tells whether a stream's mapping can form a batch without another poll.
func (c *Cloud) buffers(m lambda.Mapping) bool {
	if c.options.SideBySide { // with many shards State copies too much for so many calls
		at, ok := m.Wake()
		return ok && !at.After(c.now)
	}
	return m.State().Buffered > 0
}

// deliver makes the deliveries that are due and allowed.
func (c *Cloud) deliver() {
	if c.options.Deliver == nil {
		c.DeliverDue()
		return
	}
	if c.now.Before(c.held) {
		return
	}
	for _, d := range c.Buses.PendingDue(c.now) {
		if !c.options.Deliver(c.now) {
			c.held = c.now.Truncate(streamPoll).Add(streamPoll)
			return
		}
		c.Buses.Deliver(d)
	}
}

// next returns the time of the next event; false if there is none. Some things wake
// nobody and wait for the next poll: records in a stream, a batch that a bound holds
// back, and a delivery that is not allowed yet.
func (c *Cloud) next() (time.Time, bool) {
	at, ok := c.agenda.next()
	wake, due := c.Wake()
	poll := c.now.Truncate(streamPoll).Add(streamPoll)
	// Settle has done all that it may, so what is still due is held back by Concurrent
	// or by Deliver. If the run woke for it now, time would stand still.
	heldBack := due && !wake.After(c.now)
	// A stream's records wake nobody before they are polled, so a poll must not be
	// delayed by a later wake. If nothing is left to do, there must be no poll, or the
	// run would never end.
	pollFirst := !due || poll.Before(wake)
	if heldBack || pollFirst && !c.Drained() {
		wake, due = poll, true
	}
	if due && (!ok || wake.Before(at)) {
		return wake, true
	}
	return at, ok
}

func (c *Cloud) invokeAll(m lambda.Mapping) {
	for c.free(m.Function()) {
		inv, ok := m.Next()
		if !ok {
			return
		}
		c.invoke(m, inv)
	}
}

func (c *Cloud) free(function string) bool {
	bound := c.options.Concurrent
	return bound == nil || c.running[function] < bound(function, c.now.Sub(c.options.Start))
}
