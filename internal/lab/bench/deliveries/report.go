package deliveries

import (
	"fmt"
	"io"
	"time"
)

// Cases lists the cases of the benchmark: 1, 10 and 50 subscribers to everything,
// without and with a batching window, and 50 subscribers that follow one of ten keys
// each.
func Cases() []Case {
	return []Case{
		{Subscribers: 1}, {Subscribers: 10}, {Subscribers: 50},
		{Subscribers: 1, WindowSeconds: 1}, {Subscribers: 10, WindowSeconds: 1}, {Subscribers: 50, WindowSeconds: 1},
		{Subscribers: 50, Filtered: true},
	}
}

// Write prints the results as a table in Markdown.
func Write(out io.Writer, load Load, results []Result) error {
	_, err := fmt.Fprintf(out, "%d changes for %d users, %d a second, each announced separately.\n\n"+
		"| subscribers | each follows | batching window | deliveries | median ms | 99 %% ms | fastest and slowest subscriber, median ms | functions' calls per 1,000 deliveries | USD per million deliveries | USD per million changes, to announce and deliver |\n"+
		"| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n", load.Changes, load.Changes, load.Rate)
	if err != nil {
		return err
	}
	for _, r := range results {
		if _, err := fmt.Fprintln(out, r.row()); err != nil {
			return err
		}
	}
	return nil
}

func (r *Result) row() string {
	follows := "everything"
	if r.Filtered {
		follows = fmt.Sprintf("1 key of %d", Keys)
	}
	per := 1000 * float64(r.Invocations) / float64(max(r.Deliveries, 1))
	return fmt.Sprintf("| %d | %s | %d s | %d | %s | %s | %s, %s | %.0f | %.2f | %.2f |", r.Subscribers, follows, r.WindowSeconds, r.Deliveries,
		millis(r.Median), millis(r.P99), millis(r.First), millis(r.Last), per, r.PerSubscriber, r.PerChange())
}

// WriteEach prints what each subscriber measured, as a table in Markdown.
func WriteEach(out io.Writer, results []Result) error {
	_, err := fmt.Fprint(out, "\n| subscribers | batching window | subscriber | deliveries | median ms | 99 % ms |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n")
	if err != nil {
		return err
	}
	for _, r := range results {
		for i, s := range r.Each {
			_, err := fmt.Fprintf(out, "| %d | %d s | %d | %d | %s | %s |\n", r.Subscribers, r.WindowSeconds, i, s.Deliveries, millis(s.Median), millis(s.P99))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// PerChange is the cost of announcing a million changes, in USD: on the bus and for all
// subscribers together.
func (r *Result) PerChange() float64 {
	return r.BusPerMillion + r.PerSubscriber*float64(r.Deliveries)/float64(max(r.Changes, 1))
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }
