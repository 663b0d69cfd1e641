package growth

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
)

// Settings of the stage prod. A test compares them with serverless.yml.
const (
	requestRate = 500
	lanes       = 2
	batch       = 100
	maxBatches  = 50
)

// packed is the number of announcements in one PutEvents request.
const packed = 10

// mergedTogether is how many users of a batch apply merges at a time.
const mergedTogether = 16

// single returns how many changes a second PutEvents takes if each change is a request
// of its own and announcements are packed.
func (l Limits) single() int { return l.PutEvents * packed / (packed + 1) }

// byTen returns how many changes a second PutEvents takes if both are packed.
func (l Limits) byTen() int { return l.PutEvents * packed / 2 }

// followed returns how many changes a second the bus can deliver to the queue and to
// this number of followers.
func (l Limits) followed(followers int) int { return l.Deliveries / (1 + followers) }

// batchTime is the time that apply needs for a batch of different users.
func batchTime(v virtual.Latencies) time.Duration {
	return v.Own + (batch+mergedTogether-1)/mergedTogether*v.DynamoDB
}

// applied returns how many changes a second this number of concurrent batches handles.
func applied(batches int, v virtual.Latencies) int {
	return batches * batch * int(time.Second) / int(batchTime(v))
}

// announced returns how many records of a shard are announced in a second.
func announced(v virtual.Latencies) int {
	return lanes * batch * int(time.Second) / int(v.Own+batch/packed*v.EventBridge)
}

// A limitRow is a row of the operator's table.
type limitRow struct {
	at                         int // changes a second
	limit, met, effect, remedy string
	metBy                      func(x *Result) bool // whether a run met it; may be nil
}

func limitRows(l Limits, v virtual.Latencies) []limitRow {
	rows := []limitRow{
		{at: requestRate, limit: "HTTP API requests", met: "set for the stage prod", effect: "429; nothing is lost", remedy: "`requestRate`, `requestBurst` of the stage"},
		{
			at: l.Partitions * l.Writes, limit: "writes of a new table", met: fmt.Sprintf("%d partitions of %d/s", l.Partitions, l.Writes),
			effect: "throttled writes are retried; the queue holds the backlog", remedy: "the table's warm throughput, before the load comes",
			metBy: func(x *Result) bool { return x.Refused[partitionWrites] > 0 },
		},
		{
			at: l.single(), limit: "PutEvents", met: fmt.Sprintf("%d requests/s, one in %d with announcements; with ten changes in a request: %d changes/s", l.PutEvents, packed+1, l.byTen()),
			effect: "ThrottlingException: publishers retry", remedy: "ten changes in a request; the route over the queue; a higher quota",
			metBy: func(x *Result) bool { return x.Refused[putEvents] > 0 },
		},
		{
			at: l.followed(0), limit: "deliveries of the bus", met: fmt.Sprintf("%d deliveries/s; with one follower of everything: %d changes/s, with two: %d", l.Deliveries, l.followed(1), l.followed(2)),
			effect: "deliveries are late", remedy: "followers' filters; the route over the queue; a higher quota",
			metBy: func(x *Result) bool { return x.Late > 0 },
		},
		{
			at: applied(l.FirstBatches, v), limit: "concurrent batches, at first", met: fmt.Sprintf("%d batches of %d ms each; %d more each minute", l.FirstBatches, batchTime(v).Milliseconds(), l.MoreBatches),
			effect: "the queue holds the backlog", remedy: "nothing: it grows automatically",
			metBy: func(x *Result) bool { return x.PerSecond > applied(l.FirstBatches, v) && x.Peak >= l.FirstBatches },
		},
		{
			at: applied(maxBatches, v), limit: "concurrent batches", met: fmt.Sprintf("`changeConcurrency`, %d", maxBatches),
			effect: "the queue holds the backlog", remedy: "`changeConcurrency`",
		},
		{at: l.TableQuota, limit: "writes of one table", met: "the quota of a table", effect: "throttled writes", remedy: "a higher quota"},
	}
	slices.SortStableFunc(rows, func(a, b limitRow) int { return cmp.Compare(a.at, b.at) })
	return rows
}

// limits prints the operator's table, in the order in which a load meets the limits.
func (r *Report) limits(b *strings.Builder) {
	t := table.New("limit", "met at changes/s", "which is", "what happens", "met in these runs", "what to set")
	for _, row := range limitRows(Stated, virtual.Usual) {
		var met []string
		for i := range r.Results {
			if row.metBy != nil && row.metBy(&r.Results[i]) {
				met = append(met, r.Results[i].Name)
			}
		}
		t.Row(row.limit, fmt.Sprint(row.at), row.met, row.effect, cmp.Or(strings.Join(met, "; "), "none"), row.remedy)
	}
	t.Write(b)
	fmt.Fprintf(b, "Two more limits are never met.\n"+
		"A user's partition takes %d writes a second, but a batch of one user's changes is one write.\n"+
		"A partition makes at most %d records a second, and the %d lanes of its shard announce %d.\n"+
		"They keep up until a request to the bus takes %d ms instead of %d. Beyond that, raise `republishParallelization`.\n\n",
		Stated.Writes, Stated.Writes, lanes, announced(virtual.Usual), slowest(Stated, virtual.Usual).Milliseconds(), virtual.Usual.EventBridge.Milliseconds())
}

// slowest returns how long a request to the bus may take while a shard's announcements
// still keep up with its partition.
func slowest(l Limits, v virtual.Latencies) time.Duration {
	return (lanes*batch*time.Second/time.Duration(l.Writes) - v.Own) / (batch / packed)
}
