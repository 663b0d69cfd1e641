package historystore

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

// markKept is how much longer than its changes a mark is kept. A change that is younger
// than the horizon may come that late, and its stamp may be ahead of the clock.
const markKept = 24 * time.Hour

// defaultConcurrency bounds the items of one user that are forgotten at once.
const defaultConcurrency = 16

// raise raises a user's mark. Its two parts rise apart: they come from different events.
func (s *Store) raise(ctx context.Context, userID string, m history.Mark) error {
	expires := number(s.now().Add(history.Kept + markKept).Unix())
	if !m.Cleared.IsZero() {
		err := s.update(ctx, userID, ofMark, "SET cleared = :c, expires_at = :e", "attribute_not_exists(cleared) OR cleared < :c",
			item{":c": text(m.Cleared.String()), ":e": expires})
		if err != nil && !refused(err) {
			return err
		}
	}
	if m.Revision > 0 {
		err := s.update(ctx, userID, ofMark, "SET revision = :r, expires_at = :e", "attribute_not_exists(revision) OR revision < :r",
			item{":r": number(m.Revision), ":e": expires})
		if err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// forgetAll takes what they said from all items below a mark. everyKey takes the keys of
// all announcements: those of an erasure whose announcement has not come yet.
func (s *Store) forgetAll(ctx context.Context, userID string, m history.Mark, everyKey bool) error {
	var below []string
	for _, span := range spans(m, everyKey) {
		err := s.each(ctx, &dynamodb.QueryInput{
			KeyConditionExpression:    aws.String("user_id = :u AND kept BETWEEN :from AND :to"),
			FilterExpression:          aws.String("attribute_exists(" + span.says + ")"),
			ProjectionExpression:      aws.String(sortKey),
			ExpressionAttributeValues: item{":u": text(userID), ":from": text(span.from), ":to": text(span.to)},
		}, func(i item) error {
			if name := textOf(i, sortKey); name != span.to {
				below = append(below, name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.forget(ctx, userID, below)
}

// A span is the items of a kind that are below a mark.
type span struct {
	from, to string // to itself is not below
	says     string // an attribute that those have which were not forgotten yet
}

func spans(m history.Mark, everyKey bool) []span {
	var all []span
	if !m.Cleared.IsZero() {
		all = append(all, span{ofChange, at(ofChange, m.Cleared), detail}, span{ofRefusal, at(ofRefusal, m.Cleared), bot})
	}
	switch {
	case everyKey:
		all = append(all, span{ofAnnouncement, ofAnnouncement + "~", changed})
	case m.Revision > 0:
		all = append(all, span{ofAnnouncement, atRevision(m.Revision), changed})
	}
	return all
}

// forgetBatch does the same for what came late, with a batch that erases nothing.
func (s *Store) forgetBatch(ctx context.Context, userID string, b *history.Batch, m history.Mark) error {
	var below []string
	for i := range b.Changes {
		if b.Changes[i].ID.Before(m.Cleared) {
			below = append(below, at(ofChange, b.Changes[i].ID))
		}
	}
	for i := range b.Refusals {
		if b.Refusals[i].At.Before(m.Cleared) {
			below = append(below, at(ofRefusal, b.Refusals[i].At))
		}
	}
	for i := range b.Announcements {
		if b.Announcements[i].Revision < m.Revision {
			below = append(below, atRevision(b.Announcements[i].Revision))
		}
	}
	return s.forget(ctx, userID, below)
}

// forget takes what they said from items.
func (s *Store) forget(ctx context.Context, userID string, names []string) error {
	var first error
	var mu sync.Mutex
	handler.Each(len(names), s.concurrency, func(i int) {
		err := s.update(ctx, userID, names[i], "REMOVE "+said(names[i]), "attribute_exists(user_id)", nil)
		if err != nil && !refused(err) { // refused: it has expired
			mu.Lock()
			defer mu.Unlock()
			first = err
		}
	})
	return first
}

// said are the attributes that tell what an item said.
func said(name string) string {
	switch {
	case strings.HasPrefix(name, ofRefusal):
		return "field, bot"
	case strings.HasPrefix(name, ofAnnouncement):
		return changed
	}
	return "detail, bot"
}
