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

// A point is a place that a change passes, in this order.
type point int

const (
	offered      point = iota // due, by the arrivals
	put                       // on the bus
	queued                    // in the change queue
	applying                  // handed to apply
	stored                    // written to the table: visible
	republishing              // handed to republish
	announced                 // on the bus again
	points                    // the number of points
)

// A watch follows the changes of one part of a run by the facts of the cloud. Each
// change has a user of its own, so the watch finds a change by its user and decodes
// nothing. It has to be fast, because the cloud stands still while it reads a fact.
type watch struct {
	users string // the beginning of their ids; the rest is the change's number
	queue string // the change queue
	hops  bool   // follow every point, not only stored and announced

	mu          sync.Mutex
	at          [][points]time.Time // by the change's number
	byMessage   map[string]int
	bySequence  map[string]int
	onAnnounced func() // called for each change's announcement; may be nil
}

func newWatch(users, queue string) *watch {
	return &watch{users: users + "-", queue: queue, byMessage: map[string]int{}, bySequence: map[string]int{}}
}

// offer starts to follow changes that were due at these times. It returns the number of
// the first one. The others have the numbers after it.
func (w *watch) offer(due ...time.Time) (first int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	first = len(w.at)
	for _, at := range due {
		w.at = append(w.at, [points]time.Time{offered: at})
	}
	return first
}

// user returns the user of a change.
func (w *watch) user(change int) string { return w.users + strconv.Itoa(change) }

// numberOf finds the change of the user that a JSON text names.
func (w *watch) numberOf(text string) (change int, ours bool) {
	_, rest, found := strings.Cut(text, `"user_id":"`+w.users)
	if !found {
		return 0, false
	}
	digits, _, _ := strings.Cut(rest, `"`)
	change, err := strconv.Atoi(digits)
	return change, err == nil && change < len(w.at)
}

// observe receives a fact; see world.World.
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
			if _, first := w.reached(announced, f.Event.Detail, now); first && w.onAnnounced != nil {
				w.onAnnounced()
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

// hop handles the facts that only the single hops need.
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

// reached records that the change in a JSON text has passed a point.
func (w *watch) reached(p point, text string, now time.Time) (change int, first bool) {
	change, ours := w.numberOf(text)
	return change, ours && w.pass(p, change, now)
}

// pass records only the first time, because a redelivery is not a change of its own.
func (w *watch) pass(p point, change int, now time.Time) (first bool) {
	if !w.at[change][p].IsZero() {
		return false
	}
	w.at[change][p] = now
	return true
}

// complete returns an error if a change was not seen at one of the points.
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

// seen describes each point for an error message.
var seen = [points]string{
	put: "on the bus", queued: "in the queue", applying: "handed to apply", stored: "in the table",
	republishing: "handed to republish", announced: "announced",
}

// between returns the times from one point to another, for all changes.
func (w *watch) between(from, to point) []time.Duration {
	took := make([]time.Duration, len(w.at))
	for i := range w.at {
		took[i] = w.at[i][to].Sub(w.at[i][from])
	}
	return took
}
