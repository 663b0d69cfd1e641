package throughput

import (
	"fmt"
	"io"
	"runtime"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// A Result is the result of one run.
type Result struct {
	Options
	Folds []Fold
}

// A Fold is the result for one fold factor.
type Fold struct {
	Fold, Users, Changes int // in a batch
	Rows                 []Row
}

// A Row is one measured thing.
type Row struct {
	Name      string
	PerChange float64 // nanoseconds, median of the rounds
	Ratio     float64 // changes per second, divided by the floor's

	// For each change. 0: not counted.
	Allocations, Bytes float64

	// Requests for each change, if something is stored.
	Stores          bool
	Requests, Reads float64
}

func (r *Row) count(requests map[string]int, w workload.Workload, batches int) {
	all := 0
	for _, n := range requests {
		all += n
	}
	r.Stores = true
	r.Requests, r.Reads = float64(all)/float64(batches*w.Changes), float64(all-requests["UpdateItem"])/float64(batches*w.Changes)
}

// row finds a row by its name.
func (f *Fold) row(name string) Row {
	for _, r := range f.Rows {
		if r.Name == name {
			return r
		}
	}
	return Row{}
}

// Write prints one section in Markdown.
func (r Result) Write(out io.Writer) error {
	w := workload.New(1)
	p := printer{out: out}
	p.printf("## Throughput of apply\n\n"+
		"Batches have %d changes of one key each, with values of %d bytes, in profiles of 8 keys and %d bytes.\n"+
		"Times are processor time of one core, including garbage collection.\n"+
		"In %d rounds of %d batches the floor and the shares take turns. Each ratio is the median of the rounds' ratios.\n"+
		"The whole handlers run in later rounds. The floor runs there again, and their ratios compare with that floor.\n"+
		"Each table below has rounds of its own, so times of different tables are not comparable.\n"+
		"Allocations of the handlers on localaws are left out, because they would include those of its tables.\n"+
		"The builds do not use the flags that make the deployed binaries small. %s, %s/%s.\n\n"+
		"The target of 0.5 is for our share without reading the profile in the answer, because the floor reads no answer.\n"+
		"The fourth column includes that reading.\n\n", w.Changes, w.ValueBytes, w.ItemBytes, r.Rounds, r.Batches, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	p.printf("| changes of a user in a batch | changes per second, our share / floor, at least 0.5 | decoding alone / floor | our share and reading the answer's profile / floor | time, SDK / our share | DynamoDB requests per change | users / changes of a batch | reads |\n" +
		"| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, f := range r.Folds {
		ours, sdk, stored := f.row(ourName), f.row(sdkName), f.row(memoryName)
		p.printf("| %d | %.2f | %.2f | %.2f | %.1f | %.2f | %.2f | %.0f |\n", f.Fold, ours.Ratio, f.row(decodeName).Ratio, f.row(answerName).Ratio, ours.Ratio/sdk.Ratio, stored.Requests, float64(f.Users)/float64(f.Changes), stored.Reads)
	}
	p.printf("%s", r.about())
	for _, f := range r.Folds {
		p.printf("\n%s of each user in a batch:\n\n| | changes per second / floor | changes per second and core | microseconds per change | allocations per change | bytes per change |\n| --- | ---: | ---: | ---: | ---: | ---: |\n", changes(f.Fold))
		for _, row := range f.Rows {
			p.printf("| %s | %.2f | %.0f | %.1f | %s | %s |\n", row.Name, row.Ratio, 1e9/row.PerChange, row.PerChange/1e3, counted("%.1f", row.Allocations), counted("%.0f", row.Bytes))
		}
	}
	return p.err
}

func changes(n int) string {
	if n == 1 {
		return "1 change"
	}
	return fmt.Sprintf("%d changes", n)
}

func counted(form string, n float64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf(form, n)
}

// A printer keeps the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) printf(form string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, form, args...)
	}
}
