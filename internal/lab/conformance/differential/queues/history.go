package queues

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The queues of a history.
const (
	source = iota
	dead
	queueCount
)

var roles = [queueCount]string{"source", "dead"}

// period is the number of seconds between rounds. Delays and timeouts are odd.
const period = 2

// history is what one case does.
type history struct {
	seed   uint64
	setup  [queueCount]settings
	rounds [][]step
}

// settings are the initial attributes of a queue, or the new value of one of them.
type settings struct {
	visibility int // seconds
	delay      int
	max        int // receives before a message goes to the dead-letter queue; 0: no policy
}

// step is one step of a history. Playing it returns, line by line, what was observed.
// An error is not the queue's answer but ends the play.
type step interface {
	fmt.Stringer
	play(p *player) ([]string, error)
}

func (h *history) String() string {
	var b strings.Builder
	for i, s := range h.setup {
		fmt.Fprintf(&b, "make %s with %+v\n", roles[i], s)
	}
	for r, steps := range h.rounds {
		for _, s := range steps {
			fmt.Fprintf(&b, "%2d s  %s\n", r*period, s)
		}
	}
	return b.String()
}

// generator draws a history.
type generator struct {
	*rand.Rand
	sent   int
	purged [queueCount]bool
}

const maxMessages = 20 // of a history

// generate makes the history of a seed.
func generate(seed uint64) *history {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	h := &history{seed: seed}
	h.setup[source] = settings{visibility: g.odd(), delay: pick(g, 0, 0, 0, 1, 3), max: pick(g, 0, 1, 1, 2, 2, 3)}
	h.setup[dead] = settings{visibility: g.odd(), delay: pick(g, 0, 0, 1)}
	h.rounds = append(h.rounds, []step{send{source, g.messages(3), true}, send{source, g.messages(1), false}, g.receive(source)})
	for range 6 + g.IntN(4) {
		var steps []step
		for range 3 + g.IntN(3) {
			steps = append(steps, g.step())
		}
		h.rounds = append(h.rounds, steps)
	}
	h.rounds = append(h.rounds, []step{look{source}, look{dead}, g.receive(source), g.receive(dead), look{source}, look{dead}})
	return h
}

// kinds are the steps by how often they come.
var kinds = []struct {
	weight int
	draw   func(g *generator) step
}{
	{18, func(g *generator) step { return send{g.queue(), g.messages(1), false} }},
	{12, func(g *generator) step { return send{g.queue(), g.messages(1 + g.IntN(4)), true} }},
	{26, func(g *generator) step { return g.receive(g.queue()) }},
	{8, func(g *generator) step { return remove{g.queue(), g.choices(1), false} }},
	{6, func(g *generator) step { return remove{g.queue(), g.choices(1 + g.IntN(4)), true} }},
	{8, func(g *generator) step { return hide{g.queue(), g.choices(1), g.timeout(), false} }},
	{6, func(g *generator) step { return hide{g.queue(), g.choices(1 + g.IntN(4)), g.timeout(), true} }},
	{8, func(g *generator) step { return look{g.queue()} }},
	{3, func(g *generator) step { return set{g.queue(), "VisibilityTimeout", g.odd()} }},
	{2, func(g *generator) step { return set{g.queue(), "DelaySeconds", pick(g, 0, 0, 1, 3)} }},
	{3, func(g *generator) step { return set{source, "RedrivePolicy", 1 + g.IntN(3)} }},
	{2, func(g *generator) step { return g.purge(g.queue()) }},
	{8, func(g *generator) step { return mistake{g.queue(), mistakes[g.IntN(len(mistakes))].name} }},
}

func (g *generator) step() step {
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	n := g.IntN(total)
	for _, k := range kinds {
		if n -= k.weight; n < 0 {
			return k.draw(g)
		}
	}
	panic("unreachable: n is less than the sum of the weights")
}

// purge is drawn once for each queue: SQS refuses a second one within a minute.
func (g *generator) purge(queue int) step {
	if g.purged[queue] {
		return look{queue}
	}
	g.purged[queue] = true
	return purge{queue}
}

func (g *generator) queue() int { return pick(g, source, source, source, dead) }

// odd returns a number of seconds that ends between two rounds.
func (g *generator) odd() int { return 1 + 2*g.IntN(3) }

// timeout returns an odd number of seconds, or 0 for at once.
func (g *generator) timeout() int { return pick(g, 0, 1, 3, 5) }

// choices returns numbers that select among later receipt handles.
func (g *generator) choices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = g.IntN(1 << 16)
	}
	return list
}

func (g *generator) receive(queue int) step {
	return receive{
		queue: queue, max: pick(g, 10, 10, 10, 10, 10, 10, 4, 1), visibility: pick(g, 0, 0, 1, 3, 5),
		system: pick(g, "All", "All", "All", "ApproximateReceiveCount", ""),
		user:   pick(g, "All", "All", ".*", "colour", ""),
	}
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }
