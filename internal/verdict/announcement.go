package verdict

import (
	"context"
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
)

// Announcement judges the body of a letter of the announcements' queue: what republish
// or Lambda wrote there.
func (j *Judge) Announcement(ctx context.Context, body string) Verdict {
	m, err := backfill.ReadMissed(body)
	switch {
	case err != nil:
		return Verdict{Outcome: Refused, Final: true, Why: err.Error()}
	case m.Batch != nil:
		return Verdict{Outcome: Unknown, Why: fmt.Sprintf("it names no user, but %d records of the table's stream: a snapshot announces all profiles", m.Batch.Size)}
	}
	s := j.read(ctx, m.UserID)
	if s.err != nil {
		return Verdict{Outcome: Unknown, Why: "the stored profile cannot be read: " + s.err.Error()}
	}
	return missed(&m, s.profile.Revision)
}

func missed(m *backfill.Missed, stored int64) Verdict {
	switch {
	case stored > m.Revision && m.Revision != 0:
		return Verdict{Outcome: Replaced, Why: fmt.Sprintf("revision %d is stored: its announcement replaces that of %d, unless it is a dead letter too", stored, m.Revision)}
	case stored == 0 && m.Erased && m.Revision != 0: // without its revision nothing can be announced
		return Verdict{Outcome: Unannounced, Why: "the profile was deleted in the table: resync announces it as erased"}
	case stored == 0:
		return Verdict{Outcome: Gone, Why: "the table has no item of this user: there is no revision to announce, and a copy of it must go"}
	case stored < m.Revision:
		return Verdict{Outcome: Unknown, Why: fmt.Sprintf("the table has revision %d, and the letter is of %d: was the table restored?", stored, m.Revision)}
	}
	return Verdict{Outcome: Unannounced, Why: fmt.Sprintf("revision %d is the stored one: resync announces it", stored)}
}
