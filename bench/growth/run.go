package growth

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/virtual"
	"github.com/bot-preferences/bot-preferences/bench/workload"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/billing"
	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/bot-preferences/bot-preferences/localaws/world"
	"github.com/bot-preferences/bot-preferences/producers"
)

// A Scenario is a load, and what is set for it.
type Scenario struct {
	Name      string
	PerSecond int
	Seconds   int
	Users     int
	Hot       int // of ten changes, so many are of one user
	Together  int // changes that a publisher sends in one request
	Limits    Limits
	Change    func(*stack.Stack) // may be nil
}

// A Result is what became of a Scenario.
type Result struct {
	Scenario
	Median, P99 time.Duration  // from a change's being published to its announcement
	Drained     time.Duration  // how long after the last change all was done
	Refused     map[string]int // requests, by the limit that they were over
	Again       int            // changes that a publisher had to offer again, a moment later
	Peak        int            // invocations of apply at a time
	Bill        billing.Bill
}

// Run plays a scenario. root is the repository's folder.
func Run(root string, s Scenario) (Result, error) {
	w := &watch{waiting: map[string][]published{}}
	limits := newLimiter(s.Limits)
	c, err := virtual.New(virtual.Options{
		Root: root, Start: workload.Start, Change: s.Change, Observe: w.observe,
		Refuse: limits.refuse, Concurrent: s.Limits.concurrent,
	})
	if err != nil {
		return Result{}, err
	}
	w.cloud, w.meter = c, billing.NewMeter(c.Stack)
	if err := s.publish(c, w); err != nil {
		return Result{}, err
	}
	end := c.Now().Add(time.Duration(s.Seconds) * time.Second)
	if err := c.Run(time.Hour); err != nil {
		return Result{}, fmt.Errorf("%s: %w", s.Name, err)
	}
	r := Result{Scenario: s, Drained: max(c.Now().Sub(end), 0), Refused: limits.Refused, Again: w.again, Peak: w.peak, Bill: w.meter.Bill()}
	if sent := s.PerSecond * s.Seconds; len(w.took) != sent {
		return r, fmt.Errorf("%s: %d of %d changes were announced", s.Name, len(w.took), sent)
	}
	slices.Sort(w.took)
	r.Median, r.P99 = quantile(w.took, 0.5), quantile(w.took, 0.99)
	return r, nil
}

func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// publish enters the load into the agenda.
func (s Scenario) publish(c *virtual.Cloud, w *watch) error {
	p, err := producers.NewPublisher("bot", c.Bus(), producers.WithClock(c.Stamps()), producers.WithNow(c.Now))
	if err != nil {
		return err
	}
	together := max(s.Together, 1)
	start, interval := c.Now(), time.Duration(together)*time.Second/time.Duration(s.PerSecond)
	for i := range s.PerSecond * s.Seconds / together {
		c.At(start.Add(time.Duration(i)*interval), func() {
			changes := make([]events.PreferenceChange, together)
			for j := range changes {
				changes[j] = s.change(i*together + j)
			}
			w.offer(p, c.Now(), changes)
		})
	}
	return nil
}

// pause is how long a publisher waits before it offers again what was refused.
const pause = 200 * time.Millisecond

// offer publishes changes, and later those that were refused.
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
		w.again += len(refused)
		w.cloud.At(w.cloud.Now().Add(pause), func() { w.offer(p, since, refused) })
	}
}

// change is the n-th. Each is of a user's one key, so that profiles stay small.
func (s Scenario) change(n int) events.PreferenceChange {
	user := 1 + n%s.Users
	if n%10 < s.Hot {
		user = 0
	}
	return events.PreferenceChange{
		UserID: workload.User(user), Preferences: events.Preferences{"tone": events.Value(fmt.Sprintf(`"tone %d"`, n))},
	}
}

// A watch follows changes to their announcements.
type watch struct {
	cloud         *virtual.Cloud
	meter         *billing.Meter
	waiting       map[string][]published // by user
	took          []time.Duration
	again         int
	running, peak int
}

type published struct {
	id events.Stamp
	at time.Time
}

// observe takes a fact; see world.World.
func (w *watch) observe(fact world.Fact) {
	w.meter.Observe(fact)
	switch f := fact.(type) {
	case lambda.Started:
		if f.Invocation.Function == virtual.Apply {
			w.running++
			w.peak = max(w.peak, w.running)
		}
	case lambda.Finished:
		if f.Invocation.Function == virtual.Apply {
			w.running--
		}
	case eventbridge.Put:
		if f.Event.DetailType == events.DetailTypeUpdated {
			w.announced(f.Event.Detail)
		}
	}
}

// announced: a change is announced by itself or by a later one of its user, which
// took its place.
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
