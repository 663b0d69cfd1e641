package tables

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/localaws/conformance"
	"github.com/bot-preferences/bot-preferences/localaws/conformance/peers"
)

const (
	workers   = 6 // each with tables of its own, so that a case meets no other
	tolerated = 5 // differences after which it stops
	full      = 50_000
	tellEvery = 5 * time.Second
)

// Compare plays the cases and writes what it found to out. The error says that
// there are differences that are not declared, or that dynoxide is missing.
func Compare(ctx context.Context, seed uint64, cases int, out io.Writer) error {
	url, err := peers.URL("dynoxide")
	if err != nil {
		return err
	}
	local, stop, err := conformance.Local(seed)
	if err != nil {
		return err
	}
	defer stop()
	return compare(ctx, local, peers.Config(url), differences, seed, cases, out)
}

// compare plays the cases on two implementations.
func compare(ctx context.Context, ours, theirs aws.Config, known []difference, seed uint64, cases int, out io.Writer) error {
	var pairs []*pair
	for i := range min(workers, cases) {
		p, err := newPair(ctx, ours, theirs, known, fmt.Sprintf("differential-%d", i))
		if err != nil {
			return err
		}
		pairs = append(pairs, p)
	}
	r := newReport(out, seed, cases, known)
	var err error
	if r.reducing, err = newPair(ctx, ours, theirs, known, "differential-reducing"); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	results := make(chan played, 64)
	var running sync.WaitGroup
	for i, p := range pairs {
		running.Go(func() {
			for n := i; n < cases; n += len(pairs) {
				result := played{n: n}
				result.c = Generate(seed + uint64(n))
				result.outcome, result.err = p.play(ctx, result.c)
				select {
				case results <- result:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	err = r.collect(ctx, results)
	cancel()
	running.Wait()
	if err != nil {
		return err
	}
	return r.end()
}

func newPair(ctx context.Context, ours, theirs aws.Config, known []difference, prefix string) (*pair, error) {
	a, err := newSide(ctx, "localaws", ours, prefix)
	if err != nil {
		return nil, err
	}
	b, err := newSide(ctx, "dynoxide", theirs, prefix)
	return &pair{ours: a, theirs: b, known: known}, err
}

// played is a case that a worker has played.
type played struct {
	n int
	c Case
	outcome
	err error
}
