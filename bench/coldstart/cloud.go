package coldstart

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/bench/peers"
	"github.com/bot-preferences/bot-preferences/dynamo"
	"github.com/bot-preferences/bot-preferences/events"
	local "github.com/bot-preferences/bot-preferences/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/localaws/wire"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// The tables hold the same profile of one user, each in its own layout.
const (
	region  = "us-east-1"
	ours    = "profiles"
	theirs  = "preferences"
	keyName = "user_id"
	user    = "tg:1001"
	keys    = 20
)

// A cloud is what a function sees of AWS: the tables, and the Runtime API of
// whoever is measured at the moment.
type cloud struct {
	address string // host:port
	runner  atomic.Pointer[runtime.Runner]
	server  *http.Server
	done    sync.WaitGroup
}

// newCloud serves on loopback. The caller owes close.
func newCloud(ctx context.Context) (*cloud, error) {
	tables, err := tables()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cloud{address: listener.Addr().String()}
	mux := http.NewServeMux()
	mux.Handle("/", tables)
	mux.HandleFunc(runtime.Prefix, func(w http.ResponseWriter, r *http.Request) { c.runner.Load().Handler().ServeHTTP(w, r) })
	c.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	c.done.Go(func() { _ = c.server.Serve(listener) }) // ends with ErrServerClosed
	if err := c.seed(ctx); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *cloud) close() {
	_ = c.server.Close() // nobody is answered any more
	c.done.Wait()
}

func (c *cloud) url() string { return "http://" + c.address }

func tables() (http.Handler, error) {
	w := &world.World{Region: region, Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
	service := local.New(w)
	for _, name := range []string{ours, theirs} {
		if _, err := service.CreateTable(local.TableConfig{Name: name, Hash: local.KeyAttribute{Name: keyName, Type: "S"}}); err != nil {
			return nil, err
		}
	}
	var mu sync.Mutex
	run := func(_ context.Context, call wire.Call) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		return call()
	}
	var requests atomic.Int64
	return wire.Handler(run, func() string { return strconv.FormatInt(requests.Add(1), 10) }, service.Wire()), nil
}

func client(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: region, BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// seed writes the profile to both tables, as each design does.
func (c *cloud) seed(ctx context.Context) error {
	client := client(c.url())
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
	if _, err := dynamo.New(client, ours).Merge(ctx, user, events.Fold(change)); err != nil {
		return err
	}
	members, err := peers.Attributes(object)
	if err != nil {
		return err
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(theirs), Item: map[string]types.AttributeValue{
		keyName: &types.AttributeValueMemberS{Value: user}, "preferences": &types.AttributeValueMemberM{Value: members},
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

// event is what API Gateway hands to a function for GET /preferences/{userId}.
func event() ([]byte, error) {
	return json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "GET /preferences/{userId}", "rawPath": "/preferences/" + user, "rawQueryString": "",
		"headers":        map[string]string{"accept": "*/*", "host": "api.example.com", "user-agent": "curl/8.7.1"},
		"pathParameters": map[string]string{"userId": user},
		"requestContext": map[string]any{
			"accountId": "000000000000", "apiId": "api", "domainName": "api.example.com", "requestId": "request",
			"routeKey": "GET /preferences/{userId}", "stage": "$default", "time": "01/Mar/2026:12:00:00 +0000", "timeEpoch": 1772366400000,
			"http": map[string]string{"method": "GET", "path": "/preferences/" + user, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl/8.7.1"},
		},
		"isBase64Encoded": false,
	})
}
