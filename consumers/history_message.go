package consumers

import (
	"errors"
	"strconv"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

// userHistory is what a batch of messages brought of one user.
type userHistory struct {
	userID   string
	messages int
	history.Batch
	fenceRose bool // an announcement says so, and not how far
	done      bool
}

// historyUsers collects messages by their users, in the order of the first ones.
type historyUsers struct {
	list   []*userHistory
	at     map[string]*userHistory
	owners []*userHistory // of each message; nil: nothing of it is kept
}

// unread owns the messages whose reading panicked. It is never done.
var unread = &userHistory{}

func (h *History) receive(records []awsevents.SQSMessage) *historyUsers {
	users := &historyUsers{at: map[string]*userHistory{}, owners: make([]*userHistory, len(records))}
	for i := range records {
		r := &records[i]
		users.owners[i] = unread
		handler.Contain(h.logger(), "reading history", func() { users.owners[i] = users.read(r, h.sentAt(r)) })
	}
	return users
}

// without counts the messages that leave nothing in the history.
func (u *historyUsers) without() (n int) {
	for _, owner := range u.owners {
		if owner == nil {
			n++
		}
	}
	return n
}

// sentAt is when the queue took a message: the same at every delivery.
func (h *History) sentAt(r *awsevents.SQSMessage) time.Time {
	if ms, err := strconv.ParseInt(r.Attributes["SentTimestamp"], 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	return h.now().UTC()
}

// partOf is the user's part of the batch, for one message more.
func (u *historyUsers) partOf(userID string) *userHistory {
	user := u.at[userID]
	if user == nil {
		user = &userHistory{userID: userID}
		u.at[userID], u.list = user, append(u.list, user)
	}
	user.messages++
	return user
}

// read adds a message to its user, and returns that; nil where nothing of it is kept.
func (u *historyUsers) read(r *awsevents.SQSMessage, sent time.Time) *userHistory {
	body := []byte(r.Body)
	e, err := events.DecodeEnvelope(body)
	switch {
	case err != nil:
		return nil // the bus writes no such envelope
	case e.DetailType == events.DetailTypeUpdated:
		return u.announcement(&e)
	case e.DetailType != events.DetailTypeChange:
		return nil
	}
	change, err := events.DecodeChange(body)
	if err == nil {
		err = events.CheckTime(change.ID, sent)
	}
	if err != nil {
		return u.refusal(r, &e, err, sent)
	}
	return u.change(r, &e, change, sent)
}

func (u *historyUsers) change(r *awsevents.SQSMessage, e *events.Envelope, c events.PreferenceChange, sent time.Time) *userHistory {
	carried := e.ID
	if carried == "" {
		carried = r.MessageId
	}
	user := u.partOf(c.UserID)
	user.Changes = append(user.Changes, history.Change{ID: c.ID, Said: &c, Source: e.Source, ReceivedAt: sent, Envelopes: []string{carried}})
	if c.Replace {
		user.Forget.Raise(history.Mark{Cleared: c.ID})
	}
	return user
}

// announcement keeps no snapshot: it repeats what was announced.
func (u *historyUsers) announcement(e *events.Envelope) *userHistory {
	var a events.PreferencesUpdated
	if e.Source != events.SourcePipeline || a.UnmarshalJSON(e.Detail) != nil || a.Snapshot {
		return nil
	}
	user := u.partOf(a.UserID)
	user.Announcements = append(user.Announcements, history.AnnouncementOf(&a))
	switch {
	case !a.Erased:
	case len(a.CausedBy) == 0: // deleted by hand, with the fence
		user.Forget.Raise(history.Mark{Cleared: history.Above(a.AsOf), Revision: a.Revision})
	default:
		user.Forget.Raise(history.Mark{Revision: a.Revision})
		user.fenceRose = true
	}
	return user
}

// refusal keeps a change that the contract refuses, if its user can be read.
func (u *historyUsers) refusal(r *awsevents.SQSMessage, e *events.Envelope, err error, sent time.Time) *userHistory {
	refused := &events.Refusal{Code: events.Malformed}
	errors.As(err, &refused)
	userID, id := userAndID(e.Detail)
	if events.ValidateUserID(userID) != nil {
		return nil
	}
	kept := history.Refusal{At: id, HasID: !id.IsZero(), Code: refused.Code, Field: refused.LogField(), Source: e.Source, ReceivedAt: sent}
	if id.IsZero() {
		if kept.At, err = events.DeriveStamp(sent, e.ID+r.MessageId); err != nil {
			return nil
		}
	}
	user := u.partOf(userID)
	user.Refusals = append(user.Refusals, kept)
	return user
}

// userAndID reads the user and the id of a change without judging the rest of it; empty and
// zero where there are none.
func userAndID(detail []byte) (userID string, id events.Stamp) {
	var fields map[string]jsontext.Value
	if json.Unmarshal(detail, &fields, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return "", events.Stamp{}
	}
	text := func(name string) (s string) {
		_ = json.Unmarshal(fields[name], &s) // of another type: as if absent
		return s
	}
	id, _ = events.ParseID(text("id"))
	return text("user_id"), id
}
