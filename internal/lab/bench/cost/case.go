package cost

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Load is a number of changes that arrive at a steady rate.
type Load struct {
	Name      string
	Changes   int
	PerSecond int
	Fold      int // changes of each user in 100 successive changes
	ItemBytes int // size of a stored profile; 0: the default of workload.New

	// Traceparent is on every change; empty: on none.
	Traceparent string
}

// Loads lists the loads that every design is compared under.
func Loads() []Load {
	return []Load{
		Steady(),
		{Name: "trickle", Changes: 300, PerSecond: 1, Fold: 1},
		Chatty(),
		{Name: "burst", Changes: 2_000, PerSecond: 10_000, Fold: 1},
	}
}

// Steady is the load behind most figures.
func Steady() Load { return Load{Name: "steady", Changes: 2_000, PerSecond: 1000, Fold: 1} }

// Chatty is a load of users who each change ten things within one batching window.
func Chatty() Load { return Load{Name: "chatty", Changes: 2_000, PerSecond: 1000, Fold: 10} }

// Light is ten changes a second, at which batches are small.
func Light() Load { return Load{Name: "light", Changes: 500, PerSecond: 10, Fold: 1} }

// roomForTraces is the size of a profile, in bytes, that stays within a write unit of 1
// KB when a traceparent is added to it.
const roomForTraces = 900

// Traced is the steady load with a traceparent on every change.
func Traced() Load {
	l := traced(sized(roomForTraces))
	l.Name = "traced"
	return l
}

func traced(l Load) Load {
	l.Traceparent = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"
	return l
}

// String is the load's name and rate.
func (l Load) String() string { return fmt.Sprintf("%s, %d/s", l.Name, l.PerSecond) }

// workload returns a workload in which no user comes back after the user's Fold
// changes.
func (l Load) workload() workload.Workload {
	w := workload.New(l.Fold)
	w.Users = max(l.Changes/l.Fold, w.BatchUsers())
	if l.ItemBytes > 0 {
		w.ItemBytes = l.ItemBytes
	}
	return w
}

// A Way is the path that changes take into a design.
type Way int

// The ways.
const (
	OverBus     Way = iota // PutEvents, one event in each request; a rule sends the event to the queue
	OverQueue              // SendMessageBatch to the queue, one message in each request
	Lingering              // SendMessageBatch to the queue, ten messages in each request: see producers.Linger
	OverHTTP               // PATCH of the HTTP API; its function publishes over the bus
	OverService            // requests to an HTTP API; its function writes the table
	WithHistory            // as OverBus, where the parameter history is on
)

// A Design is one system that stores preferences.
type Design struct {
	Name string
	Way  Way
	kind kind

	// Params are parameters of serverless.yml, such as history=on.
	Params map[string]string
}

type kind int

const (
	ours       kind = iota
	wholeItems      // writes whole items, as peers/python does
	perMessage      // as peers/updateitem does
	versioned       // as peers/optimistic does
)

// Designs lists the designs that are compared.
func Designs() []Design {
	return []Design{
		Pipeline(OverBus), Pipeline(OverQueue), Pipeline(Lingering), Pipeline(OverHTTP),
		{Name: "(a) functions that write items whole, over HTTP", Way: OverService, kind: wholeItems},
		{Name: "(b) bus, queue, one UpdateItem per message", Way: OverBus, kind: perMessage},
		{Name: "(c) bus, queue, read-modify-write under a version", Way: OverBus, kind: versioned},
	}
}

// Pipeline is this project's own design, with one way into it.
func Pipeline(w Way) Design {
	if w == WithHistory {
		d := Pipeline(OverBus)
		d.Name, d.Params = d.Name+", with history", map[string]string{"history": "on"}
		return d
	}
	return Design{Name: "this pipeline, " + [...]string{"over the bus", "over the queue", "over the queue, lingering", "over HTTP"}[w], Way: w, kind: ours}
}

// A Variation changes one thing of the stack; see virtual.Options.
type Variation func(*stack.Stack)

// Batch returns a Variation that sets the change queue's batch size and window.
func Batch(size, windowSeconds int) Variation {
	return func(s *stack.Stack) {
		s.QueueMappings[0].BatchSize, s.QueueMappings[0].WindowSeconds = size, windowSeconds
	}
}
