package copytable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// A Client is the part of *dynamodb.Client that a Table uses.
type Client interface {
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

// A Table is a subscriber.Store in DynamoDB. Safe for concurrent use.
type Table struct {
	client  Client
	name    string
	expiry  time.Duration
	timeout time.Duration
	now     func() time.Time
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
// can be replayed at any time. Without this option, and for what is not positive,
// copies are kept for ever.
func WithExpiry(after time.Duration) Option { return func(t *Table) { t.expiry = after } }

// WithClock replaces time.Now, which only WithExpiry uses. nil means time.Now.
func WithClock(now func() time.Time) Option { return func(t *Table) { t.now = now } }

// DefaultTimeout is how long a call waits whose context has no deadline: see
// WithTimeout.
const DefaultTimeout = 10 * time.Second

// WithTimeout changes how long a Load or a Save waits whose context has no deadline,
// with the client's own retries. What is not positive means DefaultTimeout.
func WithTimeout(d time.Duration) Option { return func(t *Table) { t.timeout = d } }

// New is the store in a table, by its name or ARN.
func New(client Client, table string, options ...Option) *Table {
	t := &Table{client: client, name: table}
	for _, o := range options {
		o(t)
	}
	t.timeout = cmp.Or(max(t.timeout, 0), DefaultTimeout)
	if t.now == nil {
		t.now = time.Now
	}
	return t
}

// Load reads by one strongly consistent GetItem.
func (t *Table) Load(ctx context.Context, userID string) (subscriber.Copy, error) {
	ctx, cancel := handler.WithDefault(ctx, t.timeout)
	defer cancel()
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
	ctx, cancel := handler.WithDefault(ctx, t.timeout)
	defer cancel()
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
