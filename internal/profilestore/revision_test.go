package profilestore

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

func TestAdvanceRevisionChangesNothingElse(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	c.merge(s, set(1, events.Preferences{"a": events.Text("1"), "b": events.JSON("2")}))
	c.merge(s, replace(2, nil)) // the item expires
	before := c.stored("u")
	for i, step := range []struct {
		to, want int64
		moved    bool
	}{
		{before.Revision - 1, before.Revision, false},
		{before.Revision, before.Revision, false},
		{before.Revision + 1000, before.Revision + 1000, true},
		{before.Revision + 1000, before.Revision + 1000, false},
	} {
		records := c.records()
		moved, units, err := s.AdvanceRevision(t.Context(), "u", step.to)
		if moved != step.moved || units < 1 || err != nil {
			t.Errorf("step %d: %t, %v units, %v", i, moved, units, err)
		}
		after := before
		after.Revision = step.want
		if diff := cmp.Diff(after, c.stored("u")); diff != "" {
			t.Errorf("step %d: want (-), got (+):\n%s", i, diff)
		}
		if wrote := c.records() > records; wrote != step.moved {
			t.Errorf("step %d: a record in the stream: %t", i, wrote)
		}
	}
	if before.ExpiresAt == 0 {
		t.Error("the item does not expire: this test shows less than it says")
	}
}

func TestAdvanceRevisionOfWhatIsNotThere(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	if moved, _, err := s.AdvanceRevision(t.Context(), "none", 5); moved || err != nil || c.table.Len() != 0 {
		t.Errorf("no item: %t, %v, %d items", moved, err, c.table.Len())
	}
	for _, bad := range []map[string]types.AttributeValue{
		{item.UserID: text("bare")}, {item.UserID: text("bare"), item.Revision: text("4")},
	} {
		put := dynamodb.PutItemInput{TableName: aws.String("profiles"), Item: bad}
		if _, err := s.client.(*dynamodb.Client).PutItem(t.Context(), &put); err != nil {
			t.Fatal(err)
		}
		if moved, _, err := s.AdvanceRevision(t.Context(), "bare", 5); moved || !errors.Is(err, ErrNoRevision) {
			t.Errorf("an item without a revision: %t, %v", moved, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var failed *Error
	if _, _, err := s.AdvanceRevision(ctx, "none", 5); !errors.As(err, &failed) || failed.Operation != "UpdateItem" {
		t.Errorf("without an answer: %v", err)
	}
}
