// Package optimistic is a queue consumer that prevents lost updates with a version. It
// reads the item and merges the message's keys into it. It writes the item back whole,
// on the condition that the version has not changed since the read. If it has changed,
// the consumer starts again.
//
// It follows common practice. A version attribute grows by one with each write
// (optimistic locking, as in the SDKs' mappers and AWS's guides). There are a few tries
// at once, then the queue's redelivery, and partial batch answers.
//
// It loses no concurrent write. Like one UpdateItem per message it does not keep the
// order of changes: an older message that arrives later wins, and so does a duplicate.
// Each message costs a read and a write of the whole item. If several consumers write
// one user's item, all but one must start again in each round. Eight consumers need up
// to 72 requests for eight messages, instead of 16, and some give up.
package optimistic

import (
	"context"
	"errors"
	"maps"
	"strconv"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
)

// DefaultTries is how often Handle tries a message before it returns it to the queue.
const DefaultTries = 5

// ErrContended is the error of a message for which every try met another writer.
var ErrContended = errors.New("another writer was faster in each of the tries")

// A Client is the part of *dynamodb.Client that a Consumer uses.
type Client interface {
	GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

// A Consumer writes to one table, whose key is user_id.
type Consumer struct {
	Client Client
	Table  string
	Tries  int // 0: DefaultTries
}

// Handle is the Lambda handler.
func (c *Consumer) Handle(ctx context.Context, batch awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
	return peers.Each(ctx, batch, c.write)
}

func (c *Consumer) write(ctx context.Context, change peers.Change) error {
	tries := c.Tries
	if tries == 0 {
		tries = DefaultTries
	}
	for range tries {
		read, err := c.read(ctx, change.UserID)
		if err != nil {
			return err
		}
		err = c.put(ctx, change, read)
		if refused := (*types.ConditionalCheckFailedException)(nil); !errors.As(err, &refused) {
			return err
		}
	}
	return ErrContended
}

// An item is one user's item, as it was read.
type item struct {
	prefs   map[string]types.AttributeValue
	version string // empty: there is no item yet
}

func (c *Consumer) read(ctx context.Context, userID string) (item, error) {
	out, err := c.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(c.Table), ConsistentRead: aws.Bool(true), Key: map[string]types.AttributeValue{"user_id": text(userID)},
	})
	if err != nil {
		return item{}, err
	}
	var i item
	if prefs, ok := out.Item["prefs"].(*types.AttributeValueMemberM); ok {
		i.prefs = prefs.Value
	}
	if version, ok := out.Item["version"].(*types.AttributeValueMemberN); ok {
		i.version = version.Value
	}
	return i, nil
}

func (c *Consumer) put(ctx context.Context, change peers.Change, read item) error {
	prefs, err := merge(read.prefs, change)
	if err != nil {
		return err
	}
	in := &dynamodb.PutItemInput{TableName: aws.String(c.Table), ConditionExpression: aws.String("attribute_not_exists(user_id)")}
	next := int64(1)
	if read.version != "" {
		n, err := strconv.ParseInt(read.version, 10, 64)
		if err != nil {
			return err
		}
		next = n + 1
		in.ConditionExpression = aws.String("version = :read")
		in.ExpressionAttributeValues = map[string]types.AttributeValue{":read": &types.AttributeValueMemberN{Value: read.version}}
	}
	in.Item = map[string]types.AttributeValue{
		"user_id": text(change.UserID), "prefs": &types.AttributeValueMemberM{Value: prefs},
		"version": &types.AttributeValueMemberN{Value: strconv.FormatInt(next, 10)},
	}
	_, err = c.Client.PutItem(ctx, in)
	return err
}

func merge(read map[string]types.AttributeValue, change peers.Change) (map[string]types.AttributeValue, error) {
	merged := map[string]types.AttributeValue{}
	if !change.Replace {
		maps.Copy(merged, read)
	}
	for key, preference := range change.Preferences {
		if preference == nil {
			delete(merged, key)
			continue
		}
		v, err := peers.Attribute(preference)
		if err != nil {
			return nil, err
		}
		merged[key] = v
	}
	return merged, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
