package sim

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A plan is what a history is like: histories differ in kind, not only in luck,
// for a fault that is rare in every one of them is rarely found.
type plan struct {
	steps     int
	users     int
	keys      int
	width     int     // of a change, at most, in keys
	hostility float64 // of a request: the chance that it is not simply answered
	deaths    float64 // of a disturbed request: the chance that its task dies
	delays    float64 // of a send: the chance that its messages take their time
	replaces  float64 // of a change: the chance that it is a replace
	heavy     bool    // values are as large as the contract allows
	refusals  float64 // of the bus's deliveries: the share that the queue refuses, per hostility
	weights   []int   // of the kinds of steps

	queueBatch, streamBatch, lanes, concurrency int

	producers []time.Duration // the skew of each one's clock
	redrive   bool            // dead letters go back once more before the end
}

// minSteps is what every history has at least.
const minSteps = 100

func (s *Simulation) makePlan() plan {
	r := s.rand
	p := plan{
		steps: minSteps + r.IntN(100), users: 1 + r.IntN(4), keys: 1 + r.IntN(5), width: 3, replaces: 0.12,
		hostility: []float64{0, 0.05, 0.2, 0.4, 0.7}[r.IntN(5)], deaths: r.Float64() * 0.6, delays: r.Float64() * 0.5,
		heavy: r.IntN(80) == 0, refusals: r.Float64() * 0.5,
		queueBatch: 1 + r.IntN(10), streamBatch: 1 + r.IntN(12), lanes: 1 + r.IntN(3), concurrency: 2 + r.IntN(4),
		redrive: r.IntN(2) == 0,
	}
	for range 1 + r.IntN(3) {
		p.producers = append(p.producers, skew(r, 2*time.Minute))
	}
	for _, k := range kinds {
		p.weights = append(p.weights, k.weight*[]int{0, 1, 1, 3}[max(r.IntN(4), k.least)])
	}
	if p.heavy {
		p.users, p.keys, p.width, p.replaces = 1, 40, 8, 0.02
	} else if r.IntN(50) == 0 {
		p.keys, p.width = 180, 100 // what two changes set is too wide for one write
	}
	return p
}

func skew(r *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(2*most))) - most
}

// apply sets the stack's batches as the plan says.
func (p *plan) apply(from *stack.Stack) *stack.Stack {
	s := *from
	s.QueueMappings, s.StreamMappings = slices.Clone(s.QueueMappings), slices.Clone(s.StreamMappings)
	q, t := &s.QueueMappings[0], &s.StreamMappings[0]
	q.BatchSize, q.WindowSeconds, q.MaximumConcurrency = p.queueBatch, 0, p.concurrency
	t.BatchSize, t.ParallelizationFactor = p.streamBatch, p.lanes
	return &s
}

// pick chooses what a step does.
func (p *plan) pick(r *rand.Rand) func(*Simulation) {
	sum := 0
	for _, w := range p.weights {
		sum += w
	}
	at := r.IntN(sum)
	for i, w := range p.weights {
		if at -= w; at < 0 {
			return kinds[i].take
		}
	}
	panic("sim: weights do not add up")
}

// fate decides about one request of a task.
func (s *Simulation) fate(t *task) fate {
	switch {
	case t.waiting.request != nil && s.down != "" && strings.HasPrefix(operationOf(t.waiting.request), s.down):
		return throttled + fate(s.rand.IntN(2)) // or unreachable: an outage has no other faces
	case !s.chance(s.plan.hostility):
		return answered
	case s.chance(s.plan.deaths):
		return diedBefore + fate(s.rand.IntN(2))
	}
	return throttled + fate(s.rand.IntN(int(diedBefore-throttled)))
}

// refuse decides about the bus's deliveries to a queue: it may fail for now, and
// now and then for good.
func (s *Simulation) refuse(queueARN string) func(string) error {
	return func(targetARN string) error {
		switch {
		case targetARN != queueARN || !s.chance(s.plan.hostility*s.plan.refusals):
			return nil
		case s.chance(0.1):
			return &eventbridge.DeliveryError{Code: "NO_PERMISSIONS", Message: "by decision of the simulation", Final: true}
		}
		return errors.New("by decision of the simulation")
	}
}
