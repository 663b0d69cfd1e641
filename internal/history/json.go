package history

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
)

// AppendJSON appends what became of a user's change as a JSON object:
//
//	event_id, user_id, received_at, verdict   always
//	by          the change that erased or superseded the whole; if there is one
//	duplicates  how often it was sent again; if it was
//	source, conversation_id, replace          if it has them and was not erased
//	origin      inferred; if it was, and was not erased
//	keys        {name: {value, verdict, by}}, if it has any and was not erased
//	announced   {revision, previous_revision, updated_at}; if an announcement names it
//
// Values keep their exact text.
func (j *Judgement) AppendJSON(b []byte, userID string) []byte {
	b = begin(b, j.ID, userID, j.ReceivedAt, j.Verdict)
	b = appendText(b, "by", j.By.String())
	b = appendText(b, "source", j.Source)
	if n := j.Duplicates(); n > 0 {
		b = strconv.AppendInt(append(b, `,"duplicates":`...), int64(n), 10)
	}
	if j.Said != nil {
		b = appendText(b, "conversation_id", j.Said.ConversationID)
		if j.Said.Replace {
			b = append(b, `,"replace":true`...)
		}
		if j.Said.Origin != events.Stated {
			b = appendText(b, "origin", j.Said.Origin.String())
		}
	}
	if len(j.Keys) > 0 {
		b = appendKeys(append(b, `,"keys":`...), j.Keys)
	}
	return append(appendAnnounced(b, j.Announced), '}')
}

func appendAnnounced(b []byte, a *Announcement) []byte {
	if a == nil {
		return b
	}
	b = strconv.AppendInt(append(b, `,"announced":{"revision":`...), a.Revision, 10)
	b = strconv.AppendInt(append(b, `,"previous_revision":`...), a.PreviousRevision, 10)
	return append(appendText(b, "updated_at", events.FormatTime(a.UpdatedAt)), '}')
}

// AppendJSON appends a chapter as a JSON object. A change and a refusal are written as
// their own AppendJSON does. An unknown change has user_id, event_id, the verdict
// "unknown", won (true where the profile's value comes from it) and announced.
func (c *Chapter) AppendJSON(b []byte, userID string) []byte {
	switch {
	case c.Change != nil:
		return c.Change.AppendJSON(b, userID)
	case c.Refusal != nil:
		return c.Refusal.AppendJSON(b, userID)
	}
	b, _ = jsontext.AppendQuote(append(b, `{"user_id":`...), userID)
	b = appendText(appendText(b, "event_id", c.ID.String()), "verdict", "unknown")
	if c.Unknown.Won {
		b = append(b, `,"won":true`...)
	}
	return append(appendAnnounced(b, c.Unknown.Announced), '}')
}

// AppendJSON appends what is kept of a refused change as a JSON object: event_id (if it
// had one), user_id, received_at, verdict and code; field and source if they are kept.
func (r *Refusal) AppendJSON(b []byte, userID string) []byte {
	id := r.At
	if !r.HasID {
		id = events.Stamp{}
	}
	b = begin(b, id, userID, r.ReceivedAt, r.VerdictOf())
	b = appendText(b, "code", string(r.Code))
	b = appendText(b, "field", r.Field)
	return append(appendText(b, "source", r.Source), '}')
}

func begin(b []byte, id events.Stamp, userID string, received time.Time, v Verdict) []byte {
	b = append(b, `{"user_id":`...)
	b, _ = jsontext.AppendQuote(b, userID)
	b = appendText(b, "event_id", id.String())
	b = appendText(b, "received_at", events.FormatTime(received))
	return appendText(b, "verdict", string(v))
}

// appendText appends a member that is not the first one; nothing where it is empty.
func appendText(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	b, _ = jsontext.AppendQuote(b, value) // bad UTF-8, which validation refuses, becomes U+FFFD
	return b
}

func appendKeys(b []byte, keys []Key) []byte {
	for i, k := range keys {
		b = append(b, map[bool]byte{true: '{', false: ','}[i == 0])
		b, _ = jsontext.AppendQuote(b, k.Name)
		b = append(append(b, `:{"value":`...), k.Value.JSON()...)
		b = appendText(b, "verdict", string(k.Verdict))
		b = append(appendText(b, "by", k.By.String()), '}')
	}
	return append(b, '}')
}
