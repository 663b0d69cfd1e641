package remotetable

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Table is a table of the stack at another endpoint. Make it with Open.
type Table struct {
	name    string
	arn     string // of its stream
	shard   string // the first one
	db      *dynamodb.Client
	streams *dynamodbstreams.Client
}

const (
	// activeWithin bounds how long making a table may take.
	activeWithin = time.Minute

	// answersWithin bounds how long the first answer may take, including the client's
	// tries: if nothing is there, packets may just be dropped.
	answersWithin = 10 * time.Second
)

// Open finds the table, or creates it as the stack describes it. It returns an error if
// the endpoint cannot be reached or is not DynamoDB. It also returns one if a table of
// that name is different: other keys, no stream, a stream without both images,
// an index less.
func Open(ctx context.Context, cfg aws.Config, t stack.Table) (*Table, error) {
	table, err := open(ctx, cfg, t)
	return table, explain(ctx, err)
}

func open(ctx context.Context, cfg aws.Config, t stack.Table) (*Table, error) {
	db := dynamodb.NewFromConfig(cfg)
	first, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	found, err := describe(first, db, t.Name)
	var absent *types.ResourceNotFoundException
	if errors.As(err, &absent) {
		found, err = create(ctx, db, t)
	}
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.Name, err)
	}
	if err := fits(found, t); err != nil {
		return nil, fmt.Errorf("table %s: %w", t.Name, err)
	}
	table := &Table{name: t.Name, arn: aws.ToString(found.LatestStreamArn), db: db, streams: dynamodbstreams.NewFromConfig(cfg)}
	shards, err := table.describeShards(ctx)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", table.arn, err)
	}
	if len(shards) > 0 {
		table.shard = aws.ToString(shards[0].ShardId)
	}
	return table, nil
}

// Elsewhere describes the table for the cloud.
func (t *Table) Elsewhere() localaws.Elsewhere {
	return localaws.Elsewhere{Table: t.name, StreamARN: t.arn, ShardID: t.shard}
}

func describe(ctx context.Context, db *dynamodb.Client, name string) (*types.TableDescription, error) {
	out, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return nil, err
	}
	if out.Table == nil { // anything may answer {}
		return nil, errNoDynamoDB
	}
	return out.Table, nil
}

func create(ctx context.Context, db *dynamodb.Client, t stack.Table) (*types.TableDescription, error) {
	in := &dynamodb.CreateTableInput{
		TableName: &t.Name, BillingMode: types.BillingModePayPerRequest,
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(t.StreamViewType)},
	}
	for _, k := range keys(t) {
		in.KeySchema = append(in.KeySchema, k.schema)
		in.AttributeDefinitions = append(in.AttributeDefinitions, k.definition)
	}
	addIndexes(in, t.Indexes)
	if _, err := db.CreateTable(ctx, in); err != nil {
		return nil, err
	}
	active := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 100 * time.Millisecond })
	if err := active.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &t.Name}, activeWithin); err != nil {
		return nil, err
	}
	if t.TTLAttribute != "" {
		_, err := db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: &t.Name, TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: &t.TTLAttribute, Enabled: aws.Bool(true),
		}})
		if err != nil {
			return nil, err
		}
	}
	return describe(ctx, db, t.Name)
}

// key is one key attribute in DynamoDB's two places for it.
type key struct {
	schema     types.KeySchemaElement
	definition types.AttributeDefinition
}

// isDefined tells whether this is the key's definition.
func (k key) isDefined(d types.AttributeDefinition) bool {
	return aws.ToString(d.AttributeName) == *k.definition.AttributeName && d.AttributeType == k.definition.AttributeType
}

func keys(t stack.Table) []key { return keyPair(t.HashKey, t.HashKeyType, t.RangeKey, t.RangeKeyType) }

func keyPair(hash, hashType, rangeKey, rangeType string) []key {
	newKey := func(name, kind string, role types.KeyType) key {
		return key{
			types.KeySchemaElement{AttributeName: &name, KeyType: role},
			types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeType(kind)},
		}
	}
	all := []key{newKey(hash, hashType, types.KeyTypeHash)}
	if rangeKey != "" {
		all = append(all, newKey(rangeKey, rangeType, types.KeyTypeRange))
	}
	return all
}

// sameKeys tells whether a schema, with the attributes' types, consists of these keys.
func sameKeys(schema []types.KeySchemaElement, defined []types.AttributeDefinition, wanted []key) bool {
	return slices.EqualFunc(schema, wanted, func(found types.KeySchemaElement, k key) bool {
		return aws.ToString(found.AttributeName) == *k.schema.AttributeName && found.KeyType == k.schema.KeyType && slices.ContainsFunc(defined, k.isDefined)
	})
}

// fits returns why an existing table is not the one that the stack describes, or nil.
func fits(found *types.TableDescription, t stack.Table) error {
	switch stream := found.StreamSpecification; {
	case !sameKeys(found.KeySchema, found.AttributeDefinitions, keys(t)):
		return fmt.Errorf("it is there with other keys than serverless.yml gives it")
	case stream == nil || !aws.ToBool(stream.StreamEnabled):
		return fmt.Errorf("it is there without a stream")
	case string(stream.StreamViewType) != t.StreamViewType:
		return fmt.Errorf("its stream has %s, serverless.yml says %s", stream.StreamViewType, t.StreamViewType)
	}
	return fitIndexes(found, t.Indexes)
}
