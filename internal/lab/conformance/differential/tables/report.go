package tables

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// report collects the outcomes in the order of the cases.
type report struct {
	out                     io.Writer
	seed                    uint64
	cases                   int
	known                   []difference
	played, requests, calls int
	diverged                int // cases whose end is not compared
	codes, declared         map[string]int
	differences             map[string]bool // by signature
	begun, reported         time.Time
	reducing                *pair // has tables of its own
	waiting                 map[int]played
	failed                  error
}

func newReport(out io.Writer, seed uint64, cases int, known []difference) *report {
	now := time.Now()
	return &report{
		out: out, seed: seed, cases: cases, known: known, begun: now, reported: now,
		codes: map[string]int{}, declared: map[string]int{}, differences: map[string]bool{}, waiting: map[int]played{},
	}
}

// take processes an outcome and tells whether there is more to play. It processes
// outcomes in the order of the cases, so that a run always reports the same.
func (r *report) take(ctx context.Context, p played) (more bool) {
	if p.n == noCase {
		r.failed = errors.Join(r.failed, p.err)
		return false
	}
	r.waiting[p.n] = p
	for p, ok := r.waiting[r.played]; ok && r.goesOn(); p, ok = r.waiting[r.played] {
		delete(r.waiting, p.n)
		if p.err != nil {
			r.failed = errors.Join(r.failed, fmt.Errorf("seed %d: %w", r.seed+uint64(p.n), p.err))
			break
		}
		r.failed = errors.Join(r.failed, r.add(ctx, p))
	}
	return r.goesOn()
}

// goesOn reports whether cases are left to play, and a reason to do so.
func (r *report) goesOn() bool {
	return r.failed == nil && r.played < r.cases && len(r.differences) < tolerated
}

func (r *report) add(ctx context.Context, p played) error {
	r.played++
	r.requests += len(p.codes)
	r.calls += p.calls
	if p.diverged {
		r.diverged++
	}
	for _, code := range p.codes {
		r.codes[code]++
	}
	for _, reason := range p.declared {
		r.declared[reason]++
	}
	if p.found != nil {
		if err := r.show(ctx, p); err != nil {
			return err
		}
	}
	if now := time.Now(); now.Sub(r.reported) >= tellEvery {
		r.reported = now
		fmt.Fprintf(r.out, "%d of %d cases, %d requests, %.0f s\n", r.played, r.cases, r.requests, now.Sub(r.begun).Seconds())
	}
	return nil
}

var particular = regexp.MustCompile(`token: ".*|\{.*\}|\[.*\]|'[^']*'|"[^"]*"|: .*|\d+`)

// signature identifies a difference by its kind, without particulars.
func (d disagreement) signature() string {
	return strings.Join([]string{
		d.request.operation, d.subject, d.ours.code, d.theirs.code,
		particular.ReplaceAllString(d.ours.message, ""), particular.ReplaceAllString(d.theirs.message, ""),
	}, "|")
}

// show prints a difference, once.
func (r *report) show(ctx context.Context, p played) error {
	s := p.found.signature()
	if r.differences[s] {
		return nil
	}
	r.differences[s] = true
	seed := r.seed + uint64(p.n)
	fmt.Fprintf(r.out, "seed %d: different is %s\n", seed, p.found.subject)
	small, err := r.reducing.reduce(ctx, p.c, *p.found)
	if err != nil {
		return err
	}
	c, d := small.c, small.d
	fmt.Fprintf(r.out, "  table %+v, reduced from %d requests\n", shapes[c.shape], len(p.c.requests))
	for _, q := range c.requests {
		fmt.Fprintf(r.out, "  %s %s\n", q.operation, text(q.body))
	}
	fmt.Fprintf(r.out, "  localaws  %s\n  dynoxide  %s\n%s", d.ours, d.theirs, indented(d))
	fmt.Fprintf(r.out, "  replay    go run ./internal/lab/cmd/lab differential tables --seed %d --cases 1\n", seed)
	return nil
}

// String is the answer in one line.
func (a answer) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %.1000s", a.code, a.message, text(a.body)))
}

// indented is the difference between two answers that are not errors.
func indented(d disagreement) string {
	diff := cmp.Diff(canonical(d.ours.body), canonical(d.theirs.body))
	if diff == "" || d.ours.code != d.theirs.code {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(diff), "\n")
	if len(lines) > shownLines {
		lines = append(lines[:shownLines], "...")
	}
	return "    " + strings.Join(lines, "\n    ") + "\n"
}

const shownLines = 30

// end prints the counts. It returns an error if there were differences or, in a full
// run, if a declared one no longer exists.
func (r *report) end() error {
	fmt.Fprintf(r.out, "%d cases in %.0f s, %d requests and %d comparisons in all: %d accepted", r.played, time.Since(r.begun).Seconds(), r.requests, r.calls, r.codes[""])
	for _, code := range slices.Sorted(maps.Keys(r.codes)) {
		if code != "" {
			fmt.Fprintf(r.out, ", %d %s", r.codes[code], code)
		}
	}
	fmt.Fprintln(r.out)
	var stale []string
	for _, known := range r.known {
		fmt.Fprintf(r.out, "%7d declared: %s\n", r.declared[known.reason], known.reason)
		if r.declared[known.reason] == 0 {
			stale = append(stale, known.reason)
		}
	}
	fmt.Fprintf(r.out, "%7d cases came apart: a side carried out what the other refused, so that their tables and streams are not compared\n", r.diverged)
	switch {
	case len(r.differences) > 0:
		return fmt.Errorf("%d kinds of differences are not declared", len(r.differences))
	case len(stale) > 0 && r.cases >= full:
		return fmt.Errorf("declared, but not there any more: %s", strings.Join(stale, "; "))
	case r.diverged*100 > maxApart*r.played && r.cases >= full:
		return fmt.Errorf("%d of %d cases came apart, more than %d %%", r.diverged, r.played, maxApart)
	}
	return nil
}

// maxApart is how many cases of a hundred may end without a comparison of the tables.
// With more, too much is not compared.
const maxApart = 5
