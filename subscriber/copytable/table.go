package copytable

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

// A Client is the part of *dynamodb.Client that a Table uses.
type Client interface {
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

// A Table is a subscriber.Store in DynamoDB. Safe for concurrent use.
type Table struct {
	client Client
	name   string
	expiry time.Duration
	now    func() time.Time
}

var (
	_ Client           = (*dynamodb.Client)(nil)
	_ subscriber.Store = (*Table)(nil)
)

// An Option changes a Table at its construction.
type Option func(*Table)

// WithExpiry has copies without preferences removed so long after they were
// saved, by the table's time to live on expires_at. An announcement that comes
// later than that and is older than the removed copy would bring back what was
// erased: keep the revisions for longer than anything can still arrive. SQS keeps
// a message for up to 14 days, a dead-letter queue it for 14 more, and an archive
// can be replayed at any time. Without this option copies are kept for ever.
func WithExpiry(after time.Duration) Option { return func(t *Table) { t.expiry = after } }

// WithClock replaces time.Now, which only WithExpiry uses.
func WithClock(now func() time.Time) Option { return func(t *Table) { t.now = now } }

// New is the store in a table, by its name or ARN.
func New(client Client, table string, options ...Option) *Table {
	t := &Table{client: client, name: table, now: time.Now}
	for _, o := range options {
		o(t)
	}
	return t
}

// Load reads by one strongly consistent GetItem.
func (t *Table) Load(ctx context.Context, userID string) (subscriber.Copy, error) {
	consistent := true
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: item{attrUserID: text(userID)}, ConsistentRead: &consistent,
	})
	if err != nil {
		return subscriber.Copy{}, fmt.Errorf("copytable: %w", err)
	}
	return decode(out.Item)
}

// Save writes by one conditional PutItem.
func (t *Table) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (saved bool, err error) {
	it := encode(&c)
	if t.expiry > 0 && len(c.Preferences) == 0 && !c.Stale {
		it[attrExpiresAt] = number(t.now().Add(t.expiry).Unix())
	}
	when := condition(&c, snapshot)
	in := &dynamodb.PutItemInput{
		TableName: &t.name, Item: it, ConditionExpression: &when,
		ExpressionAttributeNames:  map[string]string{"#r": attrRevision},
		ExpressionAttributeValues: item{":r": number(c.Revision)},
	}
	if when == newerOrBlind { // a name that is not used is an error
		in.ExpressionAttributeNames["#s"] = attrStale
		in.ExpressionAttributeValues[":true"] = &types.AttributeValueMemberBOOL{Value: true}
	}
	_, err = t.client.PutItem(ctx, in)
	var older *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &older):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("copytable: %w", err)
	}
	return true, nil
}
