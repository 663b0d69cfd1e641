package localrun

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/subscriber/copytable"
)

// A function that the subscriber kit made gets announcements straight from the bus. What
// it cannot read goes to its failure destination.
func TestSkillTakesAnnouncementsStraightFromTheBus(t *testing.T) {
	var mu sync.Mutex
	var printed strings.Builder
	var hops *follower
	env, err := Start(t.Context(), Options{
		Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", With: []string{"testdata/direct/serverless.yml"},
		Observe: func(f world.Fact) {
			if hops != nil {
				hops.observe(f)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(); err != nil {
			t.Error(err)
		}
	})
	env.Do(func(*cloud) {
		hops = newFollower(env.Services, time.Now, func(line string) {
			mu.Lock()
			defer mu.Unlock()
			printed.WriteString(line + "\n")
		})
	})
	publish(t, env, events.PreferenceChange{UserID: "mia", ID: events.NewClock().Next(), Preferences: events.Preferences{"language": events.Text("de")}})
	quiet(t, env, patience)
	copies := copytable.New(dynamodb.NewFromConfig(config(env)), "direct-dev-copies")
	if c, err := copies.Load(t.Context(), "mia"); err != nil || c.Preferences["language"] != events.Text("de") {
		t.Errorf("the copy is %+v (%v)", c, err)
	}
	out, err := eventbridge.NewFromConfig(config(env)).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: aws.String(env.Stack.Buses[0].Name), Source: aws.String(events.SourcePipeline), DetailType: aws.String(events.DetailTypeUpdated),
		Detail: aws.String(`{"version":1,"user_id":7}`),
	}}})
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatal(err, out)
	}
	quiet(t, env, patience)
	env.Do(func(c *cloud) {
		q, _ := c.Queues.Queue("direct-dev-failures")
		letters := q.Messages()
		if len(letters) != 1 || !strings.Contains(letters[0].Body, `"condition":"RetriesExhausted","approximateInvokeCount":1`) || !strings.Contains(letters[0].Body, `"user_id":7`) {
			t.Errorf("failures %+v", letters)
		}
	})
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"greet mia language: bus ", "ms, taken", "greet unreadable announcement: given up: RetriesExhausted"} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("the hops do not say %q:\n%s", want, printed.String())
		}
	}
}
