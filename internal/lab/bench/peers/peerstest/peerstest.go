// Package peerstest gives the tests of the peers a table of localaws, and messages.
package peerstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Table is a table with the key user_id. It is safe for concurrent use.
type Table struct {
	Name    string
	Client  *dynamodb.Client
	Handler http.Handler // the endpoint of the table

	mu       sync.Mutex
	table    *local.Table
	requests map[string]int
}

// New returns an empty table.
func New(t *testing.T) *Table {
	t.Helper()
	service := local.New(&world.World{
		Region: "us-east-1", Account: "000000000000", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
	})
	table := &Table{Name: "preferences", requests: map[string]int{}}
	var err error
	if table.table, err = service.CreateTable(local.TableConfig{Name: table.Name, Hash: local.KeyAttribute{Name: "user_id", Type: "S"}}); err != nil {
		t.Fatal(err)
	}
	run := func(_ context.Context, call wire.Call) (any, error) {
		table.mu.Lock()
		defer table.mu.Unlock()
		return call()
	}
	table.Handler = wire.Handler(run, func() string { return "id" }, service.Wire())
	table.Client = dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://dynamodb.test"), HTTPClient: &http.Client{Transport: table},
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), Retryer: aws.NopRetryer{},
	})
	return table
}

// RoundTrip answers without a network, and counts requests.
func (t *Table) RoundTrip(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	t.mu.Lock()
	t.requests[operation]++
	t.mu.Unlock()
	w := httptest.NewRecorder()
	t.Handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// Requests returns the number of requests for an operation, such as "GetItem".
func (t *Table) Requests(operation string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.requests[operation]
}

// Map returns the members of a map attribute of a user's item, in DynamoDB's JSON form;
// none if there is no such map.
func (t *Table) Map(userID, attribute string) map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	members := map[string]string{}
	item, _ := t.table.Get(local.Item{"user_id": value.String(userID)})
	for name, v := range item[attribute].Fields() {
		members[name] = v.Text()
	}
	return members
}

// Batch returns a batch of messages with these details and the ids m0, m1 and so on.
func Batch(details ...string) awsevents.SQSEvent {
	var batch awsevents.SQSEvent
	for i, detail := range details {
		batch.Records = append(batch.Records, awsevents.SQSMessage{MessageId: fmt.Sprint("m", i), Body: `{"detail-type":"PreferenceChange","detail":` + detail + `}`})
	}
	return batch
}
