package growth

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/producers"
)

// A Scenario is a load and its settings.
type Scenario struct {
	Name      string
	PerSecond int
	Changes   int
	Users     int
	Hot       int // of ten changes, how many belong to one user
	Together  int // changes that a publisher sends in one request
	Followers int // subscribers to every announcement
	Limits    Limits
	Watch     func(world.Fact) // receives every fact; may be nil
}

// A Result is the result of a Scenario.
type Result struct {
	Scenario
	Median, P99 time.Duration  // from a change's publication to its announcement
	Drained     time.Duration  // from the end of the load until all work was done
	Refused     map[string]int // requests, by the limit that they exceeded
	Returned    int            // messages that apply returned to the queue; they are redelivered after the visibility timeout
	Dead        int            // messages that were received too often and became dead letters
	Late        int            // late deliveries of the bus
	Again       int            // changes that a publisher had to publish again, a moment later
	Peak        int            // concurrent invocations of apply, at most
	Bill        billing.Bill
}

// Run plays a scenario. root is the repository's folder.
func Run(root string, s Scenario) (Result, error) {
	w := &watch{waiting: map[string][]published{}, also: s.Watch}
	limits := newLimiter(s.Limits)
	c, err := virtual.New(virtual.Options{
		Root: root, Start: workload.Start, Change: s.change, Observe: w.observe,
		Refuse: limits.refuse, Concurrent: s.Limits.concurrent, Deliver: limits.deliver, Shards: s.Limits.Partitions, SideBySide: true,
	})
	if err != nil {
		return Result{}, err
	}
	w.cloud, w.meter = c, billing.NewMeter(c.Stack)
	if err := s.publish(c, w); err != nil {
		return Result{}, err
	}
	end := c.Now().Add(time.Duration(s.Changes) * time.Second / time.Duration(s.PerSecond))
	if err := c.Run(time.Hour); err != nil {
		return Result{}, fmt.Errorf("%s: %w", s.Name, err)
	}
	r := w.result
	r.Scenario, r.Drained, r.Refused, r.Bill = s, max(w.cloud.Now().Sub(end), 0), limits.Refused, w.meter.Bill()
	r.Bill.LoggedBytes = c.Logged // Lambda's lines, which the meter has too, and the functions'
	if len(w.took)+r.Dead != s.Changes {
		return r, fmt.Errorf("%s: %d of %d changes were announced", s.Name, len(w.took), s.Changes)
	}
	r.times(w.took)
	return r, nil
}

func (r *Result) times(took []time.Duration) {
	r.Median, r.P99 = stats.Median(took), stats.Quantile(took, 0.99)
}

// publish enters the load into the agenda.
func (s Scenario) publish(c *virtual.Cloud, w *watch) error {
	p, err := producers.NewPublisher("bot", c.Bus(), producers.WithStampClock(c.Stamps()), producers.WithClock(c.Now))
	if err != nil {
		return err
	}
	together := max(s.Together, 1)
	start, interval := c.Now(), time.Duration(together)*time.Second/time.Duration(s.PerSecond)
	for i := range s.Changes / together {
		c.At(start.Add(time.Duration(i)*interval), func() {
			changes := make([]events.PreferenceChange, together)
			for j := range changes {
				changes[j] = s.nth(i*together + j)
			}
			c.Go(func() { w.offer(p, c.Now(), changes) })
		})
	}
	return nil
}

// pause is how long a publisher waits before it publishes again what was refused five
// times.
const pause = 200 * time.Millisecond

// offer publishes changes, and publishes again what was refused.
func (w *watch) offer(p *producers.Publisher, since time.Time, changes []events.PreferenceChange) {
	results, _ := p.Publish(context.Background(), changes...)
	var refused []events.PreferenceChange
	for i, r := range results {
		changes[i].ID = r.ID
		if r.Err != nil {
			refused = append(refused, changes[i])
			continue
		}
		user := changes[i].UserID
		w.waiting[user] = append(w.waiting[user], published{r.ID, since})
	}
	if len(refused) > 0 {
		w.result.Again += len(refused)
		_ = w.cloud.Sleep(context.Background(), pause) // cannot fail: a publisher has no time limit
		w.offer(p, since, refused)
	}
}

// change adds the followers to the stack.
func (s Scenario) change(to *stack.Stack) {
	for i := range s.Followers {
		q := stack.Queue{Name: fmt.Sprintf("follower-%d", i)}
		q.ARN = "arn:aws:sqs:" + to.Region + ":" + to.Account + ":" + q.Name
		to.Queues = append(to.Queues, q)
		to.Rules = append(to.Rules, stack.Rule{
			Name: q.Name, Bus: to.Buses[0].Name, Pattern: `{"detail-type":["` + events.DetailTypeUpdated + `"]}`,
			Targets: []stack.Target{{ID: q.Name, ARN: q.ARN}},
		})
	}
}

// nth returns the n-th change. Each user has one key, so that profiles stay small.
func (s Scenario) nth(n int) events.PreferenceChange {
	user := 1 + n%s.Users
	if n%10 < s.Hot {
		user = 0
	}
	return events.PreferenceChange{
		UserID: workload.User(user), Preferences: events.Preferences{"tone": events.JSON(fmt.Sprintf(`"tone %d"`, n))},
	}
}

// A watch follows changes to their announcements.
type watch struct {
	cloud   *virtual.Cloud
	meter   *billing.Meter
	waiting map[string][]published // by user
	took    []time.Duration
	running int    // invocations of apply
	result  Result // as far as it is counted
	also    func(world.Fact)
}

type published struct {
	id events.Stamp
	at time.Time
}

// observe receives a fact; see world.World.
func (w *watch) observe(fact world.Fact) {
	w.meter.Observe(fact)
	if w.also != nil {
		w.also(fact)
	}
	switch f := fact.(type) {
	case lambda.Started:
		if f.Invocation.Function == virtual.Apply {
			w.running++
			w.result.Peak = max(w.result.Peak, w.running)
		}
	case lambda.Finished:
		if f.Invocation.Function == virtual.Apply {
			w.running--
			w.result.Returned += len(f.Failures)
		}
	case eventbridge.Put:
		if f.Event.DetailType == events.DetailTypeUpdated {
			w.announced(f.Event.Detail)
		}
	case eventbridge.Delivered:
		if w.cloud.Now().After(f.Delivery.Due) {
			w.result.Late++
		}
	case sqs.DeadLettered:
		w.result.Dead++
	}
}

// announced records an announcement. It announces its own change and all earlier
// changes of the same user that have not been announced.
func (w *watch) announced(detail string) {
	var u struct {
		UserID   string         `json:"user_id"`
		CausedBy []events.Stamp `json:"caused_by"`
	}
	if json.Unmarshal([]byte(detail), &u) != nil || len(u.CausedBy) == 0 {
		return
	}
	latest := u.CausedBy[len(u.CausedBy)-1]
	w.waiting[u.UserID] = slices.DeleteFunc(w.waiting[u.UserID], func(p published) bool {
		if p.id.After(latest) {
			return false
		}
		w.took = append(w.took, w.cloud.Now().Sub(p.at))
		return true
	})
}
