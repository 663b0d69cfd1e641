package oracle

import (
	"encoding/json"
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
		Erased   bool   `json:"erased"`
		AsOf     string `json:"as_of"`
		Code     string `json:"code"`
	}
	if err := json.Unmarshal([]byte(body), &letter); err != nil || letter.User == "" || letter.Revision == 0 {
		l.broken(G4, "a dead letter names neither user nor revision: %.200s", body)
		return
	}
	if from == nil {
		l.broken(G4, "revision %d of %s was given up by somebody who was given no change of the table", letter.Revision, letter.User)
		return
	}
	u, f := l.user(letter.User), from.fold(letter.User, letter.Previous, letter.Revision)
	switch {
	case f == nil:
		l.broken(G4, "a dead letter names %s from revision %d to %d, and the batch held %s", letter.User, letter.Previous, letter.Revision, from.held(letter.User))
		return
	case letter.Erased != f.Deleted || f.Deleted && letter.AsOf != u.revisions[f.To].asOf():
		l.broken(G4, "a dead letter says of revision %d of %s that erased is %v, as_of %q", letter.Revision, letter.User, letter.Erased, letter.AsOf)
	case !from.Bus:
		l.broken(G4, "revision %d of %s was given up while the bus was not disturbed", letter.Revision, letter.User)
	case now.Sub(f.Oldest) <= patience:
		l.broken(G4, "revision %d of %s was given up after %v", letter.Revision, letter.User, now.Sub(f.Oldest))
	}
	u.announced = append(u.announced, u.covered(f))
	u.named = append(u.named, letter.Revision)
	from.lost(f, letter.Code)
}
