package sim

import (
	"fmt"
	"io"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A History is the result of one seed.
type History struct {
	Seed      uint64
	Taken     []int          // the steps that were played
	Requests  int            // requests that localaws answered
	Seen      map[string]int // what happened, and how often
	Violation *oracle.Violation
}

// Run plays the history of a seed on the pipeline that the stack describes. keep lists
// the steps to play, by number; nil: all of them. If out is not nil, Run prints the
// history to it.
func Run(s *stack.Stack, seed uint64, keep []int, out io.Writer) History {
	return play(s, seed, keep, out, nil)
}

// Steps returns how many steps the history of a seed has. They are numbered from 0.
func Steps(s *stack.Stack, seed uint64) int { return newSimulation(s, seed, nil).plan.steps }

func play(s *stack.Stack, seed uint64, keep []int, out io.Writer, broken sabotage) History {
	sim := newSimulation(s, seed, out)
	if broken != nil {
		broken(sim)
	}
	if keep == nil {
		keep = make([]int, sim.plan.steps)
		for i := range keep {
			keep[i] = i
		}
	}
	taken := 0
	for _, number := range keep {
		sim.step(number)
		taken++
		if sim.log.Violation() != nil {
			break
		}
	}
	if sim.log.Violation() == nil {
		sim.settle()
	}
	sim.abandon()
	return History{Seed: seed, Taken: keep[:taken:taken], Requests: sim.requests, Seen: sim.seen, Violation: sim.log.Violation()}
}

// settle ends a history: requests are no longer disturbed, and it must come to rest.
func (s *Simulation) settle() {
	s.printf("from here on nothing is disturbed")
	if s.drain(0) && s.plan.redrive {
		s.redrive()
		s.drain(0)
	}
	if s.plan.history && s.log.Violation() == nil {
		s.closeGaps()
	}
	if s.log.Violation() == nil {
		s.followAll()
		s.log.Quiet(s.items, s.now)
	}
	if s.plan.history && s.log.Violation() == nil {
		s.explainAll()
	}
}

// maxRounds is far more than any history needs to come to rest.
const maxRounds = 20_000

// drain runs tasks until nothing is on its way. Requests are disturbed with this share
// of the plan's hostility. It returns false if the history does not come to rest.
func (s *Simulation) drain(share float64) bool {
	s.down = ""
	hostility := s.plan.hostility
	s.plan.hostility *= share
	defer func() { s.plan.hostility = hostility }()
	for range maxRounds {
		if s.log.Violation() != nil {
			return false
		}
		if s.proceedAny() {
			continue
		}
		if s.cloud.Drained() {
			return true
		}
		at, ok := s.wake()
		if !ok {
			s.log.NeverQuiet("something is on its way, and nothing will ever move it")
			return false
		}
		s.until(at)
	}
	s.log.NeverQuiet(fmt.Sprintf("after %d more rounds there is still something on its way", maxRounds))
	return false
}

// proceedAny does one thing that can be done now. It returns false if there is none.
func (s *Simulation) proceedAny() bool {
	if ready := s.ready(); len(ready) > 0 {
		s.proceedWith(ready[0], s.chooseOutcome(ready[0]))
		return true
	}
	if s.cloud.DeliverDue() > 0 {
		return true
	}
	for _, m := range s.cloud.Mappings() {
		if s.invoke(m) {
			return true
		}
	}
	return false
}

// abandon ends what is still running, so that no coroutine is leaked.
func (s *Simulation) abandon() {
	for len(s.tasks) > 0 {
		t := s.tasks[0]
		t.ended = func() {}
		s.kill(t)
	}
}
