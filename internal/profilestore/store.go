package profilestore

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A Client is the part of *dynamodb.Client that a Store uses.
type Client interface {
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

var _ Client = (*dynamodb.Client)(nil)

// A Store keeps profiles in one table. Safe for concurrent use.
type Store struct {
	client   Client
	table    string
	now      func() time.Time
	eventual bool
	late     bool
}

// An Option changes a Store at its construction.
type Option func(*Store)

// WithClock replaces time.Now as the source of revision, updated_at and of the
// age at which tombstones are collected.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// WithEventualReads makes Read eventually consistent: half the price, and it
// may miss the writes of the last second or so.
func WithEventualReads() Option { return func(s *Store) { s.eventual = true } }

// New is the store in a table, which must have the key user_id (S), by its name
// or ARN.
func New(client Client, table string, options ...Option) *Store {
	s := &Store{client: client, table: table, now: time.Now}
	for _, o := range options {
		o(s)
	}
	return s
}

// Late is the same store for changes that are late for another reason than the
// pipeline's speed: they were redriven, or an archive replays them. A write of its Merge
// leaves their stamps in the item's attribute late, where the stream shows them. The next
// Merge of other changes that writes removes it by a further write.
func (s *Store) Late() *Store {
	late := *s
	late.late = true
	return &late
}

// Read returns what is stored of a user, by one GetItem, strongly consistent
// unless the Store was made otherwise. A user that was never heard of has
// Revision 0. The error is an *Error or wraps an *item.MalformedError.
func (s *Store) Read(ctx context.Context, userID string) (events.Profile, error) {
	stored, err := s.read(ctx, userID, !s.eventual)
	if err != nil {
		return events.Profile{}, err
	}
	stored.UserID = userID
	return stored.Profile, nil
}

func (s *Store) read(ctx context.Context, userID string, consistent bool) (item.Stored, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(s.table), Key: key(userID), ConsistentRead: aws.Bool(consistent),
	})
	if err != nil {
		return item.Stored{}, &Error{Operation: "GetItem", Err: err}
	}
	return decode(out.Item)
}

func key(userID string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{item.UserID: text(userID)}
}
