package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/producers"
)

func (s *Simulation) userID() string {
	id := fmt.Sprintf("u%d", s.rand.IntN(s.plan.users))
	if s.plan.longIDs {
		id += strings.Repeat("-", maxUserID-len(id))
	}
	return id
}

// The contract's limits on ids, in bytes.
const (
	maxUserID       = 512
	maxConversation = 1024
)

// change invents a preference change.
func (s *Simulation) change() events.PreferenceChange {
	c := events.PreferenceChange{UserID: s.userID(), Preferences: events.Preferences{}, Replace: s.chance(s.plan.replaces)}
	if !c.Replace && s.chance(s.plan.inferences) {
		c.Origin = events.Inferred
	}
	if s.plan.longIDs {
		c.ConversationID = strings.Repeat("c", maxConversation)
	}
	for range s.rand.IntN(s.plan.width + 1) {
		c.Preferences[fmt.Sprintf("k%d", s.rand.IntN(s.plan.keys))] = events.JSON(s.value())
	}
	if len(c.Preferences) == 0 && !c.Replace {
		c.Preferences["k0"] = events.JSON(s.value())
	}
	c.Traceparent = s.trace()
	return c
}

// trace returns a traceparent that no other change has, or none, or a text that is none.
func (s *Simulation) trace() string {
	s.serial++
	switch s.serial % 5 {
	case 0:
		return ""
	case 1:
		return "no trace"
	}
	return traceparent(s.serial)
}

func traceparent(serial int) string {
	return fmt.Sprintf("00-%032x-%016x-%02x", serial, serial, serial%2)
}

// value returns a JSON text that no other change has, or null, which unsets.
func (s *Simulation) value() string {
	s.serial++
	switch kind := s.rand.IntN(8); {
	case kind == 0:
		return "null"
	case s.plan.heavy:
		return fmt.Sprintf(`"%d %s"`, s.serial, strings.Repeat("x", 8<<10+s.rand.IntN(7<<10)))
	case kind == 1:
		return fmt.Sprintf("%d.0", s.serial) // its text must survive
	case kind == 2:
		return fmt.Sprintf(`{"serial":%d,"of":["%d"]}`, s.serial, s.serial)
	}
	return fmt.Sprintf(`"v%d"`, s.serial)
}

// publish lets a bot publish some changes at once.
func (s *Simulation) publish() {
	index := s.rand.IntN(len(s.handlers.bots))
	publisher, over := s.handlers.bots[index].overBus, "bus"
	if s.chance(0.5) {
		publisher, over = s.handlers.bots[index].overQueue, "queue"
	}
	changes := make([]events.PreferenceChange, 1+s.rand.IntN(4))
	for i := range changes {
		changes[i] = s.change()
	}
	s.publishAll("bot over the "+over, s.plan.producers[index], publisher, changes)
}

func (s *Simulation) publishAll(name string, skew time.Duration, publisher *producers.Publisher, changes []events.PreferenceChange) {
	var results []producers.Result
	s.start(&task{name: name, skew: skew},
		func(ctx context.Context) { results, _ = publisher.Publish(ctx, changes...) },
		func(t *task) {
			if t.killed {
				return
			}
			for i, r := range results {
				s.judge(r, changes[i])
			}
		})
}

// judge tells the oracle what the publisher was told.
func (s *Simulation) judge(r producers.Result, c events.PreferenceChange) {
	meant := meant(&c, r.ID)
	var sending *events.SendError
	switch {
	case r.Err == nil:
		s.happened("change published")
		s.log.Confirmed(meant)
	case errors.As(r.Err, &sending) && sending.Outcome != events.Uncertain:
		s.happened("publisher told: not taken")
		s.log.Denied(meant)
	}
}

// meant is a change as the oracle reads it.
func meant(c *events.PreferenceChange, id events.Stamp) *oracle.Change {
	m := &oracle.Change{Stamp: id.String(), User: c.UserID, Set: map[string]string{}, Replace: c.Replace, Inferred: c.Origin == events.Inferred}
	if strings.HasPrefix(c.Traceparent, "00-") {
		m.Trace = c.Traceparent
	}
	for key, value := range c.Preferences {
		m.Set[key] = value.JSON()
	}
	return m
}

// publishLate publishes a change under a stamp of another time: old, barely within the
// horizon, beyond it, or in the future.
func (s *Simulation) publishLate() {
	const day = 24 * time.Hour
	age := []time.Duration{
		time.Duration(s.rand.Int64N(int64(time.Minute))), time.Duration(s.rand.Int64N(int64(day))),
		time.Duration(s.rand.Int64N(int64(29 * day))), 30*day - 5*time.Minute, 30*day + 5*time.Minute, -10 * time.Minute, -2 * time.Minute,
	}[s.rand.IntN(7)]
	c := s.change()
	c.ID = s.stampAt(s.now.Add(-age))
	s.printf("a change of %v ago", age)
	bot := s.handlers.bots[0]
	s.publishAll("late bot", 0, bot.overBus, []events.PreferenceChange{c})
}

func (s *Simulation) stampAt(at time.Time) events.Stamp {
	clock := events.NewClockOf(func() time.Time { return at }, &entropy{s.rand})
	return clock.Next()
}

// toQueue sends a body to the change queue, undisturbed.
func (s *Simulation) toQueue(body string) {
	q, _ := s.cloud.Queues.Queue(s.names.changes)
	s.again = slices.Contains(s.sent, body)
	defer func() { s.again = false }()
	_, err := q.Send(body, nil, time.Duration(s.rand.IntN(30))*time.Second)
	must(err)
}

// replay sends again what was sent before.
func (s *Simulation) replay() {
	if len(s.sent) > 0 {
		s.printf("replay")
		s.happened("message replayed")
		body := s.sent[s.rand.IntN(len(s.sent))]
		if s.chance(0.5) && !strings.Contains(body, `"replay-name":`) { // as an archive's replay does
			body = strings.Replace(body, `"resources":[`, `"replay-name":"recovery","resources":[`, 1)
		}
		s.toQueue(body)
	}
}
