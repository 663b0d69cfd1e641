package oracle

import (
	"encoding/json"
	"fmt"
	"time"
)

// patience is how long an announcement is retried before it becomes a dead letter.
const patience = 12 * time.Hour

// Unannounced reports a letter in the dead-letter queue of announcements, from a run of
// republish whose clock shows now. The letter must name the run's input. It is allowed
// only after the bus has refused the announcement for half a day.
func (l *Log) Unannounced(body string, from *Batch, now time.Time) {
	var letter struct {
		User     string `json:"user_id"`
		Revision int64  `json:"revision"`
		Previous int64  `json:"previous_revision"`
	}
	if err := json.Unmarshal([]byte(body), &letter); err != nil || letter.User == "" || letter.Revision == 0 {
		l.broken(G4, "a dead letter names neither user nor revision: %.200s", body)
		return
	}
	if from == nil {
		l.broken(G4, "revision %d of %s was given up by somebody who was given no change of the table", letter.Revision, letter.User)
		return
	}
	f := from.Folds[letter.User]
	switch {
	case f == nil || f.From != letter.Previous || f.To != letter.Revision:
		l.broken(G4, "a dead letter names %s from revision %d to %d, and the batch held %s", letter.User, letter.Previous, letter.Revision, f)
		return
	case !from.Bus:
		l.broken(G4, "revision %d of %s was given up while the bus was not disturbed", letter.Revision, letter.User)
	case now.Sub(f.Oldest) <= patience:
		l.broken(G4, "revision %d of %s was given up after %v", letter.Revision, letter.User, now.Sub(f.Oldest))
	}
	u := l.user(letter.User)
	u.announced = append(u.announced, u.covered(f))
	u.named = append(u.named, letter.Revision)
}

// String is the fold in one line.
func (f *Fold) String() string {
	if f == nil {
		return "nothing of this user"
	}
	return fmt.Sprintf("revisions from %d to %d", f.From, f.To)
}
