package sim

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// filled is how many keys fill gives a profile: nearly as many as it may have.
const filled = 996

// fill sets or unsets nearly as many keys of one user as a profile may have. Somebody then
// asks for more than fit, unless it was long ago: unset keys may then be collected.
func (s *Simulation) fill() {
	s.happened("profile filled")
	unset := []float64{0, 0.5, 0.98}[s.rand.IntN(3)]
	const changes = 12
	for i := range changes {
		c := events.PreferenceChange{ID: s.stampAt(s.now), UserID: s.userID(), Preferences: events.Preferences{}}
		for j := range filled / changes {
			value := events.Unset
			if !s.chance(unset) {
				value = events.Text(fmt.Sprintf("f%d", j))
			}
			c.Preferences[fmt.Sprintf("k%d", i*filled/changes+j)] = value
		}
		s.send(&c)
	}
	if !s.drain(0) {
		return
	}
	if s.chance(0.5) {
		s.until(s.now.Add(40 * 24 * time.Hour))
		s.printf("40 days later")
		s.happened("profile filled long ago")
	}
	more := events.PreferenceChange{UserID: s.userID(), Preferences: events.Preferences{}}
	for i := range 10 {
		more.Preferences[fmt.Sprintf("k%d", filled+i)] = events.Text("more")
	}
	s.writeOver(http.MethodPatch, &more)
}

// send puts a change into the change queue, undisturbed and at once, and returns its body.
func (s *Simulation) send(c *events.PreferenceChange) string {
	e := events.ChangeEnvelope("crowd", c, s.now)
	body := string(e.AppendJSON(nil))
	q, _ := s.cloud.Queues.Queue(s.names.changes)
	_, err := q.Send(body, nil, 0)
	must(err)
	return body
}

// crowd lets other writers get in between all the tries of one writer. That one merges
// an older change of many keys, and each of the others a later change of one of them.
func (s *Simulation) crowd() {
	if !s.drain(0) {
		return
	}
	s.happened("writers crowd at one profile")
	const keys = 14
	wide := events.PreferenceChange{ID: s.stampAt(s.now), UserID: s.userID(), Preferences: events.Preferences{}}
	for i := range keys {
		wide.Preferences[fmt.Sprintf("k%d", i)] = events.JSON(s.value())
	}
	slow := s.consumerOf(s.send(&wide))
	for i := range keys - s.rand.IntN(keys/2) {
		if slow == nil || !slices.Contains(s.tasks, slow) {
			return
		}
		narrow := events.PreferenceChange{
			ID: s.stampAt(s.now.Add(time.Duration(i+1) * time.Millisecond)), UserID: wide.UserID,
			Preferences: events.Preferences{fmt.Sprintf("k%d", i): events.JSON(s.value())},
		}
		if quick := s.consumerOf(s.send(&narrow)); quick != nil {
			s.finishTask(quick)
		}
		s.proceedWith(slow, answered)
	}
}

// consumerOf starts the function that receives a body; nil: none does.
func (s *Simulation) consumerOf(body string) *task {
	if !s.invoke(s.cloud.Mappings()[0]) || len(s.tasks) == 0 {
		return nil
	}
	if t := s.tasks[len(s.tasks)-1]; t.run != nil && slices.Contains(t.run.Bodies, body) {
		return t
	}
	return nil
}

// finishTask lets a task go on to its end. Its requests are answered.
func (s *Simulation) finishTask(t *task) {
	for slices.Contains(s.tasks, t) {
		s.until(t.waiting.wake)
		s.proceedWith(t, answered)
	}
}
