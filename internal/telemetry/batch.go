package telemetry

import "time"

// A Batch is what one invocation counted and measured. The zero Batch is empty. It is
// for one goroutine.
type Batch struct {
	counts  [counters]int64 // DeadLettered is in letters
	letters []letters       // by code, in the order of their first letters
	delays  [delays][]int64 // ms
}

// letters are the dead letters of one code.
type letters struct {
	code string
	n    int64
}

// Add adds n to a counter. n below 1 adds nothing. DeadLettered needs a code: see
// Letter.
func (b *Batch) Add(c Counter, n int) {
	if n > 0 && c != DeadLettered {
		b.counts[c] += int64(n)
	}
}

// Settled counts one change that is done and was not refused: as Merged, Duplicates or
// Superseded, and as Accepted.
func (b *Batch) Settled(as Counter) {
	b.Add(as, 1)
	b.Add(Accepted, 1)
}

// Letter counts one dead letter with its code.
func (b *Batch) Letter(code string) {
	for i := range b.letters {
		if b.letters[i].code == code {
			b.letters[i].n++
			return
		}
	}
	b.letters = append(b.letters, letters{code, 1})
}

// Measured adds a time to a delay. Stamps come from other clocks, so it may be negative.
// That counts as 0, because a single negative value hides all percentiles of a metric in
// CloudWatch.
func (b *Batch) Measured(d Delay, took time.Duration) {
	b.delays[d] = append(b.delays[d], max(took.Milliseconds(), 0))
}

// maxValues is how many values of one metric a line may have, by the specification.
const maxValues = 100

// lines is how many lines the batch needs: one, and more only where a delay has more
// than maxValues values, or where there are several codes. A line has one value of each
// dimension.
func (b *Batch) lines() int {
	n := max(1, len(b.letters))
	for _, values := range b.delays {
		n = max(n, (len(values)+maxValues-1)/maxValues)
	}
	return n
}

// values are those of a delay in the line with this number.
func (b *Batch) values(d Delay, line int) []int64 {
	all := b.delays[d]
	return all[min(line*maxValues, len(all)):min((line+1)*maxValues, len(all))]
}
