package localrun

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/queue"
)

// patience is far above what any test takes: reaching it is a failure, not a
// wait.
const patience = 100 * time.Second

// built is for all tests of this package, because the sources do not change while they
// run.
var built = build.Once(build.Binaries)

func start(t *testing.T, stage string) *Environment { return startOn(t, stage, "") }

// startOn keeps the table at another endpoint, unless it is empty.
func startOn(t *testing.T, stage, dynamoDB string) *Environment {
	t.Helper()
	var logs logBuffer
	env, err := Start(t.Context(), Options{
		Dir: ".", Build: built, Stage: stage, DynamoDB: dynamoDB, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Output: logs.add,
		StreamFailed: func(err error) { logs.add(runtime.Line{Function: "stream", Text: fmt.Sprint(err)}) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(logs.String())
		}
	})
	return env
}

// logBuffer keeps the functions' logs for a test that fails.
type logBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logBuffer) add(line runtime.Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Len() < 1<<20 {
		l.WriteString(line.Function + " " + line.Text + "\n")
	}
}

// connections are shared by all clients of the tests.
var connections = awshttp.NewBuildableClient()

func config(env *Environment) aws.Config {
	return awsconfig.KeepAnswers(aws.Config{
		Region: env.Stack.Region, BaseEndpoint: aws.String(env.AWSURL),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:  connections,
	})
}

func bus(env *Environment) *eventbus.Bus {
	return eventbus.New(eventbridge.NewFromConfig(config(env)), env.Stack.Buses[0].Name)
}

func changeQueue(env *Environment) *queue.Queue {
	url := env.AWSURL + "/" + env.Stack.Account + "/" + namesOf(env.Stack).changes
	return queue.New(sqs.NewFromConfig(config(env)), url)
}

// send puts the changes into the pipeline, half by each route.
func send(t *testing.T, env *Environment, changes []events.PreferenceChange) {
	t.Helper()
	envelopes := make([]events.Envelope, len(changes))
	for i := range changes {
		envelopes[i] = events.ChangeEnvelope("test", &changes[i], time.Now())
	}
	half := len(envelopes) / 2
	for _, err := range append(bus(env).Send(t.Context(), envelopes[:half]), changeQueue(env).Send(t.Context(), envelopes[half:])...) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func quiet(t *testing.T, env *Environment, within time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := env.Quiet(ctx); err != nil {
		t.Fatalf("the pipeline did not come to rest: %v", err)
	}
}

// storedProfiles reads the whole table, wherever it is, and decodes it as the store
// does.
func storedProfiles(t *testing.T, env *Environment) map[string]events.Profile {
	t.Helper()
	profiles, name := map[string]events.Profile{}, env.Stack.Tables[0].Name
	client := dynamodb.NewFromConfig(env.tablesConfig())
	store := profilestore.New(client, name)
	for pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &name}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, stored := range page.Items {
			user := stored[item.UserID].(*types.AttributeValueMemberS).Value
			if profiles[user], err = store.Read(t.Context(), user); err != nil {
				t.Fatal(err)
			}
		}
	}
	return profiles
}

// nothingLeft checks that no queue holds a message.
func nothingLeft(t *testing.T, env *Environment) {
	t.Helper()
	env.Do(func(c *cloud) {
		for _, q := range env.Stack.Queues {
			left, _ := c.Queues.Queue(q.Name)
			if n := len(left.Messages()); n > 0 {
				t.Errorf("%s still holds %d messages, the first: %s", q.Name, n, left.Messages()[0].Body)
			}
		}
	})
}
