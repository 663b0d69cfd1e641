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

// A plan holds the properties of a history. Histories differ in kind, because a fault
// that is rare in all of them would rarely be found.
type plan struct {
	steps      int
	users      int
	keys       int
	width      int     // keys of a change, at most
	hostility  float64 // chance that a request is disturbed
	deaths     float64 // chance that the task of a disturbed request dies
	delays     float64 // chance that the messages of a send are delayed
	replaces   float64 // chance that a change is a replace
	inferences float64 // chance that another change is inferred
	heavy      bool    // values are as large as the contract allows
	full       bool    // a profile has nearly as many keys as the contract allows
	crowded    bool    // many writers write one profile at the same time
	refusals   float64 // share of the bus's deliveries that the queue refuses, per hostility
	weights    []int   // of the kinds of steps

	queueBatch, streamBatch, lanes, concurrency int

	producers []time.Duration // the skew of each producer's clock
	writers   []time.Duration // and of each of the HTTP API's
	longIDs   bool            // user ids are as long as they may be
	redrive   bool            // dead letters are redriven once more before the end
	history   bool            // what became of changes is kept
}

// minSteps is the least number of steps in a history that is not full.
const minSteps = 92

func (s *Simulation) makePlan() plan {
	r := s.rand
	p := plan{
		steps: minSteps + r.IntN(95), users: 1 + r.IntN(4), keys: 1 + r.IntN(5), width: 3, replaces: 0.12,
		hostility: []float64{0, 0.05, 0.2, 0.4, 0.7}[r.IntN(5)], deaths: r.Float64() * 0.6, delays: r.Float64() * 0.5,
		heavy: r.IntN(100) == 0, refusals: r.Float64() * 0.5,
		queueBatch: 1 + r.IntN(10), streamBatch: 1 + r.IntN(12), lanes: 1 + r.IntN(3), concurrency: 2 + r.IntN(4),
		redrive: r.IntN(2) == 0,
	}
	for range 1 + r.IntN(3) {
		skews := []time.Duration{skew(r, 2*time.Minute), skew(r, 2*time.Minute), 3 * time.Second, 4 * time.Minute}
		p.producers = append(p.producers, skews[r.IntN(len(skews))])
	}
	for range 2 {
		p.writers = append(p.writers, skew(r, 2*time.Minute))
	}
	p.longIDs = r.IntN(8) == 0
	p.inferences = []float64{0, 0.2, 0.5, 0.8}[r.IntN(4)]
	p.kind(r)
	for _, k := range kinds {
		weight := k.weight * []int{0, 1, 1, 3}[max(r.IntN(4), k.least)]
		if k.only != nil && !k.only(&p) {
			weight = 0
		}
		p.weights = append(p.weights, weight)
	}
	return p
}

// kind makes some histories special. What they do would cost too much in every history.
func (p *plan) kind(r *rand.Rand) {
	switch n := r.IntN(200); {
	case p.heavy:
		p.users, p.keys, p.width, p.replaces = 1, 40, 8, 0.02
	case n < 4:
		p.keys, p.width = 180, 100 // what two changes set is too wide for one write
	case n < 7:
		p.full, p.steps, p.users, p.keys, p.replaces = true, 30+r.IntN(30), 1, 3*filled, 0.01
	case n < 16:
		p.crowded = true
	}
}

func skew(r *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(2*most))) - most
}

// apply changes the stack's batches as the plan says.
func (p *plan) apply(from *stack.Stack) *stack.Stack {
	s := *from
	s.QueueMappings, s.StreamMappings = slices.Clone(s.QueueMappings), slices.Clone(s.StreamMappings)
	q, t := &s.QueueMappings[0], &s.StreamMappings[0]
	q.BatchSize, q.WindowSeconds, q.MaximumConcurrency = p.queueBatch, 0, p.concurrency
	if p.history = p.history && len(s.QueueMappings) > 1; p.history {
		s.QueueMappings[1].BatchSize, s.QueueMappings[1].WindowSeconds = p.queueBatch, 0
	} else {
		s.Rules, s.QueueMappings, s.Tables = s.Rules[:1], s.QueueMappings[:1], s.Tables[:1]
	}
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

// chooseOutcome chooses the outcome of a task's request.
func (s *Simulation) chooseOutcome(t *task) requestOutcome {
	switch {
	case t.waiting.request != nil && s.down != "" && strings.HasPrefix(operationOf(t.waiting.request), s.down):
		return throttled + requestOutcome(s.rand.IntN(2)) // or unreachable: a service that is down does nothing else
	case t.waiting.request != nil && t.last == 1:
		return throttled // until it gives up
	case t.waiting.request != nil && t.last > 1:
		t.last--
		return answered
	case !s.chance(s.plan.hostility):
		return answered
	case s.chance(s.plan.deaths):
		return diedBefore + requestOutcome(s.rand.IntN(2))
	}
	return throttled + requestOutcome(s.rand.IntN(int(diedBefore-throttled)))
}

// refuse decides whether the bus's deliveries to queues fail, for now or permanently.
func (s *Simulation) refuse(queueARNs ...string) func(string) error {
	return func(targetARN string) error {
		switch {
		case !slices.Contains(queueARNs, targetARN) || !s.chance(s.plan.hostility*s.plan.refusals):
			return nil
		case s.chance(0.1):
			return &eventbridge.DeliveryError{Code: "NO_PERMISSIONS", Message: "by decision of the simulation", Final: true}
		}
		return errors.New("by decision of the simulation")
	}
}
