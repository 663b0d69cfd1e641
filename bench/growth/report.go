package growth

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/table"
)

// A Report is all of it.
type Report struct {
	Results     []Result
	Populations []Population // the first is what the others are held against
}

// Measure runs everything. told, if not nil, gets what is run next. root is the
// repository's folder.
func Measure(root string, told func(string)) (*Report, error) {
	if told == nil {
		told = func(string) {}
	}
	r := &Report{}
	for _, s := range Scenarios() {
		told(s.Name)
		result, err := Run(root, s)
		if err != nil {
			return nil, err
		}
		r.Results = append(r.Results, result)
	}
	for _, p := range []struct{ users, merges int }{{1_000, 5_000}, {100_000, 5_000}, {10_000_000, 0}} {
		told(fmt.Sprintf("%d users", p.users))
		of, err := Populate(root, p.users, p.merges)
		if err != nil {
			return nil, err
		}
		r.Populations = append(r.Populations, of)
	}
	return r, nil
}

// Write prints the report in Markdown.
func (r *Report) Write(out io.Writer) error {
	var b strings.Builder
	b.WriteString("## Growth\n\nChanges of different users over the bus, as the stage prod is set, in virtual time and under AWS's stated limits for a new\n" +
		"account and a new table in us-east-1 ([`bench/growth`](../bench/growth)). 1x is ten changes a second. Times are from a change's being\n" +
		"published to its announcement, and so have the batching window in them, of up to 1 s; a batch that is full does not wait for its end.\n" +
		"Changes whose writes stayed refused come again after the queue's visibility timeout, 30 s.\n\n")
	r.loads(&b)
	b.WriteString("More users do not make a change slower or dearer: it is one request by key. What grows with them is what is stored and walked.\n\n")
	r.users(&b)
	b.WriteString("Which limit comes first, and what to set:\n\n")
	limits(&b)
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *Report) loads(b *strings.Builder) {
	t := table.New("load", "changes/s", "median s", "99 % s", "backlog gone after s", "apply at a time", "USD per million", "requests refused", "changes published again")
	for _, x := range r.Results {
		n := x.PerSecond * x.Seconds
		t.Row(x.Name, fmt.Sprint(x.PerSecond), seconds(x.Median), seconds(x.P99), seconds(x.Drained), fmt.Sprint(x.Peak),
			fmt.Sprintf("%.2f", x.Bill.PerMillion(n)), refusals(x.Refused), fmt.Sprint(x.Again))
	}
	t.Write(b)
}

func refusals(by map[string]int) string {
	if len(by) == 0 {
		return "nothing"
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%s (%d)", what, by[what]))
	}
	return strings.Join(parts, ", ")
}

func (r *Report) users(b *strings.Builder) {
	t := table.New("users", "time per change, by that of the first row", "stored GB", "USD a month", "a snapshot of all, USD", "and hours, at its usual rate")
	for _, p := range r.Populations {
		relative := "does not fit here"
		if p.PerChange > 0 {
			relative = fmt.Sprintf("%.2f", float64(p.PerChange)/float64(r.Populations[0].PerChange))
		}
		t.Row(fmt.Sprint(p.Users), relative, fmt.Sprintf("%.3f", p.GB), fmt.Sprintf("%.2f", p.StorageUSD()),
			fmt.Sprintf("%.3f", p.WalkUSD()), fmt.Sprintf("%.2f", p.WalkTime().Hours()))
	}
	t.Write(b)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

// limits is the operator's table, in the order in which a load meets them.
func limits(b *strings.Builder) {
	l := Stated
	t := table.New("limit", "met at", "what happens", "what to set")
	for _, row := range [][4]string{
		{"HTTP API requests", "500/s with the stage prod", "429, with nothing lost", "`requestRate`, `requestBurst` of the stage"},
		{"writes of one partition", fmt.Sprintf("%d/s of one user", l.ItemWrites), "not met: a batch of a user's changes is one write", "nothing; a window makes batches fuller"},
		{"writes that a new table is ready for", fmt.Sprintf("%d users changed a second", l.TableWrites), "throttled writes, tried again; the queue holds the rest", "the table's warm throughput before the load comes"},
		{"records announced from one shard", "about 4,000 users/s a shard at 4 lanes", "announcements are late", "`republishParallelization` up to 10; a table with more partitions has more shards"},
		{"PutEvents", fmt.Sprintf("%d requests/s, a tenth of it the announcements", l.PutEvents), "ThrottlingException: publishers offer again", "publish ten at a time, or over the queue; a higher quota"},
		{"deliveries of the bus", fmt.Sprintf("%d/s: changes/s x (1 + subscribers to everything)", l.Deliveries), "deliveries are late", "filters of the subscribers; changes over the queue; a higher quota"},
		{"batches at a time", fmt.Sprintf("%d at first and %d more each minute, up to `changeConcurrency`", l.FirstBatches, l.MoreBatches), "the queue holds the rest", "`changeConcurrency`; a batch of 100 takes some 40 ms, so 50 of them are over 100,000/s"},
		{"writes of one table", fmt.Sprintf("%d/s", l.TableQuota), "throttled writes", "a higher quota"},
	} {
		t.Row(row[:]...)
	}
	t.Write(b)
}
