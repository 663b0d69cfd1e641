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

// A limiter refuses what is over the limits, second by second. Requests do not come in
// the order of their times: an invocation makes all of its own before the next one
// begins.
type limiter struct {
	limits  Limits
	seconds map[int64]*second
	Refused map[string]int // requests by limit, of the whole run
}

// second is what was let through in one.
type second struct {
	events int            // requests to the bus
	writes int            // units of the table
	users  map[string]int // of which so many of a user
}

func newLimiter(l Limits) *limiter {
	return &limiter{limits: l, seconds: map[int64]*second{}, Refused: map[string]int{}}
}

// refuse decides on one request. Profiles here are at most 1 KB, so that a write is a
// unit.
func (l *limiter) refuse(r virtual.Request) *wire.Error {
	s := l.seconds[r.At.Unix()]
	if s == nil {
		s = &second{users: map[string]int{}}
		l.seconds[r.At.Unix()] = s
	}
	switch r.Target {
	case "AWSEvents.PutEvents":
		if s.events >= l.limits.PutEvents {
			return l.over("PutEvents", "ThrottlingException")
		}
		s.events++
	case "DynamoDB_20120810.UpdateItem":
		user := userOf(r.Body)
		switch {
		case s.users[user] >= l.limits.ItemWrites:
			return l.over("one user's writes", "ProvisionedThroughputExceededException")
		case s.writes >= l.limits.TableWrites:
			return l.over("the table's writes", "ThrottlingException")
		}
		s.users[user]++
		s.writes++
	}
	return nil
}

// userOf is the key of an UpdateItem request, which the pipeline makes.
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

func (l *limiter) over(what, code string) *wire.Error {
	l.Refused[what]++
	return wire.Errorf(code, "Rate exceeded")
}
