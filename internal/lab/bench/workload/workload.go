package workload

import (
	"fmt"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Start is when the first change of every workload is made.
var Start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A Workload is users, and batches of changes of them.
type Workload struct {
	Users      int // that there are; at least as many as a batch has
	Changes    int // in a batch
	Fold       int // changes of each user in a batch; the last user's may be fewer
	ValueBytes int // of a changed value's JSON text
	ItemBytes  int // of a stored profile, as DynamoDB counts them
}

// New is the usual Workload: 1,000 users with profiles of 1,000 bytes, of which
// every write is billed as 1 KB, and batches of 100 changes of 40 bytes.
func New(fold int) Workload {
	return Workload{Users: 1000, Changes: 100, Fold: fold, ValueBytes: 40, ItemBytes: 1000}
}

// BatchUsers is how many users a batch has.
func (w Workload) BatchUsers() int { return (w.Changes + w.Fold - 1) / w.Fold }

// User is the id of a user: 12 bytes.
func User(i int) string { return fmt.Sprintf("tg:%09d", i) }

// changing are the keys that changes are of, in turn. The eighth key of a
// profile is steady, and as long as the profile's size wants.
var changing = []string{"language", "name", "tone", "verbosity", "timezone", "units", "reminders"}

const steady = "notes"

// Profile is what is stored of each user before the first batch.
func (w Workload) Profile() events.State {
	p := events.Preferences{steady: w.value(0, w.ItemBytes-w.itemBytes(steady))}
	for i, key := range changing {
		p[key] = w.value(i, w.ValueBytes)
	}
	return events.Fold(events.PreferenceChange{ID: stamp(Start.Add(-time.Hour)), Preferences: p})
}

// Batch is the n-th batch, from 0. Its users come in turn, so that those of one
// user are apart; its changes are later than those of every batch before.
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

// Now is when the n-th batch is made.
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

// value is a JSON string that is n bytes long in all.
func (w Workload) value(number, n int) events.Value {
	text := fmt.Sprintf("%d: briefly, and in plain words; ", number)
	n = max(n, len(`""`))
	return events.Value(`"` + strings.Repeat(text, n/len(text)+1)[:n-2] + `"`)
}
