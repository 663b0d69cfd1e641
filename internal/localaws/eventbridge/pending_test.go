package eventbridge_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

func details(list []*eventbridge.Delivery) []string {
	var all []string
	for _, d := range list {
		all = append(all, d.Event.Detail)
	}
	return all
}

// A failing target makes deliveries wait for different times. Only those that are due
// are listed, in the order of their creation.
func TestPendingDue(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "r", `{"source":["bot"]}`, eventbridge.TargetConfig{ID: "t", ARN: queueARN + "q"})
	c.queues["q"].err = errors.New("down")
	for i := range 20 {
		c.put(t, fmt.Sprintf(`{"n":%d}`, i))
		c.deliverDue() // each has failed a different number of times
		c.now = c.now.Add(700 * time.Millisecond)
	}
	for range 40 {
		var want []string
		earliest := time.Time{}
		for _, d := range c.service.Pending() {
			if !d.Due.After(c.now) {
				want = append(want, d.Event.Detail)
			}
			if earliest.IsZero() || d.Due.Before(earliest) {
				earliest = d.Due
			}
		}
		if diff := cmp.Diff(want, details(c.service.PendingDue(c.now))); diff != "" {
			t.Fatalf("due at %v (-want +got):\n%s", c.now, diff)
		}
		if at, ok := c.service.Wake(); !ok || !at.Equal(earliest) {
			t.Fatalf("Wake is %v, want %v", at, earliest)
		}
		c.deliverDue()
		c.now = c.now.Add(3 * time.Second)
	}
	c.queues["q"].err = nil
	c.deliverAll()
	if !c.service.Idle() || len(c.queues["q"].taken) != 20 {
		t.Errorf("idle is %v, %d were taken", c.service.Idle(), len(c.queues["q"].taken))
	}
}

// After an outage everything is due at once. The cost of ending a delivery must not
// grow with the number of others.
func TestManyPendingDeliveries(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "r", `{"source":["bot"]}`, eventbridge.TargetConfig{ID: "t", ARN: queueARN + "q"})
	const many = 5_000
	entry := eventbridge.Entry{Source: "bot", DetailType: "Said", Detail: "{}"}
	for range many {
		if _, err := c.service.Put(entry); err != nil {
			t.Fatal(err)
		}
	}
	c.facts = nil
	for _, d := range c.service.PendingDue(c.now) {
		c.service.Deliver(d)
	}
	if n := len(c.queues["q"].taken); n != many || !c.service.Idle() {
		t.Errorf("%d of %d taken", n, many)
	}
}
