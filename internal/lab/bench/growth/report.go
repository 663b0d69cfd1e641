package growth

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
)

// A Report is all of it.
type Report struct {
	Results     []Result
	Populations []Population
}

const introduction = `## Growth

The first table is simulated: the pipeline's own code plays changes of different users over the bus, as the stage prod is set, in virtual time, under the limits that AWS states for
a new account and a new table in us-east-1. No number in it is a time of this machine, and none was seen at AWS; [` + "`internal/lab/bench/growth`" + `](../bench/growth) says what is modelled, and what is not.
1x is ten changes a second. Each of 100,000 users changes once at most, but for the rows of one user, and has no profile before, so that every write makes an item of one unit. An update of a
profile over 1 KB takes more units, and meets the table's limits at so much less. A new table has four partitions of 1,000 units a second, and its stream four shards; one warmed to N units has N / 1,000 of both.

Times are from a change's being published to its announcement's being on the bus. They have in them the batching window, of up to 1 s, which a full batch does not wait for.
A refused request is tried again as the functions do it: twice, 300 ms later each time, at DynamoDB, and four times within 1.5 s at the bus. Apply gives up half a second before its
time-out of 5 s. What it did not store goes back to the queue and comes again after the visibility timeout, 30 s; after five times it is a dead letter.
The dollars are with the archive, and of a follower they have only what its rule sends to its queue.
The runs are stricter than AWS where they let nothing be saved up from one second to the next and no partition split, and milder where no request is slow and no function starts cold.

`

const populations = `More users do not make a change slower or dearer: it is one request by key. For 1,000 and 100,000 users requests and units are counted, in runs on profiles of 1,000 bytes.
DynamoDB's own times are not in them. What grows with the users is what is stored and walked; these columns, and so all that is said of 10,000,000, are arithmetic.

`

const operators = `Which limit comes first, and what to set. The loads are computed, of changes of different users spread evenly over the partitions, and by the times that the runs assume;
a column says in which runs the limit was met. EventBridge's page counts requests of PutEvents. Were it entries, that limit would be met at %d changes a second, published by ten or not.
With two followers of everything deliveries are met before PutEvents.

`

// Write prints the report in Markdown.
func (r *Report) Write(out io.Writer) error {
	var b strings.Builder
	b.WriteString(introduction)
	r.loads(&b)
	b.WriteString(populations)
	r.users(&b)
	fmt.Fprintf(&b, operators, Stated.PutEvents/2) // a change and its announcement are two entries
	r.limits(&b)
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *Report) loads(b *strings.Builder) {
	t := table.New("load", "changes/s", "for s", "median s", "99 % s", "backlog gone after s", "apply at a time", "USD per million",
		"requests refused", "back to the queue", "dead letters", "late deliveries", "published again")
	for _, x := range r.Results {
		t.Row(x.Name, fmt.Sprint(x.PerSecond), fmt.Sprintf("%.1f", float64(x.Changes)/float64(x.PerSecond)), seconds(x.Median), seconds(x.P99), seconds(x.Drained), fmt.Sprint(x.Peak),
			fmt.Sprintf("%.2f", x.Bill.PerMillion(x.Changes)), refusals(x.Refused), fmt.Sprint(x.Returned), fmt.Sprint(x.Dead), fmt.Sprint(x.Late), fmt.Sprint(x.Again))
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
	t := table.New("users", "requests per change", "write units per change", "stored GB", "USD a month", "a snapshot of all, USD", "and hours, at its usual rate")
	for _, p := range r.Populations {
		requests, units := "not run", "not run"
		if p.Run {
			requests, units = fmt.Sprintf("%.2f", p.Requests), fmt.Sprintf("%.2f", p.Units)
		}
		t.Row(fmt.Sprint(p.Users), requests, units, fmt.Sprintf("%.3f", p.GB), fmt.Sprintf("%.2f", p.StorageUSD()),
			fmt.Sprintf("%.3f", p.WalkUSD()), fmt.Sprintf("%.2f", p.WalkTime().Hours()))
	}
	t.Write(b)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }
