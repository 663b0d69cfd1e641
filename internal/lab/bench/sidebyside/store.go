package sidebyside

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// seed writes a profile for every user of a workload, in the layout of the design.
func (c *cloud) seed(ctx context.Context, d *design, w workload.Workload, at time.Time) error {
	before := w.Profile()
	first := events.PreferenceChange{ID: stampAt(at), Preferences: before.Visible()}
	item, err := d.item(first.Preferences)
	if err != nil {
		return err
	}
	store := profilestore.New(c.client, d.function)
	for i := range w.Users {
		user := workload.User(i)
		if d.values == "" {
			_, err = store.Merge(ctx, user, events.Fold(first))
		} else {
			item[keyName] = &types.AttributeValueMemberS{Value: user}
			_, err = c.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(d.function), Item: item})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// item returns the item, without its key, that a design other than apply would have
// stored for these preferences.
func (d *design) item(preferences events.Preferences) (map[string]types.AttributeValue, error) {
	var object map[string]any
	if err := json.Unmarshal(preferences.AppendJSON(nil), &object); err != nil {
		return nil, err
	}
	members, err := peers.Attributes(object)
	if err != nil {
		return nil, err
	}
	item := map[string]types.AttributeValue{d.values: &types.AttributeValueMemberM{Value: members}}
	switch d {
	case pythonService:
		item["last_updated"] = &types.AttributeValueMemberS{Value: "2026-03-01T12:00:00.000000+00:00"}
	case optimisticConsumer:
		item["version"] = &types.AttributeValueMemberN{Value: "1"}
	}
	return item, nil
}

// stored returns a user's stored preferences that are strings.
func (c *cloud) stored(ctx context.Context, d *design, user string) (map[string]string, error) {
	texts := map[string]string{}
	if d.values == "" {
		profile, err := profilestore.New(c.client, d.function).Read(ctx, user)
		if err != nil {
			return nil, err
		}
		return texts, json.Unmarshal(profile.Visible().AppendJSON(nil), &texts)
	}
	out, err := c.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(d.function), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{keyName: &types.AttributeValueMemberS{Value: user}},
	})
	if err != nil {
		return nil, err
	}
	if members, ok := out.Item[d.values].(*types.AttributeValueMemberM); ok {
		for key, v := range members.Value {
			if text, ok := v.(*types.AttributeValueMemberS); ok {
				texts[key] = text.Value
			}
		}
	}
	return texts, nil
}
