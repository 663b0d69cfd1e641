package virtual

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/localaws"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/bot-preferences/bot-preferences/localaws/wire"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// A Handler is a function's: it gets an event and returns its answer, as JSON.
type Handler func(ctx context.Context, payload []byte) ([]byte, error)

// Options say what to run.
type Options struct {
	Root  string // the repository's folder
	Stage string // of serverless.yml; empty: prod

	// Change may change the stack before the cloud is built of it: a window, a
	// batch size. May be nil.
	Change func(*stack.Stack)

	// Start is when the run begins. It must be later than the workload's profiles.
	Start time.Time

	// Refuse decides on a request before it is carried out: nil, or an error that
	// the service answers instead. May be nil.
	Refuse func(Request) *wire.Error

	// Concurrent bounds how many invocations of a function may be under way, beside
	// what its mapping says, so long after the start; may be nil.
	Concurrent func(function string, after time.Duration) int

	Latencies Latencies        // zero: Usual
	Observe   func(world.Fact) // gets every fact; may be nil
}

// A Cloud is one run. It is not safe for concurrent use.
type Cloud struct {
	*localaws.Cloud
	Stack *stack.Stack

	options  Options
	services http.Handler
	handlers map[string]Handler
	replaced map[string]bool // handlers that are not the pipeline's
	now      time.Time
	agenda   agenda
	running  map[string]int  // invocations under way, by their function
	streams  map[string]bool // functions of streams
	spent    time.Duration   // that the requests of the current invocation take
	inside   string          // the function that makes requests; empty: none does
	refused  *wire.Error     // what the current request is answered with
	Logged   int64           // bytes that the functions have logged
}

// New builds a cloud in which nothing has happened yet.
func New(o Options) (*Cloud, error) {
	if o.Stage == "" {
		o.Stage = "prod"
	}
	if o.Latencies == (Latencies{}) {
		o.Latencies = Usual
	}
	c := &Cloud{options: o, now: o.Start, running: map[string]int{}, replaced: map[string]bool{}, streams: map[string]bool{}}
	w := &world.World{
		Region: "us-east-1", Account: "000000000000", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return c.now }, Observe: o.Observe,
	}
	var err error
	c.Stack, err = stack.Load(filepath.Join(o.Root, "serverless.yml"), stack.Options{
		Stage: o.Stage, Region: w.Region, Account: w.Account,
		QueueURL: func(name string) string { return endpoint + "/" + w.Account + "/" + name },
	})
	if err != nil {
		return nil, err
	}
	if o.Change != nil {
		o.Change(c.Stack)
	}
	if c.Cloud, err = localaws.New(w, c.Stack); err != nil {
		return nil, err
	}
	c.Queues.BaseURL(endpoint)
	serial := 0
	c.services = wire.Handler(c.answer, func() string { serial++; return strconv.Itoa(serial) }, c.Services()...)
	return c, c.wireFunctions()
}

// wireFunctions gives every function that a mapping invokes its handler.
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

// Restore gives a function the pipeline's own handler back.
func (c *Cloud) Restore(function string) {
	c.handlers[function] = c.pipeline()[function]
	delete(c.replaced, function)
}

// Now is the run's time.
func (c *Cloud) Now() time.Time { return c.now }

// At has something happen at a time, not before now.
func (c *Cloud) At(t time.Time, do func()) { c.agenda.add(t, do) }

// streamPoll is how often a shard of a stream is read.
const streamPoll = 250 * time.Millisecond

// Run lets everything happen until nothing is left to do, or until the time limit
// has passed in the run. Its error says that the limit came first.
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

// settle does all that is due now.
func (c *Cloud) settle(poll bool) {
	for {
		told := c.World.Told()
		for do, ok := c.agenda.due(c.now); ok; do, ok = c.agenda.due(c.now) {
			do()
		}
		c.DeliverDue()
		for _, m := range c.Mappings() {
			if poll || !c.streams[m.Function()] || m.State().Buffered > 0 {
				c.invokeAll(m)
			}
		}
		if c.World.Told() == told {
			return
		}
	}
}

// next is when something happens next; false where nothing will. A stream that has
// records, and a mapping that a bound holds back, wait for the next poll.
func (c *Cloud) next() (time.Time, bool) {
	at, ok := c.agenda.next()
	wake, due := c.Wake()
	if due && !wake.After(c.now) || !due && !c.Drained() {
		wake, due = c.now.Truncate(streamPoll).Add(streamPoll), true
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
