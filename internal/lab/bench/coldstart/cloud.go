package coldstart

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/loopback"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// The tables hold the same profile of one user, each in the layout of its own design.
const (
	ours        = "profiles"
	pythonTable = "preferences"
	user        = "tg:1001"
	keys        = 20
)

// newCloud serves what a function sees of AWS: the tables, and the Runtime API of the
// function that is being measured. The caller must call Close.
func newCloud(ctx context.Context) (*loopback.Server, error) {
	cloud, err := loopback.Serve(loopback.Options{Tables: []string{ours, pythonTable}, Bus: bus})
	if err != nil {
		return nil, err
	}
	if err := seed(ctx, cloud.Client()); err != nil {
		cloud.Close()
		return nil, err
	}
	return cloud, nil
}

// seed writes the profile to both tables, in the layout of each design.
func seed(ctx context.Context, client *dynamodb.Client) error {
	object := profile()
	preferences, err := events.PreferencesOf(object)
	if err != nil {
		return err
	}
	id, err := events.DeriveStamp(time.Now(), "seed")
	if err != nil {
		return err
	}
	change := events.PreferenceChange{ID: id, UserID: user, Preferences: preferences}
	if _, err := profilestore.New(client, ours).Merge(ctx, user, events.Fold(change)); err != nil {
		return err
	}
	members, err := peers.Attributes(object)
	if err != nil {
		return err
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(pythonTable), Item: map[string]types.AttributeValue{
		item.UserID: &types.AttributeValueMemberS{Value: user}, "preferences": &types.AttributeValueMemberM{Value: members},
	}})
	return err
}

// profile is about 1 KB.
func profile() map[string]any {
	p := map[string]any{}
	for i := range keys {
		p["skill."+strconv.Itoa(i)] = strings.Repeat("x", 40)
	}
	return p
}

// getEvent is the event that API Gateway passes to a function for GET
// /preferences/{userId}.
func getEvent(int) ([]byte, error) { return httpEvent("GET", "") }

// httpEvent is the event that API Gateway passes to a function for a request to
// /preferences/{userId}, signed by a caller.
func httpEvent(method, body string) ([]byte, error) {
	path := "/preferences/" + user
	return json.Marshal(map[string]any{
		"version": "2.0", "routeKey": method + " /preferences/{userId}", "rawPath": path, "rawQueryString": "",
		"headers": map[string]string{
			"accept": "*/*", "content-type": "application/json", "host": "api.example.com", "user-agent": "curl/8.7.1",
		},
		"pathParameters": map[string]string{"userId": user},
		"requestContext": map[string]any{
			"accountId": "000000000000", "apiId": "api", "domainName": "api.example.com", "requestId": "request",
			"routeKey": method + " /preferences/{userId}", "stage": "$default", "time": "01/Mar/2026:12:00:00 +0000", "timeEpoch": 1772366400000,
			"http": map[string]string{"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl/8.7.1"},
		},
		"body": body, "isBase64Encoded": false,
	})
}
