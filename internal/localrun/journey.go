package localrun

import (
	"fmt"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// A hop is a point that a change passes on its way, in this order.
type hop int

const (
	put          hop = iota // on the bus
	queued                  // in the change queue
	applying                // handed to apply
	stored                  // written to the table, and in its stream
	republishing            // handed to republish
	announced               // on the bus again
	delivered               // in the queue of a subscriber
	hops                    // how many there are
)

// hopNames describe the step from the previous hop to each hop.
var hopNames = [hops]string{
	queued: "bus", applying: "queue", stored: "apply", republishing: "stream", announced: "republish", delivered: "subscriber",
}

// A journey is one change on its way.
type journey struct {
	id       string // of the change
	envelope string // id of the first envelope that brought it
	user     string
	keys     []string
	inferred string // what became of an inference; see inferenceOf
	at       [hops]time.Time
	outcome  string // "" while under way
}

// reached records the first time a hop was reached. Redeliveries do not count.
func (j *journey) reached(h hop, at time.Time) {
	if j.at[h].IsZero() {
		j.at[h] = at
	}
}

// legs returns the time from the previous hop for every hop that was reached. A hop
// that was reached out of order, for example by a duplicate, took no time.
func (j *journey) legs(each func(h hop, took time.Duration)) {
	last := time.Time{}
	for h, at := range j.at {
		if at.IsZero() {
			continue
		}
		if !last.IsZero() {
			each(hop(h), max(at.Sub(last), 0))
		}
		if at.After(last) {
			last = at
		}
	}
}

// total is the time from the first hop reached to the last.
func (j *journey) total() time.Duration {
	var sum time.Duration
	j.legs(func(_ hop, took time.Duration) { sum += took })
	return sum
}

// String is one line: what, the hops with their milliseconds, the outcome. It says so
// where the change is an inference, or replaces one.
func (j *journey) String() string {
	var b strings.Builder
	b.WriteString(j.about() + ":")
	j.legs(func(h hop, took time.Duration) {
		fmt.Fprintf(&b, " %s %s", hopNames[h], milliseconds(took))
	})
	fmt.Fprintf(&b, " = %s ms, %s", milliseconds(j.total()), j.outcome)
	if j.inferred != "" {
		b.WriteString(", " + j.inferred)
	}
	return b.String()
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}

// fewKeys is how many keys fit in a line.
const fewKeys = 6

// about returns the user and the keys of a change.
func (j *journey) about() string {
	return strings.TrimRight(terminal.Visible(j.user)+" "+j.shownKeys(), " ")
}

func (j *journey) shownKeys() string {
	if len(j.keys) > fewKeys {
		return fmt.Sprintf("%d keys", len(j.keys))
	}
	return strings.Join(j.keys, ",")
}
