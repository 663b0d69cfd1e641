package localrun

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

// Somebody deletes an item in the table. The deployed filters let that through, and
// subscribers hear that the profile is gone. What DynamoDB itself removes shows nothing
// and stays unannounced.
func TestSubscribersHearOfADeletedItem(t *testing.T) {
	env := start(t, "dev")
	all := subscribed(t, env, "all", filter.All())
	erasures := subscribed(t, env, "erasures", filter.Erasures())
	clock := events.NewClock()
	for _, c := range []events.PreferenceChange{
		{ID: clock.Next(), UserID: "mia", Preferences: events.Preferences{"language": events.Text("de")}},
		{ID: clock.Next(), UserID: "lea", Preferences: events.Preferences{"language": events.Unset}},
	} {
		send(t, env, []events.PreferenceChange{c})
	}
	quiet(t, env, patience)
	mia := storedProfiles(t, env)["mia"]
	received(t, env, all)
	for _, user := range []string{"mia", "lea"} {
		_, err := dynamodb.NewFromConfig(config(env)).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: aws.String(env.Stack.Tables[0].Name), Key: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: user}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	quiet(t, env, patience)
	for name, queue := range map[string]string{"all": all, "erasures": erasures} {
		bodies := received(t, env, queue)
		if len(bodies) != 1 {
			t.Fatalf("%s hears %d announcements", name, len(bodies))
		}
		var u events.PreferencesUpdated
		if err := json.Unmarshal([]byte(detail(t, bodies[0])), &u); err != nil {
			t.Fatal(err)
		}
		if u.UserID != "mia" || !u.Erased || u.Revision != mia.Revision+1 || u.PreviousRevision != mia.Revision || len(u.Preferences) != 0 || u.AsOf != mia.AsOf() {
			t.Errorf("%s hears %+v", name, u)
		}
	}
}
