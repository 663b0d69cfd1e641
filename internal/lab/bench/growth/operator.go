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

// What the stage prod sets. A test holds it against serverless.yml.
const (
	requestRate = 500
	lanes       = 2
	batch       = 100
	maxBatches  = 50
)

// packed is how many announcements one PutEvents has in it.
const packed = 10

// mergedTogether is how many users of a batch apply works on at a time.
const mergedTogether = 16

// single is how many changes a second PutEvents takes where each is a request, and
// announcements are packed.
func (l Limits) single() int { return l.PutEvents * packed / (packed + 1) }

// byTen is how many it takes where both are packed.
func (l Limits) byTen() int { return l.PutEvents * packed / 2 }

// followed is how many changes a second the bus delivers, to the queue and to so many
// followers.
func (l Limits) followed(followers int) int { return l.Deliveries / (1 + followers) }

// batchTime is what apply needs for a batch of different users.
func batchTime(v virtual.Latencies) time.Duration {
	return v.Own + (batch+mergedTogether-1)/mergedTogether*v.DynamoDB
}

// applied is how many changes a second so many batches at a time are.
func applied(batches int, v virtual.Latencies) int {
	return batches * batch * int(time.Second) / int(batchTime(v))
}

// announced is how many records of a shard are announced a second.
func announced(v virtual.Latencies) int {
	return lanes * batch * int(time.Second) / int(v.Own+batch/packed*v.EventBridge)
}

// A limitRow is one of the operator's table.
type limitRow struct {
	at                   int // changes a second
	what, met, then, set string
	seen                 func(x *Result) bool // whether a run met it; may be nil
}

func limitRows(l Limits, v virtual.Latencies) []limitRow {
	rows := []limitRow{
		{at: requestRate, what: "HTTP API requests", met: "with the stage prod", then: "429, with nothing lost", set: "`requestRate`, `requestBurst` of the stage"},
		{
			at: l.Partitions * l.Writes, what: "writes that a new table is ready for", met: fmt.Sprintf("%d partitions of %d/s", l.Partitions, l.Writes),
			then: "throttled writes, tried again; the queue holds the rest", set: "the table's warm throughput, before the load comes",
			seen: func(x *Result) bool { return x.Refused[partitionWrites] > 0 },
		},
		{
			at: l.single(), what: "PutEvents", met: fmt.Sprintf("%d requests/s, of which one in %d are announcements; published by ten: %d changes/s", l.PutEvents, packed+1, l.byTen()),
			then: "ThrottlingException: publishers offer again", set: "publish ten at a time, or over the queue; a higher quota",
			seen: func(x *Result) bool { return x.Refused[putEvents] > 0 },
		},
		{
			at: l.followed(0), what: "deliveries of the bus", met: fmt.Sprintf("%d deliveries/s; with one follower of everything %d changes/s, with two %d", l.Deliveries, l.followed(1), l.followed(2)),
			then: "deliveries are late", set: "filters of the followers; changes over the queue; a higher quota",
			seen: func(x *Result) bool { return x.Late > 0 },
		},
		{
			at: applied(l.FirstBatches, v), what: "batches at a time, at first", met: fmt.Sprintf("%d of %d ms; %d more each minute", l.FirstBatches, batchTime(v).Milliseconds(), l.MoreBatches),
			then: "the queue holds the rest", set: "nothing: it grows by itself",
			seen: func(x *Result) bool { return x.PerSecond > applied(l.FirstBatches, v) && x.Peak >= l.FirstBatches },
		},
		{
			at: applied(maxBatches, v), what: "batches at a time", met: fmt.Sprintf("`changeConcurrency`, %d", maxBatches),
			then: "the queue holds the rest", set: "`changeConcurrency`",
		},
		{at: l.TableQuota, what: "writes of one table", met: "the quota of a table", then: "throttled writes", set: "a higher quota"},
	}
	slices.SortStableFunc(rows, func(a, b limitRow) int { return cmp.Compare(a.at, b.at) })
	return rows
}

// limits is the operator's table, in the order in which a load meets them.
func (r *Report) limits(b *strings.Builder) {
	t := table.New("limit", "met at changes/s", "which is", "what happens", "met in the run of", "what to set")
	for _, row := range limitRows(Stated, virtual.Usual) {
		var met []string
		for i := range r.Results {
			if row.seen != nil && row.seen(&r.Results[i]) {
				met = append(met, r.Results[i].Name)
			}
		}
		t.Row(row.what, fmt.Sprint(row.at), row.met, row.then, cmp.Or(strings.Join(met, "; "), "none"), row.set)
	}
	t.Write(b)
	fmt.Fprintf(b, "Two things are no limits here. A user's partition (%d/s): a batch of one user's changes is one write. A shard's announcements: a partition makes at most %d records a second,\n"+
		"and %d lanes announce %d; they keep up until a request to the bus takes %d ms instead of %d. Beyond that, raise `republishParallelization`.\n\n",
		Stated.Writes, Stated.Writes, lanes, announced(virtual.Usual), slowest(Stated, virtual.Usual).Milliseconds(), virtual.Usual.EventBridge.Milliseconds())
}

// slowest is how long a request to the bus may take with a shard's announcements still
// keeping up with its partition.
func slowest(l Limits, v virtual.Latencies) time.Duration {
	return (lanes*batch*time.Second/time.Duration(l.Writes) - v.Own) / (batch / packed)
}
