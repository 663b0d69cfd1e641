// Package updateitem is the queue consumer that most DynamoDB tutorials end with. It
// makes one UpdateItem for each message. The request sets the message's keys in a map
// attribute and leaves the other keys alone.
//
// It follows common practice: `SET prefs.#k = :v`, a map that is created when it is
// found missing, and partial batch answers.
//
// It does not keep the order of changes. The last write wins, so an older message that
// arrives later, or a late duplicate, restores an old value. A replace cannot remove
// what is still on its way. Each message costs a write, and so does each duplicate; a
// write is billed by the size of the whole item.
package updateitem

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
)

// A Client is the part of *dynamodb.Client that a Consumer uses.
type Client interface {
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// A Consumer writes to one table, whose key is user_id.
type Consumer struct {
	Client Client
	Table  string
}

// Handle is the Lambda handler.
func (c *Consumer) Handle(ctx context.Context, batch awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
	return peers.Each(ctx, batch, c.write)
}

func (c *Consumer) write(ctx context.Context, change peers.Change) error {
	e, err := expressionOf(change)
	if err != nil {
		return err
	}
	if err = c.update(ctx, change.UserID, e); !noMap(err) {
		return err
	}
	// The user is new. A path into a map fails until the map exists.
	made := expression{text: "SET prefs = if_not_exists(prefs, :empty)", values: map[string]types.AttributeValue{":empty": &types.AttributeValueMemberM{}}}
	if err := c.update(ctx, change.UserID, made); err != nil {
		return err
	}
	return c.update(ctx, change.UserID, e)
}

func (c *Consumer) update(ctx context.Context, userID string, e expression) error {
	_, err := c.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(c.Table), Key: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: userID}},
		UpdateExpression: aws.String(e.text), ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
	})
	return err
}

// noMap tells whether DynamoDB refused a path because its parent is missing. DynamoDB
// has no error code of its own for that.
func noMap(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationException" && strings.Contains(api.ErrorMessage(), "document path")
}

type expression struct {
	text   string
	names  map[string]string
	values map[string]types.AttributeValue
}

func expressionOf(change peers.Change) (expression, error) {
	if change.Replace {
		return replacing(change.Preferences)
	}
	e := expression{names: map[string]string{}}
	var set, remove []string
	for key, preference := range change.Preferences {
		name, value := fmt.Sprint("#k", len(e.names)), fmt.Sprint(":v", len(e.names))
		e.names[name] = key
		if preference == nil {
			remove = append(remove, "prefs."+name)
			continue
		}
		v, err := peers.Attribute(preference)
		if err != nil {
			return e, err
		}
		if e.values == nil { // DynamoDB refuses an empty map
			e.values = map[string]types.AttributeValue{}
		}
		e.values[value] = v
		set = append(set, "prefs."+name+" = "+value)
	}
	slices.Sort(set)
	slices.Sort(remove)
	e.text = clause("SET ", set) + clause("REMOVE ", remove)
	return e, nil
}

func clause(verb string, actions []string) string {
	if len(actions) == 0 {
		return ""
	}
	return verb + strings.Join(actions, ", ") + " "
}

func replacing(preferences map[string]any) (expression, error) {
	all := map[string]types.AttributeValue{}
	for key, preference := range preferences {
		if preference == nil {
			continue
		}
		v, err := peers.Attribute(preference)
		if err != nil {
			return expression{}, err
		}
		all[key] = v
	}
	return expression{text: "SET prefs = :all", values: map[string]types.AttributeValue{":all": &types.AttributeValueMemberM{Value: all}}}, nil
}
