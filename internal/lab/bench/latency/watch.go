package latency

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A point is one that a change passes on its way, in this order.
type point int

const (
	offered      point = iota // due, by the arrivals
	put                       // on the bus
	queued                    // in the change queue
	applying                  // handed to apply
	stored                    // written to the table: visible
	republishing              // handed to republish
	announced                 // on the bus again
	points                    // how many there are
)

// A watch follows the changes of one part of a run by the facts of the cloud. They
// are known by their users, who have one change each: what reads a fact does so
// while the cloud stands still, so it decodes nothing.
type watch struct {
	users string // what their ids begin with; the rest is the change's number
	queue string // the change queue
	hops  bool   // follow every point, not only stored and announced

	mu         sync.Mutex
	at         [][points]time.Time // by the change's number
	byMessage  map[string]int
	bySequence map[string]int
	told       func() // of each change's announcement; may be nil
}

func newWatch(users, queue string) *watch {
	return &watch{users: users + "-", queue: queue, byMessage: map[string]int{}, bySequence: map[string]int{}}
}

// offer begins to follow changes that were due at these times. It returns the
// first one's number; the others' follow.
func (w *watch) offer(due ...time.Time) (first int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	first = len(w.at)
	for _, at := range due {
		w.at = append(w.at, [points]time.Time{offered: at})
	}
	return first
}

// user is whose the change is.
func (w *watch) user(change int) string { return w.users + strconv.Itoa(change) }

// numberOf finds the change whose user a JSON text is about.
func (w *watch) numberOf(text string) (change int, ours bool) {
	_, rest, found := strings.Cut(text, `"user_id":"`+w.users)
	if !found {
		return 0, false
	}
	digits, _, _ := strings.Cut(rest, `"`)
	change, err := strconv.Atoi(digits)
	return change, err == nil && change < len(w.at)
}

// observe takes a fact; see world.World.
func (w *watch) observe(f world.Fact) {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch f := f.(type) {
	case dynamodb.Changed:
		w.changed(f.Record, now)
	case eventbridge.Put:
		switch f.Event.DetailType {
		case events.DetailTypeChange:
			w.reached(put, f.Event.Detail, now)
		case events.DetailTypeUpdated:
			if _, first := w.reached(announced, f.Event.Detail, now); first && w.told != nil {
				w.told()
			}
		}
	default:
		if w.hops {
			w.hop(f, now)
		}
	}
}

func (w *watch) changed(r dynamodb.Record, now time.Time) {
	digits, ours := strings.CutPrefix(r.Keys[item.UserID].Text(), w.users)
	if !ours {
		return
	}
	change, err := strconv.Atoi(digits)
	if err != nil || change >= len(w.at) || !w.pass(stored, change, now) {
		return
	}
	if w.hops {
		w.bySequence[r.SequenceNumber] = change
	}
}

// hop takes the facts between those that every load is measured by.
func (w *watch) hop(f world.Fact, now time.Time) {
	switch f := f.(type) {
	case sqs.Sent:
		if f.Queue != w.queue {
			return
		}
		if change, first := w.reached(queued, f.Message.Body, now); first {
			w.byMessage[f.Message.ID] = change
		}
	case lambda.Started:
		for _, id := range f.Invocation.Items {
			if change, ours := w.byMessage[id]; ours {
				w.pass(applying, change, now)
			}
			if change, ours := w.bySequence[id]; ours {
				w.pass(republishing, change, now)
			}
		}
	}
}

// reached notes that the change of a JSON text passes a point.
func (w *watch) reached(p point, text string, now time.Time) (change int, first bool) {
	change, ours := w.numberOf(text)
	return change, ours && w.pass(p, change, now)
}

// pass notes the first time only: redeliveries do not count.
func (w *watch) pass(p point, change int, now time.Time) (first bool) {
	if !w.at[change][p].IsZero() {
		return false
	}
	w.at[change][p] = now
	return true
}

// complete is an error where a change was not seen at a point.
func (w *watch) complete(at ...point) error {
	for _, p := range at {
		missing := 0
		for i := range w.at {
			if w.at[i][p].IsZero() {
				missing++
			}
		}
		if missing > 0 {
			return fmt.Errorf("%d of %d changes were not seen %s", missing, len(w.at), seen[p])
		}
	}
	return nil
}

// seen says where a change is seen at a point.
var seen = [points]string{
	put: "on the bus", queued: "in the queue", applying: "handed to apply", stored: "in the table",
	republishing: "handed to republish", announced: "announced",
}

// between are the times from one point to another, of all changes.
func (w *watch) between(from, to point) []time.Duration {
	took := make([]time.Duration, len(w.at))
	for i := range w.at {
		took[i] = w.at[i][to].Sub(w.at[i][from])
	}
	return took
}
