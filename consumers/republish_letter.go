package consumers

import (
	"context"
	"log/slog"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter/letter"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// A missedAnnouncement is the body of a dead letter: the profile's revisions
// above previous_revision, up to revision, were not announced. 0 stands for a
// revision that cannot be read.
type missedAnnouncement struct {
	UserID           string      `json:"user_id"`
	Revision         int64       `json:"revision"`
	PreviousRevision int64       `json:"previous_revision"`
	Code             events.Code `json:"code"`
	Message          string      `json:"message"`
	SequenceNumber   string      `json:"sequence_number"` // of the fold's first record
	// Erased: somebody deleted the profile in the table. AsOf was its greatest
	// stamp; absent where that cannot be read. The item is gone, so only this
	// letter can still say so.
	Erased bool         `json:"erased,omitzero"`
	AsOf   events.Stamp `json:"as_of,omitzero"`
}

// deadLetter dead-letters a fold that can never be announced. It stays unsettled
// where the queue does not take the letter.
func (r *Republish) deadLetter(ctx context.Context, f *recordFold) {
	if f.refusal == nil {
		return
	}
	handler.Contain(r.logger(), "dead-lettering", func() {
		l := letter.Letter{
			Body: f.letter(), Code: f.refusal.Code, Message: f.refusal.Error(),
			UserID: f.user, Revision: f.revision,
		}
		if err := r.DeadLetters.Put(ctx, l); err != nil {
			r.log(ctx, slog.LevelError, "dead letter not taken", f, code(f.refusal), slog.Any("error", err))
			return
		}
		f.outcome = deadLettered
		r.log(ctx, slog.LevelWarn, "revision not announced", f, code(f.refusal))
	})
}

func (f *recordFold) removedAsOf() (asOf events.Stamp) {
	if f.removed {
		asOf = f.asOf
	}
	return asOf
}

func (f *recordFold) letter() string {
	body, err := json.Marshal(missedAnnouncement{
		UserID: f.user, Revision: f.revision, PreviousRevision: f.previousRevision,
		Code: f.refusal.Code, Message: f.refusal.Error(), SequenceNumber: f.lowest(),
		Erased: f.removed, AsOf: f.removedAsOf(),
	}, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic("consumers: a letter of plain fields: " + err.Error())
	}
	return string(body)
}
