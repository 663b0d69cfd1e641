package localrun

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/remotetable"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func TestMain(m *testing.M) { conformance.Main(m) }

// anotherEndpoint serves DynamoDB at an address of its own.
func anotherEndpoint(t *testing.T) string {
	t.Helper()
	began := time.Now()
	w := &world.World{
		Region: "us-east-1", Account: "000000000000", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return began.Add(time.Since(began)) },
	}
	cloud, err := localaws.New(w, &stack.Stack{})
	if err != nil {
		t.Fatal(err)
	}
	driver := realtime.New(cloud, nil, w.Now)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { driver.Run(ctx) })
	server := httptest.NewServer(driver.AWS())
	t.Cleanup(func() { server.Close(); cancel(); running.Wait() })
	return server.URL
}

// peer is the address of the implementation of DynamoDB that
// BOTPREFS_CONFORMANCE names: dynoxide, or any endpoint. It is one of the stages
// of .ci/run.
func peer(t *testing.T) string {
	t.Helper()
	for _, name := range conformance.Chosen() {
		switch name {
		case "endpoint":
			if url := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"); url != "" {
				return url
			}
		case "dynoxide":
			url, err := peers.URL(name)
			if err != nil {
				t.Fatal(err)
			}
			return url
		}
	}
	t.Skip("BOTPREFS_CONFORMANCE names no implementation of DynamoDB")
	return ""
}

func TestSampleOnATableElsewhere(t *testing.T) {
	endsAsExpected(t, playSample(t, anotherEndpoint(t), nil))
}

func TestSampleOnAPeersTable(t *testing.T) { endsAsExpected(t, playSample(t, peer(t), nil)) }

// The table of stage staging is another one than the sample's.
func TestAnyOrderAndDuplicationConvergeOnAPeersTable(t *testing.T) {
	converges(t, startOn(t, "staging", peer(t)), manyChanges)
}

func TestTableElsewhereIsCheckedAtTheStart(t *testing.T) {
	t.Parallel() // most of it is the SDK's waiting before it tries again
	url := anotherEndpoint(t)
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &url, Credentials: (&Environment{Stack: &stack.Stack{}}).tablesConfig().Credentials}
	_, err := dynamodb.NewFromConfig(cfg).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("bot-preferences-dev"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	for _, c := range []struct{ url, want string }{
		{url, "table bot-preferences-dev: it is there with other keys than serverless.yml gives it"},
		{"http://127.0.0.1:8000?x=1", "without user, query and fragment"},
		{"127.0.0.1:8000", "it must be a URL such as http://127.0.0.1:8000"},
		{"http://127.0.0.1:1", "it cannot be reached: dial tcp 127.0.0.1:1: connect: connection refused"},
		{web.URL, "what answers there does not speak DynamoDB: status 404 to DescribeTable"},
	} {
		env, err := Start(t.Context(), Options{Dir: ".", Build: built, DynamoDB: c.url, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0"})
		if err == nil {
			_ = env.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "--dynamodb "+c.url) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("--dynamodb %s: error %v, want one that says %q", c.url, err, c.want)
		}
	}
}

func TestALostTableIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		r := newRun(RunOptions{Out: &out, Options: Options{DynamoDB: "http://127.0.0.1:8000"}}, nil)
		for _, err := range []error{errors.New("it cannot be reached"), &remotetable.Lost{Table: "t"}, nil} {
			r.streamFailed(err)
		}
		r.echoes.flush()
		const want = "    failed to read the table's stream; it is tried until it works: it cannot be reached\n" +
			"    failed: table t is not there any more at http://127.0.0.1:8000; its profiles are gone, start dev again\n" +
			"    the table's stream is read again\n"
		if out.String() != want {
			t.Errorf("shown\n%s, want\n%s", out.String(), want)
		}
	})
}
