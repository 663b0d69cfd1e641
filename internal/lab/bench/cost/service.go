package cost

import (
	"context"
	"encoding/json"
	"fmt"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
)

// A service makes the requests of peers/python's update function, which cannot run in
// virtual time. It reads the item with eventual consistency and writes it back whole.
type service struct {
	client *dynamodb.Client
	table  string
}

func (s service) update(ctx context.Context, r awsevents.APIGatewayV2HTTPRequest) (awsevents.APIGatewayV2HTTPResponse, error) {
	var preferences map[string]any
	if err := json.Unmarshal([]byte(r.Body), &preferences); err != nil {
		return awsevents.APIGatewayV2HTTPResponse{}, err
	}
	changed, err := peers.Attributes(preferences)
	if err != nil {
		return awsevents.APIGatewayV2HTTPResponse{}, err
	}
	user := &types.AttributeValueMemberS{Value: r.PathParameters["userId"]}
	read, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(s.table), Key: map[string]types.AttributeValue{"user_id": user}})
	if err != nil {
		return awsevents.APIGatewayV2HTTPResponse{}, err
	}
	prefs, ok := read.Item["prefs"].(*types.AttributeValueMemberM)
	if !ok {
		return awsevents.APIGatewayV2HTTPResponse{}, fmt.Errorf("the user %s has no item", user.Value)
	}
	for key, v := range changed {
		prefs.Value[key] = v
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(s.table), Item: read.Item})
	return awsevents.APIGatewayV2HTTPResponse{StatusCode: 200, Body: `{"message":"Preferences updated"}`}, err
}
