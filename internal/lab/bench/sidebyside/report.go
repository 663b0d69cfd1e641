package sidebyside

import (
	"fmt"
	"io"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

const notMeasured = "-"

// Write prints the result as a Markdown section: ratios, counts, wrong values, then
// times.
func (r Result) Write(w io.Writer) error {
	var b strings.Builder
	load := workload.New(1)
	fmt.Fprintf(&b, "## Side by side\n\nThis section compares apply with what people use in its place.\n"+
		"Each design is a warm process that gets its invocations over the Lambda Runtime API.\n"+
		"Each has a table of its own in one localaws, over HTTP on 127.0.0.1.\n"+
		"A change sets one key to a value of %d bytes, in a profile of 8 keys and about %d bytes.\n"+
		"Apply and the other queue consumers get batches of %d changes. The service gets one change at a time.\n"+
		"In %d rounds of %d batches the designs take turns. The service gets only the first batch of each round.\n"+
		"The fold is the number of changes that each user has in a batch.\n", load.ValueBytes, load.ItemBytes, load.Changes, r.Rounds, r.Batches)
	if r.Missing != "" {
		fmt.Fprintf(&b, "\nThe naive Python service is left out: %s.\n", r.Missing)
	}
	for _, part := range []struct {
		text  string
		table *table.Table
	}{
		{"What each design uses for a change, relative to apply. Each ratio is the median of the rounds' ratios.\n" +
			"Processor time is that of the function's process alone. Elapsed time includes localaws:", r.ratios()},
		{"The DynamoDB requests and units for each change, as localaws counts them:", r.counts()},
		{fmt.Sprintf("Wrong values: how many of %d keys of one user do not end with the newest value:", batchChanges), r.wrong()},
		{fmt.Sprintf("On %s:", r.Machine), r.times()},
	} {
		fmt.Fprintf(&b, "\n%s\n\n", part.text)
		if err := part.table.Write(&b); err != nil {
			return err
		}
	}
	text := strings.ReplaceAll(b.String(), "\n\n\n", "\n\n") // a table ends with an empty line
	_, err := io.WriteString(w, strings.TrimRight(text, "\n")+"\n")
	return err
}

// A column is a heading and the value for each design.
type column struct {
	name  string
	value func(d, apply *Design) string
}

// byFold returns a column for each fold.
func byFold(name string, value func(d, apply *Figures) string) []column {
	var all []column
	for i, fold := range folds {
		all = append(all, column{fmt.Sprintf("%s, fold %d", name, fold), func(d, apply *Design) string { return value(&d.Folds[i], &apply.Folds[i]) }})
	}
	return all
}

func (r *Result) table(heading string, columns ...column) *table.Table {
	names := []string{heading}
	for _, c := range columns {
		names = append(names, c.name)
	}
	t := table.New(names...)
	for i := range r.Designs {
		cells := []string{r.Designs[i].Name}
		for _, c := range columns {
			cells = append(cells, c.value(&r.Designs[i], &r.Designs[len(r.Designs)-1]))
		}
		t.Row(cells...)
	}
	return t
}

func (r *Result) ratios() *table.Table {
	columns := byFold("processor time", func(d, apply *Figures) string { return known(ratio(d.CPU, apply.CPU), "%.2f") })
	columns = append(columns, byFold("elapsed time", func(d, apply *Figures) string { return known(ratio(d.Wall, apply.Wall), "%.2f") })...)
	columns = append(columns, byFold("requests", func(d, apply *Figures) string {
		return known(d.perChange().Requests/apply.perChange().Requests, "%.2f")
	})...)
	columns = append(columns, column{"resident memory", func(d, apply *Design) string {
		return known(ratio([]float64{float64(d.Resident)}, []float64{float64(apply.Resident)}), "%.2f")
	}})
	return r.table("per change, relative to apply", columns...)
}

func (r *Result) counts() *table.Table {
	columns := byFold("requests", func(d, _ *Figures) string { return fmt.Sprintf("%.2f", d.perChange().Requests) })
	columns = append(columns, byFold("write units", func(d, _ *Figures) string { return fmt.Sprintf("%.2f", d.perChange().WriteUnits) })...)
	columns = append(columns, byFold("read units", func(d, _ *Figures) string { return fmt.Sprintf("%.2f", d.perChange().ReadUnits) })...)
	return r.table("per change", columns...)
}

func (r *Result) wrong() *table.Table {
	var columns []column
	for i, delivery := range deliveries() {
		columns = append(columns, column{delivery.name, func(d, _ *Design) string { return fmt.Sprint(d.Wrong[i]) }})
	}
	return r.table("wrong values", columns...)
}

func (r *Result) times() *table.Table {
	columns := byFold("changes per second of processor time", func(d, _ *Figures) string { return known(perSecond(d.CPU), "%.0f") })
	columns = append(columns, byFold("microseconds per change", func(d, _ *Figures) string { return known(stats.Median(d.Wall)/1e3, "%.0f") })...)
	columns = append(columns, column{"peak resident MB", func(d, _ *Design) string { return known(float64(d.Resident)/1e6, "%.1f") }})
	return r.table("", columns...)
}

// perSecond is 0 if nothing was measured.
func perSecond(nanoseconds []float64) float64 {
	if m := stats.Median(nanoseconds); m > 0 {
		return 1e9 / m
	}
	return 0
}

func known(x float64, form string) string {
	if x == 0 {
		return notMeasured
	}
	return fmt.Sprintf(form, x)
}
