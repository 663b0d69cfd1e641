package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

const accessDenied = "AccessDeniedException"

// part returns the ARN with one of its parts replaced, counted from 0.
func part(arn string, n int, value string) string {
	parts := strings.SplitN(arn, ":", 6)
	parts[n] = value
	return strings.Join(parts, ":")
}

var arnCases = append(cases("arn", "pk:S", map[string]func(t *table){
	// https://github.com/ExtendDB/extenddb/pull/227 compared each with AWS; so did
	// https://github.com/nubo-db/dynamodb-conformance, tests/tier2/tags, for the first
	// and the foreign account, and Alternator's test_tag for the last.
	"that is wrong is refused by the tag operations": func(t *table) {
		own := *t.describe().TableArn
		for arn, want := range map[string]string{
			"not-an-arn":                       invalid,
			"arn:not/a/good/format":            invalid,
			part(own, 2, "sqs"):                accessDenied,
			part(own, 5, "backup/"+t.name):     invalid,
			own + "/index/by_name":             invalid,
			part(own, 4, "123123123123"):       accessDenied,
			part(own, 3, "mars-north-1"):       invalid,
			own + "-none":                      notFound,
			part(part(own, 4, "1"), 3, "mars"): accessDenied,
		} {
			_, err := t.db.ListTagsOfResource(t.ctx, &dynamodb.ListTagsOfResourceInput{ResourceArn: &arn})
			t.fails("ListTagsOfResource of "+arn, want, err)
			_, err = t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: &arn, Tags: []types.Tag{tag("a", "b")}})
			t.fails("TagResource of "+arn, want, err)
			_, err = t.db.UntagResource(t.ctx, &dynamodb.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a"}})
			t.fails("UntagResource of "+arn, want, err)
		}
	},
	// https://github.com/ExtendDB/extenddb/pull/200 has the answers of AWS; that of
	// another region is in https://github.com/hashicorp/terraform-provider-aws/issues/42792.
	"that is wrong is refused as a table's name": func(t *table) {
		own := *t.describe().TableArn
		for _, arn := range []string{own + "/index/by_name", part(own, 5, "stream/"+t.name), part(own, 5, "table/"), part(own, 3, "mars-north-1"), "arn:aws"} {
			_, err := t.tryGet(m{"pk": "a"}, func(in *dynamodb.GetItemInput) { in.TableName = &arn })
			t.fails("GetItem of "+arn, invalid, err)
			_, err = t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: &arn})
			t.fails("DescribeTable of "+arn, invalid, err)
		}
		none := own + "-none"
		_, err := t.tryGet(m{"pk": "a"}, func(in *dynamodb.GetItemInput) { in.TableName = &none })
		t.fails("GetItem of no table", notFound, err)
	},
}), append(streamed("arn", types.StreamViewTypeKeysOnly, map[string]func(t *table){
	// Alternator's test_streams: test_describe_nonexistent_stream,
	// test_describe_stream_nonexistent_table, test_get_shard_iterator and
	// test_list_streams_with_nonexistent_last_stream.
	"that is wrong is refused as a stream's": func(t *table) {
		own, shard := *t.streamARN(), t.shards()[0].ShardId
		for arn, want := range map[string]string{
			strings.Repeat("x", 50):                                invalid,
			*t.describe().TableArn + "/" + strings.Repeat("x", 30): invalid,
			strings.Replace(own, t.name, t.name+"-none", 1):        notFound,
			strings.Replace(own, "/stream/20", "/stream/19", 1):    notFound,
		} {
			_, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &arn})
			t.fails("DescribeStream of "+arn, want, err)
			_, err = t.streams.GetShardIterator(t.ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: &arn, ShardId: shard, ShardIteratorType: oldest})
			t.fails("GetShardIterator of "+arn, want, err)
			_, err = t.streams.ListStreams(t.ctx, &dynamodbstreams.ListStreamsInput{ExclusiveStartStreamArn: &arn})
			t.fails("ListStreams after "+arn, want, err)
		}
	},
	// The API reference: ids of shards have 28 to 65 characters.
	"of a stream with a short shard is refused": func(t *table) {
		_, err := t.iterator(aws.String("short"), oldest, nil)
		t.fails("GetShardIterator", invalid, err)
	},
	// test_stream_shard_filtering_wrong_shard_id and its neighbours.
	"of a stream with a wrong shard is refused": func(t *table) {
		shard := t.shards()[0].ShardId
		for what, filter := range map[string]*streamtypes.ShardFilter{
			"a short id": {Type: streamtypes.ShardFilterTypeChildShards, ShardId: aws.String("qwerty")},
			"no id":      {Type: streamtypes.ShardFilterTypeChildShards},
			"no type":    {ShardId: shard},
			"a type":     {Type: "foo", ShardId: shard},
		} {
			_, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: t.streamARN(), ShardFilter: filter})
			t.fails(what, invalid, err)
		}
	},
}), conformance.Case{Name: "arn/of a stream is where the next page of streams begins", Waits: true, Check: on("pk:S", streamPages)})...)

// streamPages is Alternator's test_list_streams_paged_cookie.
func streamPages(t *table) {
	var want []string
	for range 3 {
		t.ok("on", t.alter(func(in *dynamodb.UpdateTableInput) { in.StreamSpecification = streaming(types.StreamViewTypeKeysOnly) }))
		want = append(want, *t.streamARN())
		t.disableStream()
		t.ended(t.streamARN())
	}
	var got []string
	in := &dynamodbstreams.ListStreamsInput{TableName: &t.name, Limit: aws.Int32(1)}
	for t.errs == nil {
		out, err := t.streams.ListStreams(t.ctx, in)
		t.ok("ListStreams", err)
		for _, s := range out.Streams {
			got = append(got, *s.StreamArn)
		}
		if in.ExclusiveStartStreamArn = out.LastEvaluatedStreamArn; out.LastEvaluatedStreamArn == nil {
			break
		}
		t.equal("the last of the page", *out.LastEvaluatedStreamArn, got[len(got)-1])
	}
	t.equal("streams", sorted(strings.Join(got, " ")), sorted(strings.Join(want, " ")))
}
