// Package localaws is the part of AWS that the pipeline needs, in one process: a bus,
// queues, tables with streams, event source mappings, alarms and an HTTP API. It is made from
// the deployed serverless.yml. Unmodified clients use it over the real wire formats.
//
// A Cloud is passive: it starts nothing and waits for nothing. It does something only
// when its driver calls it, and the driver must call from one goroutine at a time.
// There are two drivers: package realtime serves in real time, and the simulator
// decides every step from a seed.
//
// It differs from AWS only in ways that do not matter to a handler that keeps the
// pipeline's contract:
//
//   - Signatures, IAM and the policies of queues and functions are not checked. Package
//     iam tells what a function's role lacks.
//   - There is one region. Another one is empty, and nothing can be made in it.
//   - Nothing is throttled or lost unless the driver asks for it (see Cloud.Refuse).
//   - Delivery is faster and in better order than AWS promises.
//   - Metrics are kept and alarms evaluated only if the driver asks for it (see
//     Cloud.KeepMetrics).
//   - API destinations are called on this machine only, and every secret is Secret.
//
// It refuses what it does not support, and names it.
package localaws

import (
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudformation"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Cloud holds the machines, connected as a stack says. It is not safe for concurrent
// use.
type Cloud struct {
	World  *world.World
	Queues *sqs.Service
	Buses  *eventbridge.Service
	Tables *dynamodb.Service
	API    *apigateway.API
	Lambda *lambda.API
	Stacks *cloudformation.Service

	// Metrics has the stack's alarms. It has metrics once the driver has called
	// KeepMetrics.
	Metrics *cloudwatch.Service

	// Refuse, if it is set, is called before the bus delivers to a target. Its error
	// becomes the target's answer. An *eventbridge.DeliveryError is passed on
	// unchanged.
	Refuse func(targetARN string) error

	mappings  []lambda.Mapping
	sources   []source             // what the mappings read, in the same order
	functions map[string]*function // by ARN

	elsewhere map[string]*remoteStream // by the table's name
	finished  uint64                   // finished invocations of mappings
	monitor   *monitor                 // nil: no metrics are kept
}

// New builds the machines that the stack names, except for the tables that are
// elsewhere. Its error names the resource that cannot be built.
func New(w *world.World, s *stack.Stack, elsewhere ...Elsewhere) (*Cloud, error) {
	c := &Cloud{World: w, Queues: sqs.New(w), Tables: dynamodb.New(w), Metrics: cloudwatch.New(w), Lambda: lambda.NewAPI(w), functions: map[string]*function{}, elsewhere: map[string]*remoteStream{}}
	for _, e := range elsewhere {
		c.elsewhere[e.Table] = &remoteStream{Elsewhere: e, cloud: c}
	}
	c.Buses = eventbridge.New(w, c.target)
	c.Stacks = cloudformation.New(w, s)
	for _, build := range []func(*stack.Stack) error{
		c.buildQueues, c.buildTables, c.buildBuses, c.buildDestinations, c.buildFunctions, c.buildRules, c.buildArchives, c.buildMappings, c.buildAPI, c.buildAlarms,
	} {
		if err := build(s); err != nil {
			return nil, fmt.Errorf("localaws: %w", err)
		}
	}
	return c, nil
}

// Services returns the wire services of the machines.
func (c *Cloud) Services() []*wire.Service {
	return []*wire.Service{c.Queues.Wire(), c.Buses.Wire(), c.Tables.Wire(), c.Tables.StreamsWire(), c.Metrics.Wire(), c.Stacks.Wire()}
}

// REST returns the services that speak REST JSON.
func (c *Cloud) REST() []*wire.RESTService { return []*wire.RESTService{c.Lambda.Wire()} }

// Mappings returns the event source mappings in the stack's order, followed by those of
// shards. Behind them is the queue of asynchronous invocations of each function that a
// rule has sent an event to.
func (c *Cloud) Mappings() []lambda.Mapping { return c.mappings }

// DeliverDue attempts every delivery of the buses that is due, and returns how many
// there were. The driver itself makes deliveries to API destinations: see
// eventbridge.Call.
func (c *Cloud) DeliverDue() int {
	due := c.Buses.PendingDue(c.World.Now())
	for _, d := range due {
		c.Buses.Deliver(d)
	}
	return len(due)
}

// MoveDue moves the messages that running message move tasks must move now, and returns
// how many there were.
func (c *Cloud) MoveDue() int { return c.Queues.MoveMessages(maxMoves) }

// maxMoves bounds one round, so that a long task does not delay everything else.
const maxMoves = 100

// ReplayDue continues the running replays, and returns how many there were.
func (c *Cloud) ReplayDue() int { return c.Buses.ReplayEvents(maxMoves) }

// ExpireDue removes the items whose time to live has passed, and returns how many there
// were. DynamoDB may take days for that. As there, expired items remain readable until a
// driver calls this.
func (c *Cloud) ExpireDue() int { return c.Tables.ExpireBy(c.World.Now()) }

// Wake returns the earliest time at which the cloud may have something to do without a
// call from outside; false if there is none.
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
	consider(c.Tables.NextExpiry(c.World.Now()))
	if c.monitor != nil {
		consider(c.Metrics.Wake(), true)
	}
	return earliest, ok
}

// Drained tells whether nothing is on its way. No delivery is pending, and every queue
// that a function reads is empty. Every stream that a function reads has been read to
// its end.
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
