package queues

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
)

const (
	// pace is the interval between the starts of histories. It spreads the load: a
	// history lasts about 18 seconds, so about 200 are under way.
	pace = 85 * time.Millisecond

	// apart is the interval between steps on the peer. ElasticMQ counts a message as
	// visible only from the millisecond after it became visible.
	interval = 2 * time.Millisecond

	// tries is how often a history is played before the comparison gives up.
	tries = 5

	// shown is the number of undeclared differences after which the comparison stops.
	shown = 5

	// maxStarved is the share of the histories that may end early by starvation. With
	// more, the comparison says too little. For seeds 1 to 2000 the share was 0.5 %. A
	// run with few cases may have fewStarved.
	maxStarved = 0.02
	fewStarved = 5

	// connections to the peer at once.
	connections = 64
)

// Compare plays the cases and writes the results to out. It returns an error if there
// are undeclared differences, or if the peer does not answer.
func Compare(ctx context.Context, seed uint64, cases int, out io.Writer) error {
	url, err := peers.URL("elasticmq")
	if err != nil {
		return err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	cfg := peers.Config(url)
	cfg.HTTPClient = &http.Client{Transport: transport}
	remote := sqs.NewFromConfig(cfg)
	c := &comparison{out: out, declared: map[string]int{}}
	c.peer = func(ctx context.Context, _ uint64) *player {
		return &player{Client: remote, ctx: ctx, clock: wallClock{}, interval: interval}
	}
	return c.run(ctx, seed, cases, pace)
}

// comparison is one run.
type comparison struct {
	out  io.Writer
	peer func(ctx context.Context, seed uint64) *player

	mu         sync.Mutex
	histories  int
	steps      int
	waiting    []attempt
	underWay   int
	again      int // how often a history had to be played again
	undeclared int
	starved    int            // histories that were compared only up to a starvation
	declared   map[string]int // how often, by name
	failed     error
}

// attempt is a history to play, for the try-th time, counted from 0.
type attempt struct {
	seed uint64
	try  int
}

// run plays the histories. Those that were late are played again after the others.
func (c *comparison) run(ctx context.Context, seed uint64, cases int, pace time.Duration) error {
	for i := range cases {
		c.waiting = append(c.waiting, attempt{seed: seed + uint64(i)})
	}
	c.playAll(ctx, pace)
	fmt.Fprintf(c.out, "%d histories with %d steps: %d undeclared differences; %d times one was played again, mostly for a round took too long\n", c.histories, c.steps, c.undeclared, c.again)
	for _, name := range slices.Sorted(maps.Keys(c.declared)) {
		fmt.Fprintf(c.out, "  declared: %6d × %s\n", c.declared[name], name)
	}
	fmt.Fprintf(c.out, "  %d of the histories were compared only up to a step, for %s\n", c.starved, starvation)
	if allowed := max(fewStarved, int(maxStarved*float64(c.histories))); c.starved > allowed {
		c.failed = errors.Join(c.failed, fmt.Errorf("%d of %d histories were not compared to their end, more than %d", c.starved, c.histories, allowed))
	}
	if c.undeclared > 0 {
		c.failed = errors.Join(c.failed, fmt.Errorf("%d undeclared differences", c.undeclared))
	}
	return errors.Join(c.failed, ctx.Err())
}

// next returns the next attempt. more is true while attempts wait, or are under way and
// may be late.
func (c *comparison) next() (a attempt, ok, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.undeclared >= shown || c.failed != nil || len(c.waiting)+c.underWay == 0 {
		return a, false, false
	}
	if len(c.waiting) == 0 {
		return a, false, true
	}
	a, c.waiting = c.waiting[0], c.waiting[1:]
	c.underWay++
	return a, true, true
}

func (c *comparison) playAll(ctx context.Context, pace time.Duration) {
	if pace == 0 { // time is not real, so playing side by side gains nothing
		for a, ok, _ := c.next(); ok && ctx.Err() == nil; a, ok, _ = c.next() {
			c.play(ctx, a)
		}
		return
	}
	workers.Paced(ctx, pace, func() (play func(context.Context), more bool) {
		a, ok, more := c.next()
		if ok {
			play = func(ctx context.Context) { c.play(ctx, a) }
		}
		return play, more
	})
}

// play plays one history on both sides and compares them.
func (c *comparison) play(ctx context.Context, a attempt) {
	h := generate(a.seed)
	name := fmt.Sprintf("botprefs-%d-%d", a.seed, a.try)
	localLines, err := local(ctx, a.seed, nil).play(h, name)
	var peerLines [][]string
	if err != nil {
		a.try = tries // localaws is never late
	} else {
		peerLines, err = c.peer(ctx, a.seed).play(h, name)
	}
	c.locked(func() {
		c.underWay--
		switch {
		case c.undeclared >= shown || c.failed != nil: // enough differences were shown
		case err != nil && a.try+1 < tries && ctx.Err() == nil:
			// The peer was late, or an answer was incomplete. Neither is the peer's
			// answer. One of the tries must succeed.
			if c.again++; !errors.Is(err, errLate) {
				fmt.Fprintf(c.out, "seed %d is played again: %v\n", a.seed, err)
			}
			c.waiting = append(c.waiting, attempt{a.seed, a.try + 1})
		case err != nil:
			c.failed = fmt.Errorf("seed %d could not be played: %w", a.seed, err)
		default:
			c.judge(h, localLines, peerLines)
		}
	})
}

func (c *comparison) locked(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// judge compares the results step by step. It ends with the first undeclared
// difference, or when messages starve: after that the two histories are no longer the
// same.
func (c *comparison) judge(h *history, localLines, peerLines [][]string) {
	c.histories++
	i := 0
	for r, steps := range h.rounds {
		for _, s := range steps {
			if starved(s, localLines[i], peerLines[i]) {
				c.starved++
				c.steps += i
				return
			}
			if !c.same(s, localLines[i], peerLines[i]) {
				c.undeclared++
				c.report(h, r, s, localLines[:i+1], peerLines[:i+1])
				return
			}
			i++
		}
	}
	c.steps += i
}

// same compares the lines of a step and counts declared differences.
func (c *comparison) same(s step, localLines, peerLines []string) bool {
	if len(localLines) != len(peerLines) {
		return false
	}
	for i := range localLines {
		if localLines[i] == peerLines[i] {
			continue
		}
		name, ok := declare(s, localLines[i], peerLines[i])
		if !ok {
			return false
		}
		c.declared[name]++
	}
	return true
}

func (c *comparison) report(h *history, r int, s step, localLines, peerLines [][]string) {
	fmt.Fprintf(c.out, "seed %d differs in the round at %d s: %s\n", h.seed, r*period, s)
	for _, side := range []struct {
		name string
		seen [][]string
	}{{"localaws", localLines}, {"elasticmq", peerLines}} {
		fmt.Fprintf(c.out, "%s:\n", side.name)
		for _, line := range side.seen[len(side.seen)-1] {
			fmt.Fprintf(c.out, "    %.300s\n", line)
		}
	}
	fmt.Fprintf(c.out, "the history, with what both saw before:\n")
	for i, setup := range h.setup {
		fmt.Fprintf(c.out, "    made %s with %+v\n", roles[i], setup)
	}
	i := 0
	for r, steps := range h.rounds {
		for _, s := range steps {
			if i == len(localLines) {
				break
			}
			fmt.Fprintf(c.out, "    %2d s  %s\n", r*period, s)
			for _, line := range localLines[i] {
				fmt.Fprintf(c.out, "              %.120s\n", line)
			}
			i++
		}
	}
	fmt.Fprintf(c.out, "again: go run ./internal/lab/cmd/lab differential queues --seed %d --cases 1\n\n", h.seed)
}
