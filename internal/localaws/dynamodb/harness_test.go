package dynamodb_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/smithy-go"
	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// local is a Service with SDK clients that reach it over the wire format.
type local struct {
	t       testing.TB
	now     time.Time
	service *dynamodb.Service
	handler http.Handler
	db      *sdk.Client
	streams *dynamodbstreams.Client
	facts   []world.Fact
}

func newLocal(t testing.TB) *local {
	l := &local{t: t, now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	w := &world.World{
		Region: "us-east-1", Account: "123456789012", Now: func() time.Time { return l.now }, Rand: rand.New(rand.NewPCG(1, 2)),
		Observe: func(f world.Fact) { l.facts = append(l.facts, f) },
	}
	l.service = dynamodb.New(w)
	run := func(_ context.Context, c wire.Call) (any, error) { return c() }
	l.handler = wire.Handler(run, w.UUID, l.service.Wire(), l.service.StreamsWire())
	config := aws.Config{
		Region: w.Region, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: l}, BaseEndpoint: aws.String("http://localaws.test"),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	l.db, l.streams = sdk.NewFromConfig(config), dynamodbstreams.NewFromConfig(config)
	return l
}

// RoundTrip hands a request to the wire without a network.
func (l *local) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	l.handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// table makes a table with hash key "pk" (S), range key "sk" of the given type
// unless empty, and a stream of both images.
func (l *local) table(name, rangeType string) *dynamodb.Table {
	l.t.Helper()
	config := dynamodb.TableConfig{Name: name, Hash: dynamodb.KeyAttribute{Name: "pk", Type: "S"}, StreamView: "NEW_AND_OLD_IMAGES"}
	if rangeType != "" {
		config.Range = dynamodb.KeyAttribute{Name: "sk", Type: rangeType}
	}
	t, err := l.service.CreateTable(config)
	if err != nil {
		l.t.Fatal(err)
	}
	return t
}

// raw sends a body as it is and gives the answer, or the error as
// "Code: message".
func (l *local) raw(target, body string) string {
	l.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://localaws.test/", bytes.NewBufferString(body))
	r.Header.Set("X-Amz-Target", target)
	rec := httptest.NewRecorder()
	l.handler.ServeHTTP(rec, r)
	if rec.Code == http.StatusOK {
		return rec.Body.String()
	}
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &e); err != nil {
		l.t.Fatalf("%v in %s", err, rec.Body)
	}
	return e.Type + ": " + e.Message
}

// do sends a body to an operation of DynamoDB.
func (l *local) do(operation, body string) string {
	l.t.Helper()
	return l.raw("DynamoDB_20120810."+operation, body)
}

// must is do, where an error ends the test.
func (l *local) must(operation, body string) string {
	l.t.Helper()
	out := l.do(operation, body)
	if out == "" || out[0] != '{' {
		l.t.Fatalf("%s %s: %s", operation, body, out)
	}
	return out
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func s(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
func n(text string) types.AttributeValue { return &types.AttributeValueMemberN{Value: text} }

func key(pk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": s(pk)}
}

// texts are the strings and numbers of an item.
func texts(item dynamodb.Item) map[string]string {
	out := map[string]string{}
	for name, v := range item {
		out[name] = v.Text()
	}
	return out
}
