package consumers

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
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
}

// sent notes what the bus says of an announcement.
func (r *Republish) sent(f *recordFold, err error) {
	if err == nil {
		f.outcome = announced
		return
	}
	var failure *events.SendError
	code := ""
	if errors.As(err, &failure) {
		code = failure.Code
	}
	switch age := r.age(f); {
	case failure != nil && failure.Outcome == events.Rejected:
		f.refusal = undeliverable(strings.TrimSpace("the bus rejects the announcement " + code))
	case age > r.giveUpAfter():
		f.refusal = undeliverable(strings.TrimSpace("the bus has not taken the announcement for " + r.giveUpAfter().String() + " " + code))
	}
	r.log().Warn("announcement not taken", "sequence_number", f.lowest(), "given_up", f.refusal != nil, "error", err)
}

// age is that of the fold's oldest record; 0 where it does not say.
func (r *Republish) age(f *recordFold) time.Duration {
	created := f.records[0].ApproximateCreationDateTime.Time
	if created.IsZero() {
		return 0
	}
	return r.now().Sub(created)
}

func undeliverable(rule string) *events.Refusal {
	return &events.Refusal{Code: events.Undeliverable, Rule: rule}
}

// deadLetter hands a fold over that can never be announced. It stays unannounced
// where the queue does not take the letter.
func (r *Republish) deadLetter(ctx context.Context, f *recordFold) {
	if f.refusal == nil {
		return
	}
	contained(r.log(), "dead-lettering", func() {
		l := Letter{
			Body: f.letter(), Code: f.refusal.Code, Message: f.refusal.Error(),
			UserID: f.user, Revision: f.revision,
		}
		if err := r.DeadLetters.Put(ctx, l); err != nil {
			r.log().Error("dead letter not taken", "sequence_number", f.lowest(), "code", l.Code, "error", err)
			return
		}
		f.outcome = handedOver
		r.log().Warn("revision not announced", "sequence_number", f.lowest(), "code", l.Code, "revision", f.revision)
	})
}

func (f *recordFold) letter() string {
	body, err := json.Marshal(missedAnnouncement{
		UserID: f.user, Revision: f.revision, PreviousRevision: f.previousRevision,
		Code: f.refusal.Code, Message: f.refusal.Error(), SequenceNumber: f.lowest(),
	}, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic("consumers: a letter of plain fields: " + err.Error())
	}
	return string(body)
}
