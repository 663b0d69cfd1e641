package tables

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

const (
	workers   = 3 // each with implementations of its own, so that cases do not interfere
	block     = 500
	tolerated = 5 // differences after which it stops
	full      = 50_000
	tellEvery = 5 * time.Second
)

// Compare plays the cases and writes the results to out. It returns an error if there
// are undeclared differences, or if dynoxide is missing.
func Compare(ctx context.Context, seed uint64, cases int, out io.Writer) error {
	return compare(ctx, beginLocalAndDynoxide, differences, seed, cases, out)
}

// A begin starts two implementations without tables. end ends them.
type begin func() (ours, theirs aws.Config, end func() error, err error)

func beginLocalAndDynoxide() (ours, theirs aws.Config, end func() error, err error) {
	url, stopTheirs, err := peers.Start("dynoxide")
	if err != nil {
		return ours, theirs, nil, err
	}
	ours, stopOurs, err := conformance.Local(1)
	if err != nil {
		return ours, theirs, nil, errors.Join(err, stopTheirs())
	}
	return ours, peers.Config(url), func() error { stopOurs(); return stopTheirs() }, nil
}

// compare plays the cases on two implementations.
func compare(ctx context.Context, start begin, known []difference, seed uint64, cases int, out io.Writer) error {
	r := newReport(out, seed, cases, known)
	ours, theirs, end, err := start()
	if err != nil {
		return err
	}
	if r.reducing, err = newPair(ctx, ours, theirs, known, "differential-reducing"); err != nil {
		return errors.Join(err, end())
	}
	ctx, cancel := context.WithCancel(ctx)
	results := make(chan played, 64)
	var failures failures
	var running sync.WaitGroup
	for i := range workers {
		running.Go(func() {
			for first := i * block; first < cases && ctx.Err() == nil; first += workers * block {
				playBlock(ctx, start, known, seed, first, min(first+block, cases), results, failures.add)
			}
		})
	}
	err = r.collect(ctx, results)
	cancel()
	running.Wait()
	if err = errors.Join(err, end(), failures.err); err != nil {
		return err
	}
	return r.end()
}

// failures are errors that do not belong to a case.
type failures struct {
	mu  sync.Mutex
	err error
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = errors.Join(f.err, err)
}

// playBlock plays some cases on implementations of their own: dynoxide keeps the stream
// records of deleted tables, and gets slower with each.
func playBlock(ctx context.Context, start begin, known []difference, seed uint64, from, to int, results chan<- played, failed func(error)) {
	give := func(p played) bool {
		select {
		case results <- p:
			return p.err == nil
		case <-ctx.Done():
			return false
		}
	}
	ours, theirs, end, err := start()
	if err != nil {
		give(played{n: from, err: err})
		return
	}
	p, err := newPair(ctx, ours, theirs, known, "differential")
	for n := from; n < to && err == nil; n++ {
		result := played{n: n, c: Generate(seed + uint64(n))}
		result.outcome, result.err = p.play(ctx, result.c)
		if !give(result) {
			break
		}
	}
	if err != nil {
		give(played{n: from, err: errors.Join(err, end())})
		return
	}
	if err := end(); err != nil {
		failed(err)
	}
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
