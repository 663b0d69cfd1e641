package cost

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Load is changes that arrive at a steady rate.
type Load struct {
	Name      string
	Changes   int
	PerSecond int
	Fold      int // changes of each user among a hundred that follow each other
	ItemBytes int // of a stored profile; 0: what workload.New says
}

// Loads are those that the designs are compared under.
func Loads() []Load {
	return []Load{
		Steady(),
		{Name: "trickle", Changes: 300, PerSecond: 1, Fold: 1},
		Chatty(),
		{Name: "burst", Changes: 2_000, PerSecond: 10_000, Fold: 1},
	}
}

// Steady is the load that most figures are of.
func Steady() Load { return Load{Name: "steady", Changes: 2_000, PerSecond: 1000, Fold: 1} }

// Chatty is that of users who change ten things within a window.
func Chatty() Load { return Load{Name: "chatty", Changes: 2_000, PerSecond: 1000, Fold: 10} }

// Light is a load at which batches are small: ten changes a second.
func Light() Load { return Load{Name: "light", Changes: 500, PerSecond: 10, Fold: 1} }

// String is the load's name and rate.
func (l Load) String() string { return fmt.Sprintf("%s, %d/s", l.Name, l.PerSecond) }

// workload has no user twice beyond the fold.
func (l Load) workload() workload.Workload {
	w := workload.New(l.Fold)
	w.Users = max(l.Changes/l.Fold, w.BatchUsers())
	if l.ItemBytes > 0 {
		w.ItemBytes = l.ItemBytes
	}
	return w
}

// A Way is how changes come to a design.
type Way int

// The ways.
const (
	OverBus     Way = iota // PutEvents, one event each; a rule sends them to the queue
	OverQueue              // SendMessageBatch straight to the queue, one message each
	Lingering              // likewise, ten messages each: see producers.Linger
	OverHTTP               // PATCH of the HTTP API, whose function publishes over the bus
	OverService            // requests of an HTTP API, whose function writes the table
)

// A Design is something that keeps preferences.
type Design struct {
	Name string
	Way  Way
	kind kind
}

type kind int

const (
	ours       kind = iota
	wholeItems      // as peers/python does it
	perMessage      // peers/updateitem
	versioned       // peers/optimistic
)

// Designs are those that are compared.
func Designs() []Design {
	return []Design{
		Pipeline(OverBus), Pipeline(OverQueue), Pipeline(Lingering), Pipeline(OverHTTP),
		{"(a) functions that write items whole, over HTTP", OverService, wholeItems},
		{"(b) bus, queue, one UpdateItem per message", OverBus, perMessage},
		{"(c) bus, queue, read-modify-write under a version", OverBus, versioned},
	}
}

// Pipeline is this project's own design, on one way into it.
func Pipeline(w Way) Design {
	return Design{"this pipeline, " + [...]string{"over the bus", "over the queue", "over the queue, lingering", "over HTTP"}[w], w, ours}
}

// A Variation changes one thing of the stack; see virtual.Options.
type Variation func(*stack.Stack)

// Batch sets the change queue's batch size and window.
func Batch(size, windowSeconds int) Variation {
	return func(s *stack.Stack) {
		s.QueueMappings[0].BatchSize, s.QueueMappings[0].WindowSeconds = size, windowSeconds
	}
}
