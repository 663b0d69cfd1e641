package sim

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Simulation plays one history. It is used once, by one goroutine.
type Simulation struct {
	seed uint64
	plan plan
	now  time.Time
	rand *rand.Rand // of the current step

	sources []*source // randomness of localaws and of the bots

	cloud    *localaws.Cloud
	services http.Handler
	names    names
	handlers handlers

	log         *oracle.Log
	items       map[string]*oracle.Image // by user, as the table has them
	sent        []string                 // bodies that the change queue was to receive
	announced   []string                 // the announcements in their envelopes
	following   []skill
	tasks       []*task
	current     *task  // the running task
	acting      *task  // the task whose request is carried out
	serial      int    // numbers values and everything else that needs a name
	down        string // the prefix of a service's operations while that service is down
	again       bool   // the change queue is being sent a copy
	redriving   bool   // the change queue is being sent a dead letter
	halfDay     bool   // half a day has passed since everything was settled
	requests    int
	seen        map[string]int
	invocations map[string]*outcome // by the invocation's id
	redriven    map[string]bool     // messages, by their ids

	out io.Writer // where the history is printed; nil: nowhere
}

// names are the stack's resources as facts name them.
type names struct {
	bus, rule, changes, letters, unannounced, table string

	history, historyLetters, historyTable string // empty where there is no history
}

// epoch is the start of every history.
var epoch = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// A sabotage breaks the pipeline on purpose, for tests of the simulator.
type sabotage func(*Simulation)

func newSimulation(s *stack.Stack, seed uint64, out io.Writer) *Simulation {
	sim := &Simulation{
		seed: seed, now: epoch, rand: rand.New(rand.NewPCG(seed, 0)),
		items: map[string]*oracle.Image{}, seen: map[string]int{}, invocations: map[string]*outcome{}, redriven: map[string]bool{}, out: out,
	}
	sim.plan = sim.makePlan()
	sim.plan.history = seed%historyEvery == 0
	sim.log = oracle.New(sim.plan.heavy)
	if sim.plan.full {
		sim.log.Full()
	}
	w := &world.World{
		Region: s.Region, Account: s.Account,
		Now: func() time.Time { return sim.now }, Rand: rand.New(sim.source(1)), Observe: sim.observe,
	}
	built := sim.plan.apply(s)
	cloud, err := localaws.New(w, built)
	must(err)
	cloud.Queues.BaseURL(endpoint)
	sim.cloud, sim.names = cloud, namesOf(built)
	changes, _ := cloud.Queues.Queue(sim.names.changes)
	refused := []string{changes.ARN()}
	if kept, ok := cloud.Queues.Queue(sim.names.history); ok && sim.plan.history {
		refused = append(refused, kept.ARN())
	}
	cloud.Refuse = sim.refuse(refused...)
	serial := 0
	sim.services = wire.Handler(answerCall, func() string { serial++; return strconv.Itoa(serial) }, cloud.Services()...)
	sim.wire()
	if sim.handlers.previous != nil {
		sim.plan.inferences = 0 // the version before may not know them
	}
	sim.following = sim.skills()
	return sim
}

func namesOf(s *stack.Stack) names {
	name := func(arn string) string {
		for _, q := range s.Queues {
			if q.ARN == arn {
				return q.Name
			}
		}
		panic("sim: the stack has no queue " + arn)
	}
	n := names{
		bus: s.Buses[0].Name, rule: s.Rules[0].Name, changes: s.QueueMappings[0].Queue, table: s.Tables[0].Name,
		letters: name(s.Rules[0].Targets[0].DeadLetterARN), unannounced: name(s.StreamMappings[0].OnFailureARN),
	}
	if len(s.QueueMappings) > 1 {
		n.history, n.historyLetters, n.historyTable = s.QueueMappings[1].Queue, name(s.Rules[1].Targets[0].DeadLetterARN), s.Tables[1].Name
	}
	return n
}

// step plays the step with that number, whatever was played before it.
func (s *Simulation) step(number int) {
	s.rand = rand.New(rand.NewPCG(s.seed, uint64(number)+2))
	for _, source := range s.sources { // no step may depend on how much randomness another one used
		source.seed(number)
	}
	s.number(number)
	if number == 0 && s.plan.full {
		s.fill()
		return
	}
	s.plan.pick(s.rand)(s)
}

func (s *Simulation) number(n int) {
	if s.out != nil {
		fmt.Fprintf(s.out, "%4d  %s\n", n, s.now.UTC().Format("01-02 15:04:05.000"))
	}
}

// printf prints a line of the history, if it is printed.
func (s *Simulation) printf(format string, args ...any) {
	if s.out != nil {
		fmt.Fprintf(s.out, "      "+format+"\n", args...)
	}
}

// happened counts events, so that a run can show what it tried.
func (s *Simulation) happened(event string) { s.seen[event]++ }

func (s *Simulation) chance(p float64) bool { return s.rand.Float64() < p }

// quietLog is the handlers' log.
var quietLog = slog.New(slog.DiscardHandler)
