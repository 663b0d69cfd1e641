package historystore

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// A Client is the part of *dynamodb.Client that a Store uses.
type Client interface {
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	Query(ctx context.Context, in *dynamodb.QueryInput, options ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
}

var _ Client = (*dynamodb.Client)(nil)

// A Store keeps users in one table. Safe for concurrent use.
type Store struct {
	client      Client
	table       string
	now         func() time.Time
	concurrency int
}

// An Option changes a Store at its construction.
type Option func(*Store)

// WithClock replaces time.Now as the clock by which items expire.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// WithConcurrency bounds the items of one user that are forgotten at once. The default is
// 16. With 1 the Store starts no goroutine.
func WithConcurrency(n int) Option { return func(s *Store) { s.concurrency = max(n, 1) } }

// New is the store in a table, by its name or ARN.
func New(client Client, table string, options ...Option) *Store {
	s := &Store{client: client, table: table, now: time.Now, concurrency: defaultConcurrency}
	for _, o := range options {
		o(s)
	}
	return s
}

// An Error is a request that DynamoDB did not answer as hoped.
type Error struct {
	Operation string // "GetItem", "PutItem", "UpdateItem" or "Query"
	Err       error  // the SDK's
}

// Error names the operation and the SDK's error.
func (e *Error) Error() string { return "historystore: " + e.Operation + ": " + e.Err.Error() }

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// Unavailable tells whether the same request may succeed later, as profilestore's errors
// do.
func (e *Error) Unavailable() bool { return (&profilestore.Error{Err: e.Err}).Unavailable() }

// Off tells whether an error says that there is no such table: no history is kept.
func Off(err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return missing
}

// Find is the user of a change, by the change's id. The index is a moment behind the
// table. An id that was used for several users, which the contract forbids, finds one of
// them. The error is an *Error.
func (s *Store) Find(ctx context.Context, id events.Stamp) (userID string, found bool, err error) {
	out, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(s.table), IndexName: aws.String(index), Limit: aws.Int32(1),
		KeyConditionExpression: aws.String("event_id = :id"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":id": text(id.String()),
		},
	})
	if err != nil {
		return "", false, &Error{"Query", err}
	}
	if len(out.Items) == 0 {
		return "", false, nil
	}
	return textOf(out.Items[0], userKey), true, nil
}

// Load reads all that is kept of a user, strongly consistent, in requests of 1 MB. A user
// without any item has empty lists. The error is an *Error, or names an item that
// cannot be read.
func (s *Store) Load(ctx context.Context, userID string) (history.User, error) {
	u := history.User{UserID: userID}
	err := s.each(ctx, &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("user_id = :u"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":u": text(userID)},
	}, func(i item) error {
		if numberOf(i, expiresAt) <= s.now().Unix() {
			return nil
		}
		return add(&u, i)
	})
	return u, err
}

// each calls f for every item of a query of the table.
func (s *Store) each(ctx context.Context, in *dynamodb.QueryInput, f func(item) error) error {
	in.TableName, in.ConsistentRead = aws.String(s.table), aws.Bool(true)
	for {
		out, err := s.client.Query(ctx, in)
		if err != nil {
			return &Error{"Query", err}
		}
		for _, i := range out.Items {
			if err := f(i); err != nil {
				return err
			}
		}
		if len(out.LastEvaluatedKey) == 0 {
			return nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}
