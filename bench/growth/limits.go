package growth

import (
	"encoding/json"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/virtual"
	"github.com/bot-preferences/bot-preferences/localaws/wire"
)

// Limits are what AWS lets a stack do, in us-east-1, until a quota is raised.
type Limits struct {
	PutEvents    int // requests a second. Source: EventBridge's quotas page
	Deliveries   int // to targets of rules, a second; more are late. Source: as PutEvents
	TableWrites  int // units a second that the table is ready for. A new one: 4,000, as AWS's page on warm throughput has it
	TableQuota   int // units a second, at most. Source: DynamoDB's quotas page
	ItemWrites   int // units a second of one partition, and so of one user. Source: as TableQuota
	FirstBatches int // invocations of a queue's mapping at a time, to begin with ...
	MoreBatches  int // ... and so many more each minute. Source: AWS Lambda Developer Guide, scaling of SQS mappings
	Invocations  int // of all functions at a time. Source: Lambda's quotas page
}

// Stated are the limits of a new account and a new table.
var Stated = Limits{
	PutEvents: 10_000, Deliveries: 18_750, TableWrites: 4_000, TableQuota: 40_000, ItemWrites: 1_000,
	FirstBatches: 5, MoreBatches: 300, Invocations: 1_000,
}

// concurrent is how many invocations a function may have so long after a quiet time.
func (l Limits) concurrent(function string, after time.Duration) int {
	if function != virtual.Apply {
		return l.Invocations
	}
	return min(l.FirstBatches+int(after.Minutes()*float64(l.MoreBatches)), l.Invocations)
}

// A limiter refuses what is over the limits, second by second.
type limiter struct {
	limits  Limits
	second  int64
	events  int            // requests to the bus in this second
	writes  int            // units of the table
	users   map[string]int // of which so many of a user
	Refused map[string]int // requests by limit, of the whole run
}

func newLimiter(l Limits) *limiter {
	return &limiter{limits: l, users: map[string]int{}, Refused: map[string]int{}}
}

// refuse decides on one request. Profiles here are at most 1 KB, so that a write is a
// unit.
func (l *limiter) refuse(r virtual.Request) *wire.Error {
	if second := r.At.Unix(); second != l.second {
		l.second, l.events, l.writes = second, 0, 0
		clear(l.users)
	}
	switch r.Target {
	case "AWSEvents.PutEvents":
		l.events++
		return l.over(l.events, l.limits.PutEvents, "PutEvents", "ThrottlingException")
	case "DynamoDB_20120810.UpdateItem":
		var in struct {
			Key struct {
				User struct{ S string } `json:"user_id"`
			}
		}
		if json.Unmarshal(r.Body, &in) == nil {
			l.users[in.Key.User.S]++
			if e := l.over(l.users[in.Key.User.S], l.limits.ItemWrites, "one user's writes", "ProvisionedThroughputExceededException"); e != nil {
				return e
			}
		}
		l.writes++
		return l.over(l.writes, l.limits.TableWrites, "the table's writes", "ThrottlingException")
	}
	return nil
}

func (l *limiter) over(n, limit int, what, code string) *wire.Error {
	if n <= limit {
		return nil
	}
	l.Refused[what]++
	return wire.Errorf(code, "Rate exceeded")
}
