package tables

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
)

const (
	atOnce    = 3 // each with implementations of its own, so that cases do not interfere
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
	blocks := uint64((cases + block - 1) / block)
	workers.Run(ctx, atOnce, blocks, func(i uint64, give func(played) bool) {
		first := int(i) * block
		playBlock(ctx, start, known, seed, first, min(first+block, cases), give)
	}, func(p played) bool { return r.take(ctx, p) })
	if r.goesOn() {
		r.failed = errors.Join(r.failed, ctx.Err())
	}
	if err = errors.Join(r.failed, end()); err != nil {
		return err
	}
	return r.end()
}

// playBlock plays some cases on implementations of their own: dynoxide keeps the stream
// records of deleted tables, and gets slower with each.
func playBlock(ctx context.Context, start begin, known []difference, seed uint64, from, to int, give func(played) bool) {
	ours, theirs, end, err := start()
	if err != nil {
		give(played{n: from, err: err})
		return
	}
	p, err := newPair(ctx, ours, theirs, known, "differential")
	for n := from; n < to && err == nil; n++ {
		result := played{n: n, c: Generate(seed + uint64(n))}
		result.outcome, result.err = p.play(ctx, result.c)
		if !give(result) || result.err != nil {
			break
		}
	}
	if err != nil {
		give(played{n: from, err: errors.Join(err, end())})
		return
	}
	if err := end(); err != nil {
		give(played{n: noCase, err: err})
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

// noCase is the number of what failed beside the cases.
const noCase = -1

// played is a case that a worker has played.
type played struct {
	n int // or noCase
	c Case
	outcome
	err error
}
