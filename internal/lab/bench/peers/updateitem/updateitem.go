// Package updateitem is the queue consumer that most tutorials of DynamoDB end
// with: one UpdateItem for each message, which sets the keys of the message in a
// map attribute and leaves the others alone.
//
// It copies from common practice: `SET prefs.#k = :v`, the map made when it is
// found missing, partial batch answers.
//
// What it loses: order. Whatever is written last wins, so an older message that
// comes later, or a duplicate that comes after a newer one, takes the user back.
// A replace forgets nothing that is still on its way. Each message costs a write,
// which is billed by the whole item, and so does each duplicate.
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

// A Client is the part of *dynamodb.Client that is used.
type Client interface {
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// A Consumer writes to one table, which has the key user_id.
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
	// A user of whom nothing is known yet: a path into a map needs the map.
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

// noMap tells whether DynamoDB refused a path because its parent is missing,
// for which it has no code of its own.
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
		if e.values == nil { // an empty map is refused
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
