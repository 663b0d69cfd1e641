package realtime_test

import (
	"context"
	"math/rand/v2"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func key(r *rand.Rand) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": text(*pick(r, "a", "b", "c", "d"))}
}

func anItem(r *rand.Rand) map[string]types.AttributeValue {
	item := key(r)
	item["list"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{text("x"), &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"n": text("y")}}}}
	item["gone"] = &types.AttributeValueMemberN{Value: *pick(r, "1", "1700000000", "4000000000")}
	return item
}

func tableOperations(cfg aws.Config) []operation {
	c, arn := dynamodb.NewFromConfig(cfg), aws.String("arn:aws:dynamodb:us-east-1:000000000000:table/profiles")
	table, spare := aws.String("profiles"), aws.String("spare")
	return append([]operation{
		op(c.CreateTable, always(dynamodb.CreateTableInput{
			TableName: spare, BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		})),
		op(c.DeleteTable, always(dynamodb.DeleteTableInput{TableName: spare})),
		op(c.DescribeTable, always(dynamodb.DescribeTableInput{TableName: table})),
		op(c.ListTables, always(dynamodb.ListTablesInput{})),
		op(c.UpdateTimeToLive, func(r *rand.Rand) *dynamodb.UpdateTimeToLiveInput {
			return &dynamodb.UpdateTimeToLiveInput{TableName: spare, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("gone"), Enabled: aws.Bool(r.IntN(2) == 0)}}
		}),
		op(c.DescribeTimeToLive, always(dynamodb.DescribeTimeToLiveInput{TableName: table})),
		op(c.UpdateContinuousBackups, func(r *rand.Rand) *dynamodb.UpdateContinuousBackupsInput {
			return &dynamodb.UpdateContinuousBackupsInput{TableName: spare, PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(r.IntN(2) == 0)}}
		}),
		op(c.DescribeContinuousBackups, always(dynamodb.DescribeContinuousBackupsInput{TableName: table})),
		op(c.DescribeEndpoints, always(dynamodb.DescribeEndpointsInput{})),
		op(c.DescribeLimits, always(dynamodb.DescribeLimitsInput{})),
		op(c.UpdateTable, func(r *rand.Rand) *dynamodb.UpdateTableInput {
			in := &dynamodb.UpdateTableInput{TableName: pick(r, *table, *spare), DeletionProtectionEnabled: aws.Bool(false)}
			if *in.TableName == *spare { // the other one's stream is read
				in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(false)}
				if r.IntN(2) == 0 {
					in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewImage}
				}
			}
			return in
		}),
		op(c.ListTagsOfResource, always(dynamodb.ListTagsOfResourceInput{ResourceArn: arn})),
		op(c.TagResource, func(r *rand.Rand) *dynamodb.TagResourceInput {
			return &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: pick(r, "a", "b"), Value: aws.String("x")}}}
		}),
		op(c.UntagResource, always(dynamodb.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"b"}})),
	}, itemOperations(c, table)...)
}

func itemOperations(c *dynamodb.Client, table *string) []operation {
	return []operation{
		op(c.PutItem, func(r *rand.Rand) *dynamodb.PutItemInput {
			return &dynamodb.PutItemInput{TableName: table, Item: anItem(r), ReturnValues: types.ReturnValueAllOld}
		}),
		op(c.GetItem, func(r *rand.Rand) *dynamodb.GetItemInput {
			return &dynamodb.GetItemInput{TableName: table, Key: key(r)}
		}),
		op(c.UpdateItem, func(r *rand.Rand) *dynamodb.UpdateItemInput {
			return &dynamodb.UpdateItemInput{
				TableName: table, Key: key(r), UpdateExpression: aws.String("SET #l[0] = :v, m = :v"), ConditionExpression: aws.String("attribute_exists(#l)"),
				ExpressionAttributeNames:  map[string]string{"#l": "list"},
				ExpressionAttributeValues: map[string]types.AttributeValue{":v": text(*pick(r, "1", "2", "3"))},
				ReturnValues:              types.ReturnValueAllNew, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}
		}),
		op(c.DeleteItem, func(r *rand.Rand) *dynamodb.DeleteItemInput {
			return &dynamodb.DeleteItemInput{TableName: table, Key: key(r), ReturnValues: types.ReturnValueAllOld}
		}),
		op(c.Query, always(dynamodb.QueryInput{
			TableName: table, KeyConditionExpression: aws.String("id = :id"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":id": text("a")},
		})),
		op(c.Scan, always(dynamodb.ScanInput{TableName: table})),
		op(c.BatchGetItem, func(r *rand.Rand) *dynamodb.BatchGetItemInput {
			return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*table: {Keys: []map[string]types.AttributeValue{key(r)}}}}
		}),
		op(c.BatchWriteItem, func(r *rand.Rand) *dynamodb.BatchWriteItemInput {
			return &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*table: {{PutRequest: &types.PutRequest{Item: anItem(r)}}}}}
		}),
		op(c.TransactGetItems, func(r *rand.Rand) *dynamodb.TransactGetItemsInput {
			return &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: table, Key: key(r)}}}}
		}),
		op(c.TransactWriteItems, func(r *rand.Rand) *dynamodb.TransactWriteItemsInput {
			return &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: table, Item: anItem(r)}}}}
		}),
	}
}

func streamOperations(cfg aws.Config) []operation {
	c := dynamodbstreams.NewFromConfig(cfg)
	return []operation{func(ctx context.Context, _ *rand.Rand) error {
		streams, err := c.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: aws.String("profiles")})
		if err != nil {
			return err
		}
		arn := streams.Streams[0].StreamArn
		stream, err := c.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
		if err != nil {
			return err
		}
		at, err := c.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
			StreamArn: arn, ShardId: stream.StreamDescription.Shards[0].ShardId, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
		})
		if err != nil {
			return err
		}
		_, err = c.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at.ShardIterator})
		return err
	}}
}
