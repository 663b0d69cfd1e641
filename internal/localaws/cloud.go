// Package localaws is as much of AWS as the pipeline needs, in one process: a
// bus, queues, tables with streams, event source mappings and an HTTP API, made
// from the same serverless.yml that is deployed and spoken to by unmodified
// clients over the real wire formats.
//
// A Cloud is passive: it starts nothing and waits for nothing. Whatever happens
// in it happens because its driver, one goroutine at a time, called it. Two
// drivers exist: package realtime for a run that serves, and the simulator,
// which decides every step from a seed.
//
// It differs from AWS where that cannot matter to a handler that keeps the
// pipeline's contract: signatures, IAM and queue policies are not checked,
// nothing is ever throttled or lost by itself (see Cloud.Refuse), and delivery is faster and in
// better order than AWS promises. API destinations are called on this machine
// alone, and every secret is Secret. What it lacks it refuses by name.
package localaws

import (
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Cloud holds the machines, wired as a stack says. It is not safe for
// concurrent use.
type Cloud struct {
	World  *world.World
	Queues *sqs.Service
	Buses  *eventbridge.Service
	Tables *dynamodb.Service
	API    *apigateway.API

	// Refuse, where it is set, is asked before the bus delivers to a target: its
	// error is what the target answers, an *eventbridge.DeliveryError as it is.
	Refuse func(targetARN string) error

	mappings []lambda.Mapping
	sources  []source // of the mappings, in the same order
	tables   []*dynamodb.Table

	elsewhere map[string]*remoteStream // by the table's name
	finished  uint64                   // invocations of mappings, so far
}

// New builds the machines that the stack names, but for the tables that are
// elsewhere. Its error names the resource that cannot be built.
func New(w *world.World, s *stack.Stack, elsewhere ...Elsewhere) (*Cloud, error) {
	c := &Cloud{World: w, Queues: sqs.New(w), Tables: dynamodb.New(w), elsewhere: map[string]*remoteStream{}}
	for _, e := range elsewhere {
		c.elsewhere[e.Table] = &remoteStream{Elsewhere: e, cloud: c}
	}
	c.Buses = eventbridge.New(w, c.target)
	for _, build := range []func(*stack.Stack) error{
		c.buildQueues, c.buildTables, c.buildBuses, c.buildDestinations, c.buildRules, c.buildArchives, c.buildMappings, c.buildAPI,
	} {
		if err := build(s); err != nil {
			return nil, fmt.Errorf("localaws: %w", err)
		}
	}
	return c, nil
}

// Services are the machines as they look from the wire.
func (c *Cloud) Services() []*wire.Service {
	return []*wire.Service{c.Queues.Wire(), c.Buses.Wire(), c.Tables.Wire(), c.Tables.StreamsWire()}
}

// Mappings are the event source mappings, in the stack's order, and those of shards
// after them.
func (c *Cloud) Mappings() []lambda.Mapping { return c.mappings }

// DeliverDue attempts every delivery of the buses that is due and returns how
// many there were. Deliveries to API destinations are the driver's to make: see
// eventbridge.Call.
func (c *Cloud) DeliverDue() int {
	due := c.Buses.PendingDue(c.World.Now())
	for _, d := range due {
		c.Buses.Deliver(d)
	}
	return len(due)
}

// MoveDue moves the messages that running message move tasks have to move and
// returns how many there were.
func (c *Cloud) MoveDue() int { return c.Queues.MoveMessages(maxMoves) }

// maxMoves bounds one round, so that a long task lets others have their turn.
const maxMoves = 100

// ReplayDue moves the replays that are under way on, and returns how many there
// were.
func (c *Cloud) ReplayDue() int { return c.Buses.ReplayEvents(maxMoves) }

// ExpireDue removes the items of the stack's tables whose time to live has
// passed and returns how many there were. DynamoDB takes its time for that, up
// to days; until a driver calls this, expired items remain readable, as there.
func (c *Cloud) ExpireDue() int {
	n := 0
	for _, t := range c.tables {
		n += t.ExpireBy(c.World.Now())
	}
	return n
}

// Wake is the earliest moment at which the cloud may have something to do
// without anybody calling it; false where there is none.
func (c *Cloud) Wake() (earliest time.Time, ok bool) {
	consider := func(t time.Time, due bool) {
		if due && (!ok || t.Before(earliest)) {
			earliest, ok = t, true
		}
	}
	consider(c.Buses.Wake())
	consider(c.World.Now(), c.Buses.Replaying())
	consider(c.Queues.Wake())
	for _, m := range c.mappings {
		consider(m.Wake())
	}
	now := c.World.Now()
	for _, t := range c.tables {
		// A time to live may be beyond what time.Time holds, and then seems
		// long past: a driver must not wake for it again and again.
		at, due := t.NextExpiry(now)
		consider(at, due && at.After(now))
	}
	return earliest, ok
}

// Drained tells whether nothing is on its way: no delivery is pending, every
// queue that a function reads is empty, and every stream that one reads has
// been read to its end.
func (c *Cloud) Drained() bool {
	if !c.Buses.Idle() || c.Buses.Replaying() {
		return false
	}
	for i, m := range c.mappings {
		state := m.State()
		if state.Buffered > 0 || len(state.InFlight) > 0 || !c.sources[i].drained(state) {
			return false
		}
	}
	return true
}
