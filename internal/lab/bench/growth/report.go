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

// A Report holds all results.
type Report struct {
	Results     []Result
	Populations []Population
}

const introduction = `## Growth

The first table is simulated: the pipeline's own code runs in virtual time, with the settings of the stage prod.
The runs obey the limits that AWS states for a new account and a new table in us-east-1.
No number in it is a time of this machine, and none was measured at AWS.
[` + "`internal/lab/bench/growth`" + `](../internal/lab/bench/growth) says what is modelled and what is not.

The load 1x is ten changes a second over the bus. Each of 100,000 users changes at most once,
except in the rows with changes of one user. No user has a profile before, so every write makes an item of one unit.
An update of a profile over 1 KB takes more units, and meets the table's limits at a correspondingly lower load.
A new table has four partitions of 1,000 units a second, and its stream has four shards.
A table that is warmed to N units a second has N / 1,000 of both.

Times are from the publication of a change until its announcement is on the bus.
They include the batching window of up to 1 s, which a full batch does not wait for.
The functions retry a refused request: twice at DynamoDB, each 300 ms later, and four times at the bus within 1.5 s.
Apply stops half a second before its timeout of 5 s. The messages that it has not stored return to the queue.
They are redelivered after the visibility timeout of 30 s, and become dead letters after five receives.

Costs include the archive. Of a follower they include only what its rule sends to its queue.
The runs are stricter than AWS: nothing is saved up from one second to the next, and no partition splits.
They are milder than AWS, too: no request is slow, and no function starts cold.

`

const populations = `More users do not make a change slower or more expensive, because a change is one request by key.
For 1,000 and 100,000 users, requests and units are counted in runs on profiles of 1,000 bytes.
DynamoDB's own times are not measured. Storage and walks grow with the users.
Their columns, and everything about 10,000,000 users, are computed.

`

const operators = `The last table says which limit comes first, and what to set.
The loads are computed for changes of different users that are spread evenly over the partitions,
with the times that the runs assume. A column names the runs that met the limit.
EventBridge's page counts requests of PutEvents. If it counted entries, the limit would be met at %d changes a second,
with one change or with ten in a request.
With two followers of everything, deliveries meet their limit before PutEvents.

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
	t := table.New("load", "changes/s", "duration s", "median s", "p99 s", "drained after s", "concurrent applies", "USD per million",
		"requests refused", "returned to the queue", "dead letters", "late deliveries", "published again")
	for _, x := range r.Results {
		t.Row(x.Name, fmt.Sprint(x.PerSecond), fmt.Sprintf("%.1f", float64(x.Changes)/float64(x.PerSecond)), seconds(x.Median), seconds(x.P99), seconds(x.Drained), fmt.Sprint(x.Peak),
			fmt.Sprintf("%.2f", x.Bill.PerMillion(x.Changes)), refusals(x.Refused), fmt.Sprint(x.Returned), fmt.Sprint(x.Dead), fmt.Sprint(x.Late), fmt.Sprint(x.Again))
	}
	t.Write(b)
}

func refusals(refused map[string]int) string {
	if len(refused) == 0 {
		return "nothing"
	}
	var parts []string
	for _, limit := range slices.Sorted(maps.Keys(refused)) {
		parts = append(parts, fmt.Sprintf("%s (%d)", limit, refused[limit]))
	}
	return strings.Join(parts, ", ")
}

func (r *Report) users(b *strings.Builder) {
	t := table.New("users", "requests per change", "write units per change", "stored GB", "USD a month", "snapshot of all, USD", "snapshot hours, at the default rate")
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
