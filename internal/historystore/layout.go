package historystore

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

// Names of attributes, and of the index.
const (
	userKey    = "user_id"
	sortKey    = "kept"
	index      = "by-event"
	eventID    = "event_id"
	detail     = "detail"
	bot        = "bot"
	envelopes  = "envelopes"
	receivedAt = "received_at"
	code       = "code"
	field      = "field"
	previous   = "previous"
	causedBy   = "caused_by"
	changed    = "changed_keys"
	erased     = "erased"
	truncated  = "truncated"
	updatedAt  = "updated_at"
	cleared    = "cleared"
	revision   = "revision"
	expiresAt  = "expires_at"
)

// Beginnings of sort keys, and the whole one of the mark.
const (
	ofChange       = "change#"
	ofRefusal      = "refused#"
	ofAnnouncement = "announced#"
	ofMark         = "erased"
)

type item = map[string]types.AttributeValue

func at(prefix string, s events.Stamp) string { return prefix + s.String() }

func atRevision(n int64) string { return fmt.Sprintf("%s%019d", ofAnnouncement, n) }

func keyOf(userID, at string) item { return item{userKey: text(userID), sortKey: text(at)} }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// expiry is when an item that was received at a time may be dropped.
func expiry(at time.Time) types.AttributeValue { return number(at.Add(history.Kept).Unix()) }

func textOf(i item, name string) string {
	if s, ok := i[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func numberOf(i item, name string) int64 {
	if n, ok := i[name].(*types.AttributeValueMemberN); ok {
		value, _ := strconv.ParseInt(n.Value, 10, 64)
		return value
	}
	return 0
}

func flagOf(i item, name string) bool {
	b, ok := i[name].(*types.AttributeValueMemberBOOL)
	return ok && b.Value
}

func setOf(i item, name string) []string {
	if s, ok := i[name].(*types.AttributeValueMemberSS); ok {
		return s.Value
	}
	return nil
}

// putText and putSet leave out what is empty: DynamoDB takes no empty set.
func putText(i item, name, value string) {
	if value != "" {
		i[name] = text(value)
	}
}

func putSet(i item, name string, values []string) {
	if len(values) > 0 {
		i[name] = &types.AttributeValueMemberSS{Value: values}
	}
}

func changeItem(userID string, c *history.Change) item {
	i := keyOf(userID, at(ofChange, c.ID))
	i[eventID] = text(c.ID.String())
	if c.Said != nil {
		i[detail] = text(string(c.Said.AppendJSON(nil)))
	}
	putText(i, bot, c.Source)
	putSet(i, envelopes, c.Envelopes)
	i[receivedAt], i[expiresAt] = text(events.FormatTime(c.ReceivedAt)), expiry(c.ReceivedAt)
	return i
}

func refusalItem(userID string, r *history.Refusal) item {
	i := keyOf(userID, at(ofRefusal, r.At))
	if r.HasID {
		i[eventID] = text(r.At.String())
	}
	i[code] = text(string(r.Code))
	putText(i, field, r.Field)
	putText(i, bot, r.Source)
	i[receivedAt], i[expiresAt] = text(events.FormatTime(r.ReceivedAt)), expiry(r.ReceivedAt)
	return i
}

func announcementItem(userID string, a *history.Announcement, now time.Time) item {
	i := keyOf(userID, atRevision(a.Revision))
	i[previous] = number(a.PreviousRevision)
	ids := make([]string, len(a.CausedBy))
	for n, id := range a.CausedBy {
		ids[n] = id.String()
	}
	putSet(i, causedBy, ids)
	putSet(i, changed, a.ChangedKeys)
	i[erased], i[truncated] = &types.AttributeValueMemberBOOL{Value: a.Erased}, &types.AttributeValueMemberBOOL{Value: a.Truncated}
	i[updatedAt], i[expiresAt] = text(events.FormatTime(a.UpdatedAt)), expiry(now)
	return i
}

// add reads an item into a user. Items come in ascending order of their sort keys.
func add(u *history.User, i item) error {
	name := textOf(i, sortKey)
	switch {
	case name == ofMark:
		u.Erased = markOf(i)
		return nil
	case strings.HasPrefix(name, ofChange):
		return addChange(u, i, name)
	case strings.HasPrefix(name, ofRefusal):
		return addRefusal(u, i, name)
	case strings.HasPrefix(name, ofAnnouncement):
		return addAnnouncement(u, i, name)
	}
	return nil // of a later version
}

func markOf(i item) (m history.Mark) {
	m.Cleared, _ = events.ParseStamp(textOf(i, cleared))
	m.Revision = numberOf(i, revision)
	return m
}

func unreadable(name, attribute string) error {
	return fmt.Errorf("historystore: the item %s has an unreadable %s", name, attribute)
}

func addChange(u *history.User, i item, name string) error {
	c := history.Change{Source: textOf(i, bot), Envelopes: setOf(i, envelopes)}
	var err error
	if c.ID, err = events.ParseStamp(strings.TrimPrefix(name, ofChange)); err != nil {
		return unreadable(name, sortKey)
	}
	if c.ReceivedAt, err = time.Parse(time.RFC3339, textOf(i, receivedAt)); err != nil {
		return unreadable(name, receivedAt)
	}
	if said := textOf(i, detail); said != "" {
		parsed, err := events.ParseChange([]byte(said))
		if err != nil || parsed.ID != c.ID {
			return unreadable(name, detail)
		}
		c.Said = &parsed
	}
	u.Changes = append(u.Changes, c)
	return nil
}

func addRefusal(u *history.User, i item, name string) error {
	r := history.Refusal{Code: events.Code(textOf(i, code)), Field: textOf(i, field), Source: textOf(i, bot), HasID: textOf(i, eventID) != ""}
	var err error
	if r.At, err = events.ParseStamp(strings.TrimPrefix(name, ofRefusal)); err != nil {
		return unreadable(name, sortKey)
	}
	if r.ReceivedAt, err = time.Parse(time.RFC3339, textOf(i, receivedAt)); err != nil {
		return unreadable(name, receivedAt)
	}
	u.Refusals = append(u.Refusals, r)
	return nil
}

func addAnnouncement(u *history.User, i item, name string) error {
	a := history.Announcement{PreviousRevision: numberOf(i, previous), ChangedKeys: setOf(i, changed), Erased: flagOf(i, erased), Truncated: flagOf(i, truncated)}
	var err error
	if a.Revision, err = strconv.ParseInt(strings.TrimPrefix(name, ofAnnouncement), 10, 64); err != nil {
		return unreadable(name, sortKey)
	}
	if a.UpdatedAt, err = time.Parse(time.RFC3339, textOf(i, updatedAt)); err != nil {
		return unreadable(name, updatedAt)
	}
	for _, id := range setOf(i, causedBy) {
		s, err := events.ParseStamp(id)
		if err != nil {
			return unreadable(name, causedBy)
		}
		a.CausedBy = append(a.CausedBy, s)
	}
	u.Announcements = append(u.Announcements, a)
	return nil
}
