package backfill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
)

// ErrNothingStored is Resync's error for a user without an item. Either the user was
// never known, or the item has expired after everything in it was erased. There is no
// revision to announce.
var ErrNothingStored = errors.New("nothing is stored of this user")

// Resync announces one profile as it is stored now, and returns it. read must be
// strongly consistent. The error is ErrNothingStored, the reader's error, an
// *events.Refusal if no subscriber could read the announcement, or the target's
// *events.SendError.
func Resync(ctx context.Context, read func(context.Context, string) (events.Profile, error), to Target, userID string) (events.Profile, error) {
	p, err := read(ctx, userID)
	if err != nil {
		return p, err
	}
	if p.Revision == 0 {
		return p, ErrNothingStored
	}
	e, err := Envelope(&p, events.NewClock().Next())
	if err != nil {
		return p, err
	}
	return p, sendOne(ctx, to, e)
}

func sendOne(ctx context.Context, to Target, e events.Envelope) error {
	errs := to.Send(ctx, []events.Envelope{e})
	if len(errs) != 1 {
		return fmt.Errorf("%d answers to an announcement", len(errs))
	}
	return errs[0]
}

// leastStamp stands for a stamp that is not known. Whoever observes it is moved nowhere.
var leastStamp = events.Stamp{len(events.Stamp{}) - 1: 1}

// ResyncErased announces that somebody deleted a profile in the table. Only its dead
// letter is left, which must know the revision. at is the announcement's updated_at. The
// errors are those of Resync.
func ResyncErased(ctx context.Context, to Target, m Missed, at time.Time) error {
	removed := events.Profile{UserID: m.UserID, Revision: m.Revision - 1}
	u := events.AnnounceRemoval(&events.Profile{}, &removed, at)
	u.AsOf, u.Snapshot = m.AsOf, true
	if u.AsOf.IsZero() {
		u.AsOf = leastStamp // subscribers refuse an empty one
	}
	e, err := envelope(&u, events.NewClock().Next())
	if err != nil {
		return err
	}
	return sendOne(ctx, to, e)
}

// A Missed is what a dead letter says about an announcement.
type Missed struct {
	UserID   string
	Revision int64 // 0: not known
	// Erased is set if somebody deleted the profile in the table. AsOf is then the
	// greatest stamp that it had; the zero Stamp: not known.
	Erased bool
	AsOf   events.Stamp
	// Batch is set if the letter names records of the table's stream instead of a user.
	// The stream keeps them for 24 hours, and Lambda stops retrying after 23. A
	// snapshot replaces their announcements, except those of profiles that somebody deleted in the
	// table: they are not there any more.
	Batch *StreamBatch
}

// A StreamBatch is what Lambda says about records that it stopped retrying.
type StreamBatch struct {
	Shard string `json:"shardId"`
	First string `json:"startSequenceNumber"`
	Last  string `json:"endSequenceNumber"`
	Size  int    `json:"batchSize"`
}

// announcementOf holds the members of an announcement that identify it. In what
// republish writes, erased says that somebody deleted the profile in the table.
type announcementOf struct {
	UserID   string       `json:"user_id"`
	Revision *int64       `json:"revision"`
	Erased   bool         `json:"erased"`
	AsOf     events.Stamp `json:"as_of"`
}

// ReadMissed reads the body of a dead letter. That is what republish writes, what
// Lambda writes about stream records, or an announcement in its envelope, from the
// dead-letter queue of a subscriber. Anything else is an error. That matters most for a
// PreferenceChange: it is not an announcement, and must not be dropped.
func ReadMissed(body string) (Missed, error) {
	var l struct {
		announcementOf
		DetailType string          `json:"detail-type"`
		Detail     *announcementOf `json:"detail"`
		Batch      *StreamBatch    `json:"DDBStreamBatchInfo"`
	}
	if err := json.Unmarshal([]byte(body), &l, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return Missed{}, errors.New("it is not an announcement's dead letter: it cannot be read")
	}
	announcement, own := &l.announcementOf, true
	switch {
	case l.Batch != nil:
		return Missed{Batch: l.Batch}, nil
	case l.DetailType != "" && l.DetailType != events.DetailTypeUpdated:
		return Missed{}, fmt.Errorf("it is not an announcement's dead letter: its detail-type is not %s", events.DetailTypeUpdated)
	case l.DetailType != "" && l.Detail != nil:
		announcement, own = l.Detail, false
	}
	if announcement.UserID == "" || announcement.Revision == nil {
		return Missed{}, errors.New("it is not an announcement's dead letter: it names no user and revision")
	}
	m := Missed{UserID: announcement.UserID, Revision: *announcement.Revision}
	if own && announcement.Erased { // an announcement says erased of a fence too
		m.Erased, m.AsOf = true, announcement.AsOf
	}
	return m, nil
}
