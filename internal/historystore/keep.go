package historystore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/history"
)

// maxEnvelopes bounds the ids of events that an item keeps.
const maxEnvelopes = 100

// Keep keeps a batch of a user, and forgets what it or an earlier batch erased. The error
// is nil only if all of that is done; otherwise keep the batch again.
func (s *Store) Keep(ctx context.Context, userID string, b *history.Batch) error {
	if err := s.raise(ctx, userID, b.Forget); err != nil {
		return err
	}
	if err := s.put(ctx, userID, b); err != nil {
		return err
	}
	mark, err := s.mark(ctx, userID)
	if err != nil {
		return err
	}
	if !b.Forget.IsZero() {
		return s.forgetAll(ctx, userID, mark, b.Forget.Revision == 0)
	}
	return s.forgetBatch(ctx, userID, b, mark)
}

func (s *Store) put(ctx context.Context, userID string, b *history.Batch) error {
	for n := range b.Changes {
		if err := s.putChange(ctx, userID, &b.Changes[n]); err != nil {
			return err
		}
	}
	for n := range b.Refusals {
		if err := s.putNew(ctx, refusalItem(userID, &b.Refusals[n])); err != nil && !refused(err) {
			return err
		}
	}
	for n := range b.Announcements {
		if err := s.putNew(ctx, announcementItem(userID, &b.Announcements[n], s.now())); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// putNew writes an item unless it exists: it may have been erased since.
func (s *Store) putNew(ctx context.Context, i item) error {
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.table), Item: i, ConditionExpression: aws.String("attribute_not_exists(" + userKey + ")"),
	})
	if err != nil {
		return &Error{"PutItem", err}
	}
	return nil
}

// putChange writes a change, or adds the events that carried it this time.
func (s *Store) putChange(ctx context.Context, userID string, c *history.Change) error {
	err := s.putNew(ctx, changeItem(userID, c))
	if !refused(err) || len(c.Envelopes) == 0 {
		return err
	}
	err = s.update(ctx, userID, at(ofChange, c.ID), "ADD envelopes :e",
		"attribute_exists(user_id) AND (attribute_not_exists(envelopes) OR size(envelopes) < :most)",
		item{":e": &types.AttributeValueMemberSS{Value: c.Envelopes}, ":most": number(maxEnvelopes)})
	if refused(err) {
		return nil // it has enough of them
	}
	return err
}

func (s *Store) update(ctx context.Context, userID, at, expression, condition string, values item) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.table), Key: keyOf(userID, at), UpdateExpression: aws.String(expression),
		ConditionExpression: aws.String(condition), ExpressionAttributeValues: values,
	})
	if err != nil {
		return &Error{"UpdateItem", err}
	}
	return nil
}

// refused tells whether a condition was false.
func refused(err error) bool {
	_, failed := errors.AsType[*types.ConditionalCheckFailedException](err)
	return failed
}

// mark reads what of a user is erased.
func (s *Store) mark(ctx context.Context, userID string) (history.Mark, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(s.table), Key: keyOf(userID, ofMark), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return history.Mark{}, &Error{"GetItem", err}
	}
	return markOf(out.Item), nil
}
