package workload

import (
	"fmt"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Start is the time of the first change of every workload.
var Start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A Workload describes users and batches of their changes.
type Workload struct {
	Users      int // number of users; at least as many as a batch has
	Changes    int // changes in a batch
	Fold       int // changes of each user in a batch; the last user may have fewer
	ValueBytes int // size of the JSON text of a changed value
	ItemBytes  int // size of a stored profile, as DynamoDB counts it
}

// New returns the usual Workload: batches of 100 changes with values of 40 bytes, and
// 1,000 users with profiles of 1,000 bytes. A write of such a profile is billed as 1
// KB.
func New(fold int) Workload {
	return Workload{Users: 1000, Changes: 100, Fold: fold, ValueBytes: 40, ItemBytes: 1000}
}

// BatchUsers returns how many users a batch has.
func (w Workload) BatchUsers() int { return (w.Changes + w.Fold - 1) / w.Fold }

// User returns the id of a user: 12 bytes.
func User(i int) string { return fmt.Sprintf("tg:%09d", i) }

// changing lists the keys that changes use in turn. The eighth key of a profile never
// changes; its length fills the profile up to its size.
var changing = []string{"language", "name", "tone", "verbosity", "timezone", "units", "reminders"}

const steady = "notes"

// Profile returns what is stored for each user before the first batch.
func (w Workload) Profile() events.State {
	p := events.Preferences{steady: w.value(0, w.ItemBytes-w.itemBytes(steady))}
	for i, key := range changing {
		p[key] = w.value(i, w.ValueBytes)
	}
	return events.Fold(events.PreferenceChange{ID: stamp(Start.Add(-time.Hour)), Preferences: p})
}

// Batch returns the n-th batch, from 0. Its users take turns, so the changes of one
// user are not adjacent. Its changes are later than those of every earlier batch.
func (w Workload) Batch(n int) []events.PreferenceChange {
	changes := make([]events.PreferenceChange, w.Changes)
	for i := range changes {
		user, round := i%w.BatchUsers(), i/w.BatchUsers()
		changes[i] = events.PreferenceChange{
			ID:             stamp(w.Now(n).Add(time.Duration(i) * time.Millisecond)),
			UserID:         User((n*w.BatchUsers() + user) % w.Users),
			Preferences:    events.Preferences{changing[(n+round)%len(changing)]: w.value(n*w.Changes+i, w.ValueBytes)},
			ConversationID: User(user),
		}
	}
	return changes
}

// Now returns the time of the n-th batch.
func (w Workload) Now(n int) time.Time {
	return Start.Add(time.Duration(n*w.Changes) * time.Millisecond)
}

func stamp(at time.Time) events.Stamp {
	s, err := events.DeriveStamp(at, at.String())
	if err != nil {
		panic(err) // before 1970, or after the year 10889
	}
	return s
}

// value returns a JSON string of n bytes.
func (w Workload) value(number, n int) events.Value {
	text := fmt.Sprintf("%d: briefly, and in plain words; ", number)
	n = max(n, len(`""`))
	return events.JSON(`"` + strings.Repeat(text, n/len(text)+1)[:n-2] + `"`)
}
