package growth

import (
	"encoding/json"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Limits are what AWS allows an account in us-east-1 until a quota is raised.
type Limits struct {
	PutEvents    int // requests a second. Source: EventBridge's quotas page, which calls them requests
	Deliveries   int // deliveries to targets of rules, a second; more are late. Source: as PutEvents
	Partitions   int // partitions of the table, and shards of its stream. A new table takes 4,000 units a second: four partitions. Source: DynamoDB's page on warm throughput
	Writes       int // units a second of one partition. Source: DynamoDB's page on partition keys
	TableQuota   int // units a second of one table. Source: DynamoDB's quotas page
	FirstBatches int // concurrent invocations of a queue's mapping, to begin with ...
	MoreBatches  int // ... and how many are added each minute. Source: AWS Lambda Developer Guide, scaling of SQS mappings
	Invocations  int // concurrent invocations; AWS counts all functions together, a run counts each function. Source: Lambda's quotas page
}

// Stated are the limits for a new account and a new table.
var Stated = Limits{
	PutEvents: 10_000, Deliveries: 18_750, Partitions: 4, Writes: 1_000, TableQuota: 40_000,
	FirstBatches: 5, MoreBatches: 300, Invocations: 1_000,
}

// Warmed returns the limits of a table whose warm throughput is set to a number of
// units a second. It has at least one partition.
func (l Limits) Warmed(units int) Limits {
	l.Partitions = max(min(units, l.TableQuota)/l.Writes, 1)
	return l
}

// concurrent returns how many invocations a function may have, at a time after a quiet
// period.
func (l Limits) concurrent(function string, after time.Duration) int {
	if function != virtual.Apply {
		return l.Invocations
	}
	return min(l.FirstBatches+int(after.Minutes()*float64(l.MoreBatches)), l.Invocations)
}

// quarters is the number of parts of a second in which deliveries are counted.
const quarters = 4

// share returns how many deliveries a quarter of a second may have. The four quarters
// add up to the limit of the second, also where that is not a multiple of four.
func (l Limits) share(quarter int) int {
	return l.Deliveries*(quarter+1)/quarters - l.Deliveries*quarter/quarters
}

// The limits that refuse requests, as a Result names them.
const (
	putEvents       = "PutEvents"
	partitionWrites = "a partition's writes"
)

// A limiter refuses requests that exceed the limits, second by second.
type limiter struct {
	limits  Limits
	seconds map[int64]*second
	Refused map[string]int // refused requests of the whole run, by limit
}

// second counts what was accepted in one second.
type second struct {
	events     int   // requests to the bus
	writes     []int // units, by partition
	deliveries [quarters]int
}

func newLimiter(l Limits) *limiter {
	return &limiter{limits: l, seconds: map[int64]*second{}, Refused: map[string]int{}}
}

func (l *limiter) second(at time.Time) *second {
	s := l.seconds[at.Unix()]
	if s == nil {
		s = &second{writes: make([]int, l.limits.Partitions)}
		l.seconds[at.Unix()] = s
	}
	return s
}

// refuse decides on one request. Profiles here are at most 1 KB, so a write takes one
// unit.
func (l *limiter) refuse(r virtual.Request) *wire.Error {
	s := l.second(r.At)
	switch r.Target {
	case "AWSEvents.PutEvents":
		if s.events >= l.limits.PutEvents {
			return l.over(putEvents, "ThrottlingException")
		}
		s.events++
	case "DynamoDB_20120810.UpdateItem":
		to := virtual.Partition(userOf(r.Body), l.limits.Partitions)
		if s.writes[to] >= l.limits.Writes {
			return l.over(partitionWrites, "ThrottlingException")
		}
		s.writes[to]++
	}
	return nil
}

// deliver tells whether the bus may make one more delivery now.
func (l *limiter) deliver(at time.Time) bool {
	quarter := at.Nanosecond() / int(time.Second/quarters)
	n := &l.second(at).deliveries[quarter]
	if *n >= l.limits.share(quarter) {
		return false
	}
	*n++
	return true
}

// userOf returns the key of an UpdateItem request of the pipeline.
func userOf(request []byte) string {
	var in struct {
		Key struct {
			User struct{ S string } `json:"user_id"`
		}
	}
	if err := json.Unmarshal(request, &in); err != nil {
		panic("growth: a request of the SDK's: " + err.Error())
	}
	return in.Key.User.S
}

func (l *limiter) over(limit, code string) *wire.Error {
	l.Refused[limit]++
	return wire.Errorf(code, "Rate exceeded")
}
