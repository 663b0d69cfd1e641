package cost

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// seed stores a profile for every user, in the layout of the design. These writes are
// neither announced nor billed.
func (r *run) seed() error {
	silent := func(context.Context, []byte) ([]byte, error) { return []byte("{}"), nil }
	r.cloud.Replace(virtual.Republish, silent)
	put := r.putPeers
	if r.design.kind == ours {
		put = r.merge
	}
	w := r.load.workload()
	profile := w.Profile()
	for i := range w.Users {
		if err := put(workload.User(i), profile); err != nil {
			return err
		}
	}
	err := r.cloud.Run(slack)
	r.cloud.Restore(virtual.Republish)
	r.cloud.Logged, r.cloud.Measured = 0, 0
	return err
}

func (r *run) merge(user string, profile events.State) error {
	if r.store == nil {
		r.store = r.cloud.Store()
	}
	_, err := r.store.Merge(context.Background(), user, profile)
	return err
}

// putPeers stores an item that every peer can read: the peers keep the preferences in a
// map.
func (r *run) putPeers(user string, profile events.State) error {
	if r.client == nil {
		r.client = r.cloud.DynamoDB()
	}
	values := map[string]any{}
	for key, text := range profile.Visible() {
		var v any
		if err := json.Unmarshal([]byte(text.JSON()), &v); err != nil {
			return err
		}
		values[key] = v
	}
	prefs, err := peers.Attributes(values)
	if err != nil {
		return err
	}
	_, err = r.client.PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName: aws.String(r.cloud.Table()),
		Item: map[string]types.AttributeValue{
			"user_id": &types.AttributeValueMemberS{Value: user},
			"prefs":   &types.AttributeValueMemberM{Value: prefs},
			"version": &types.AttributeValueMemberN{Value: "1"},
		},
	})
	return err
}
