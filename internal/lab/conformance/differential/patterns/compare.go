package patterns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
)

// Case is one question, with the operators in its pattern.
type Case struct {
	peers.Question
	Operators []string
}

// Generate makes the case of a seed.
func Generate(seed uint64) Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), operators: map[string]bool{}, branches: 1}
	drawn := g.group(0)
	event := g.event(drawn)
	for range g.IntN(3) * g.IntN(2) {
		event = g.perturb(event)
	}
	c := Case{Question: peers.Question{Pattern: text(drawn.json()), Event: text(event)}}
	switch g.IntN(16) {
	case 0:
		c.Pattern = text(g.mutate(drawn.json()))
	case 1:
		c.Pattern = text(drawn.json())
		if g.one(2) {
			c.Pattern = g.tear(c.Pattern)
		} else {
			c.Event = g.tear(c.Event)
		}
	}
	for name := range g.operators {
		c.Operators = append(c.Operators, name)
	}
	slices.Sort(c.Operators)
	return c
}

// local returns localaws' answer.
func local(q peers.Question) peers.Answer {
	p, err := pattern.Compile([]byte(q.Pattern))
	if err != nil {
		return peers.Answer{Verdict: peers.PatternRefused, Message: err.Error()}
	}
	matched, err := p.Match([]byte(q.Event))
	switch {
	case err != nil:
		return peers.Answer{Verdict: peers.EventRefused, Message: err.Error()}
	case matched:
		return peers.Answer{Verdict: peers.Matched}
	}
	return peers.Answer{Verdict: peers.NotMatched}
}

const (
	batch     = 2000 // questions on their way at once
	tolerated = 5    // differences after which it stops
)

// Compare plays the cases and writes the results to out. It returns an error if there
// are undeclared differences, or if event-ruler is missing.
func Compare(ctx context.Context, seed uint64, cases int, out io.Writer) error {
	ruler, err := peers.StartRuler(ctx)
	if err != nil {
		return err
	}
	defer ruler.Close() // it has no state
	return compare(ctx, ruler.Ask, seed, cases, out)
}

// ask asks the peer.
type ask func([]peers.Question) ([]peers.Answer, error)

func compare(ctx context.Context, peer ask, seed uint64, cases int, out io.Writer) error {
	if err := stale(peer); err != nil {
		return err
	}
	r := report{peer: peer, out: out, verdicts: map[peers.Verdict]int{}, declared: map[string]int{}}
	for from := 0; from < cases && r.undeclared < tolerated; from += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.play(seed+uint64(from), min(batch, cases-from)); err != nil {
			return err
		}
	}
	r.summary()
	if r.undeclared > 0 {
		return fmt.Errorf("%d differences are not declared", r.undeclared)
	}
	return nil
}

// stale looks for a declared difference whose example no longer differs.
func stale(peer ask) error {
	var failed error
	for _, known := range differences {
		theirs, err := peer([]peers.Question{known.example})
		if err != nil {
			return err
		}
		d, err := disagree(peer, known.example, local(known.example), theirs[0])
		if err != nil {
			return err
		}
		found := d != nil
		if found {
			if found, err = known.matches(*d); err != nil {
				return err
			}
		}
		if !found {
			failed = errors.Join(failed, fmt.Errorf("declared, but not there any more: %s (pattern %.99s, event %s)", known.reason, known.example.Pattern, known.example.Event))
		}
	}
	return failed
}

// disagree returns nil if both sides answer the same.
func disagree(peer ask, q peers.Question, ours, theirs peers.Answer) (*disagreement, error) {
	if ours.Verdict == theirs.Verdict {
		return nil, nil
	}
	separate, err := peer([]peers.Question{{Pattern: q.Pattern, Event: q.Event, Apart: true}})
	if err != nil {
		return nil, err
	}
	return &disagreement{Question: q, ours: ours, theirs: theirs, separate: separate[0], peer: peer}, nil
}

type report struct {
	peer       ask
	out        io.Writer
	verdicts   map[peers.Verdict]int
	declared   map[string]int
	undeclared int
	played     int
}

// play asks the peer about some cases, and answers them itself in the meantime.
func (r *report) play(seed uint64, n int) error {
	questions := make([]peers.Question, n)
	for i := range questions {
		questions[i] = Generate(seed + uint64(i)).Question
	}
	var theirs []peers.Answer
	var err error
	ours := make([]peers.Answer, n)
	workers.Both(func() { theirs, err = r.peer(questions) }, func() {
		for i, q := range questions {
			ours[i] = local(q)
		}
	})
	if err != nil {
		return err
	}
	for i, q := range questions {
		if err := r.judge(seed+uint64(i), q, ours[i], theirs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) judge(seed uint64, q peers.Question, ours, theirs peers.Answer) error {
	r.played++
	r.verdicts[ours.Verdict]++
	d, err := disagree(r.peer, q, ours, theirs)
	if d == nil || err != nil || r.undeclared >= tolerated {
		return err
	}
	known, err := declare(*d)
	if err != nil {
		return err
	}
	if known != nil {
		r.declared[known.reason]++
		return nil
	}
	r.undeclared++
	fmt.Fprintf(r.out, "seed %d\n  pattern      %s\n  event        %s\n  localaws     %s\n  event-ruler  %s\n  replay       go run ./internal/lab/cmd/lab differential patterns --seed %d --cases 1\n",
		seed, q.Pattern, q.Event, describe(ours), describe(theirs), seed)
	return nil
}

func describe(a peers.Answer) string {
	words := map[peers.Verdict]string{
		peers.Matched: "matches", peers.NotMatched: "does not match", peers.PatternRefused: "refuses the pattern", peers.EventRefused: "refuses the event",
	}[a.Verdict]
	if a.Message != "" {
		words += fmt.Sprintf(": %.200q", a.Message)
	}
	return words
}

func (r *report) summary() {
	v := r.verdicts
	fmt.Fprintf(r.out, "%d cases: %d match, %d do not, %d patterns and %d events are refused\n",
		r.played, v[peers.Matched], v[peers.NotMatched], v[peers.PatternRefused], v[peers.EventRefused])
	for _, known := range differences {
		fmt.Fprintf(r.out, "%6d declared: %s\n", r.declared[known.reason], known.reason)
	}
}
