package localaws_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// gamesTemplate is a skill's CloudFormation template, with a table that it searches by
// another attribute than the key.
const gamesTemplate = `{"Resources":{"Games":{"Type":"AWS::DynamoDB::Table","Properties":{
	"TableName":"games","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"player","AttributeType":"S"},{"AttributeName":"score","AttributeType":"N"}],
	"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
	"GlobalSecondaryIndexes":[{"IndexName":"byPlayer",
		"KeySchema":[{"AttributeName":"player","KeyType":"HASH"},{"AttributeName":"score","KeyType":"RANGE"}],
		"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["title"]}}]}}}}`

// client calls the cloud's tables without a network.
func client(cloud *localaws.Cloud, c *clock) *dynamodb.Client {
	run := func(_ context.Context, call wire.Call) (any, error) { return call() }
	return dynamodb.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://localaws.test"), Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: transport{wire.Handler(run, c.world().UUID, cloud.Services()...)}},
	})
}

type transport struct{ handler http.Handler }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	t.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestAnIndexOfATemplateIsQueried(t *testing.T) {
	path := filepath.Join(t.TempDir(), "template.json")
	if err := os.WriteFile(path, []byte(gamesTemplate), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := stack.LoadTemplate(path, stack.Options{Service: "games", Stage: "dev", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	db := client(mustBuild(t, c, s), c)
	for _, game := range []string{"1 ada 30 chess", "2 ada 7 go", "3 bob 9 chess", "4 ada 200 chess"} {
		f := strings.Fields(game)
		item := map[string]types.AttributeValue{
			"id": &types.AttributeValueMemberS{Value: f[0]}, "player": &types.AttributeValueMemberS{Value: f[1]},
			"score": &types.AttributeValueMemberN{Value: f[2]}, "title": &types.AttributeValueMemberS{Value: f[3]},
			"moves": &types.AttributeValueMemberS{Value: "many"},
		}
		if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("games"), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	out, err := db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String("games"), IndexName: aws.String("byPlayer"), KeyConditionExpression: aws.String("player = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "ada"}},
		ScanIndexForward:          aws.Bool(false), Limit: aws.Int32(2),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range out.Items {
		_, unprojected := item["moves"]
		if unprojected || len(item) != 4 {
			t.Errorf("item %v, want id, player, score and title", item)
		}
		got = append(got, item["id"].(*types.AttributeValueMemberS).Value)
	}
	if strings.Join(got, " ") != "4 1" || len(out.LastEvaluatedKey) != 3 {
		t.Errorf("items %v with the last key %v, want the best two, and three attributes", got, out.LastEvaluatedKey)
	}
}
