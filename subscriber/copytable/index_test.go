package copytable_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/copytable"
)

// The package comment promises that an index over p.language finds all users of a
// language, and that a value too long for the index fails.
func TestAnIndexFindsTheUsersOfALanguage(t *testing.T) {
	c := newCloud(t)
	if _, err := c.client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName:            aws.String("copies"),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("p.language"), AttributeType: types.ScalarAttributeTypeS}},
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: aws.String("byLanguage"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
			KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("p.language"), KeyType: types.KeyTypeHash}},
		}}},
	}); err != nil {
		t.Fatal(err)
	}
	s := copytable.New(c.client, "copies")
	for user, language := range map[string]events.Value{"u1": events.Text("de"), "u2": events.Text("fr"), "u3": events.Text("de")} {
		save(t, s, subscriber.Copy{UserID: user, Revision: 1, Preferences: events.Preferences{"language": language}})
	}
	save(t, s, subscriber.Copy{UserID: "u1", Revision: 2}) // has forgotten its language
	out, err := c.client.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String("copies"), IndexName: aws.String("byLanguage"), KeyConditionExpression: aws.String("#l = :l"),
		ExpressionAttributeNames: map[string]string{"#l": "p.language"}, ExpressionAttributeValues: map[string]types.AttributeValue{":l": text(`"de"`)},
	})
	if err != nil || len(out.Items) != 1 || out.Items[0]["user_id"].(*types.AttributeValueMemberS).Value != "u3" {
		t.Errorf("the users of German are %v, want u3: %v", out, err)
	}
	long := subscriber.Copy{UserID: "u4", Revision: 1, Preferences: events.Preferences{"language": events.Text(strings.Repeat("x", 2047))}}
	if saved, err := s.Save(t.Context(), long, false); saved || err == nil {
		t.Errorf("a language of 2,049 bytes: saved %v, %v", saved, err)
	}
}
