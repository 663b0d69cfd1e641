package localrun

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// maxSamples bounds memory: under load, later latencies overwrite earlier ones.
const maxSamples = 10_000

// latencies are the times of every hop, and of whole journeys.
type latencies struct {
	legs  [hops]samples
	total samples
}

type samples struct {
	kept []time.Duration
	seen int
}

func (s *samples) add(d time.Duration) {
	if len(s.kept) < maxSamples {
		s.kept = append(s.kept, d)
	} else {
		s.kept[s.seen%maxSamples] = d
	}
	s.seen++
}

func (l *latencies) add(j *journey) {
	j.legs(func(h hop, took time.Duration) { l.legs[h].add(took) })
	if !j.at[put].IsZero() && !j.at[announced].IsZero() { // it may have come straight to the queue
		l.total.add(j.at[announced].Sub(j.at[put]))
	}
}

// print writes a table: a line per hop.
func (l *latencies) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "  hop\tchanges\tmedian ms\t99 %\tslowest\t")
	for h := queued; h < hops; h++ {
		l.legs[h].print(t, hopNames[h])
	}
	l.total.print(t, "bus to announced")
	_ = t.Flush() // w keeps its own error
}

func (s *samples) print(w io.Writer, name string) {
	if len(s.kept) == 0 {
		return
	}
	sorted := slices.Sorted(slices.Values(s.kept))
	at := func(share float64) string {
		return milliseconds(sorted[int(share*float64(len(sorted)-1)+0.5)])
	}
	fmt.Fprintf(w, "  %s\t%d\t%s\t%s\t%s\t\n", name, s.seen, at(0.5), at(0.99), at(1))
}
