package throughput

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A target is a DynamoDB with a table of profiles.
type target struct {
	client   *dynamodb.Client
	requests *counter
	separate bool // in a process of its own, so allocations here are not the table's
	end      func() error
}

// newLocal returns the tables of localaws as an HTTP handler.
func newLocal() http.Handler {
	w := &world.World{Region: "us-east-1", Account: "123456789012", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
	var mu sync.Mutex // the tables accept one call at a time
	run := func(_ context.Context, call wire.Call) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		return call()
	}
	return wire.Handler(run, func() string { return "request" }, local.New(w).Wire())
}

// inMemory returns localaws without a network.
func inMemory(ctx context.Context, w workload.Workload) (*target, error) {
	return fill(ctx, w, "http://dynamodb.test", inProcess{newLocal()})
}

// overLoopback returns localaws over HTTP on 127.0.0.1.
func overLoopback(ctx context.Context, w workload.Workload) (*target, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: newLocal(), ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	t, err := fill(ctx, w, "http://"+listener.Addr().String(), awshttp.NewBuildableClient())
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	t.end = server.Close
	return t, nil
}

// elsewhere returns a DynamoDB at a URL. Its table is deleted at the end.
func elsewhere(ctx context.Context, w workload.Workload, url string) (*target, error) {
	t, err := fill(ctx, w, url, awshttp.NewBuildableClient())
	if err != nil {
		return nil, fmt.Errorf("the DynamoDB at %s: %w", url, err)
	}
	t.separate = true
	t.end = func() error {
		_, err := t.client.DeleteTable(context.WithoutCancel(ctx), &dynamodb.DeleteTableInput{TableName: aws.String(table)})
		return err
	}
	return t, nil
}

// fill creates the table and a profile for every user.
func fill(ctx context.Context, w workload.Workload, url string, via aws.HTTPClient) (*target, error) {
	t := &target{requests: &counter{via: via}, end: func() error { return nil }}
	t.client = newClient(url, t.requests)
	_, err := t.client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String(item.UserID), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String(item.UserID), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		return nil, err
	}
	store := profilestore.New(t.client, table, profilestore.WithClock(func() time.Time { return workload.Start.Add(-time.Minute) }))
	for i := range w.Users {
		if _, err := store.Merge(ctx, workload.User(i), w.Profile()); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// example returns what DynamoDB answers to the first write of a workload, both as the
// SDK returns it and as bytes.
func example(ctx context.Context, w workload.Workload) (*dynamodb.UpdateItemOutput, []byte, error) {
	t, err := inMemory(ctx, few(w))
	if err != nil {
		return nil, nil, err
	}
	first := w.Batch(0)[0]
	k := &keeper{canned: canned{&dynamodb.UpdateItemOutput{}}}
	if _, err := profilestore.New(k, table).Merge(ctx, first.UserID, events.Fold(first)); err != nil {
		return nil, nil, err
	}
	text := &copier{via: t.requests.via}
	out, err := newClient("http://dynamodb.test", text).UpdateItem(ctx, k.kept[0])
	return out, text.last, err
}

// A copier keeps the text of the last answer.
type copier struct {
	via  aws.HTTPClient
	last []byte
}

// Do forwards a request.
func (c *copier) Do(r *http.Request) (*http.Response, error) {
	response, err := c.via.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if c.last, err = io.ReadAll(response.Body); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(c.last))
	return response, nil
}
