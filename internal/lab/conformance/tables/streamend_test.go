package tables_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func (t *table) disableStream() {
	t.ok("off", t.alter(func(in *dynamodb.UpdateTableInput) {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(false)}
	}))
}

// ended waits until the stream is disabled, and returns its description.
func (t *table) ended(arn *string) *streamtypes.StreamDescription {
	d := &streamtypes.StreamDescription{}
	t.ok("DescribeStream", conformance.Eventually(t.ctx, 60*time.Second, func() error {
		out, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
		if err != nil {
			return fmt.Errorf("%w, %w", err, conformance.ErrNever)
		}
		if d = out.StreamDescription; d.StreamStatus != streamtypes.StreamStatusDisabled {
			return fmt.Errorf("the stream is %s", d.StreamStatus)
		}
		return nil
	}))
	return d
}

// rest reads all records of an ended stream, and checks that each shard has an end.
func (t *table) rest(d *streamtypes.StreamDescription) string {
	var at []*string
	for _, sh := range d.Shards {
		if aws.ToString(sh.SequenceNumberRange.EndingSequenceNumber) == "" {
			t.errorf("shard %s is open", *sh.ShardId)
		}
		out, err := t.streams.GetShardIterator(t.ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: d.StreamArn, ShardId: sh.ShardId, ShardIteratorType: oldest})
		t.ok("GetShardIterator", err)
		if err == nil {
			at = append(at, out.ShardIterator)
		}
	}
	var all []streamtypes.Record
	for pages := 0; len(at) > 0 && t.errs == nil; pages++ {
		if pages > 100 {
			t.errorf("a shard has no end")
		}
		out, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at[0]})
		t.ok("GetRecords", err)
		all, at = append(all, out.Records...), at[1:]
		if out.NextShardIterator != nil {
			at = append(at, out.NextShardIterator)
		}
	}
	return counted(all)
}

// listed returns the ARNs of the table's streams.
func (t *table) listed() string {
	out, err := t.streams.ListStreams(t.ctx, &dynamodbstreams.ListStreamsInput{TableName: &t.name})
	t.ok("ListStreams", err)
	var arns []string
	for _, s := range out.Streams {
		arns = append(arns, *s.StreamArn)
	}
	return strings.Join(arns, " ")
}

// Alternator's tests of it run against AWS too:
// https://github.com/scylladb/scylladb/blob/master/test/alternator/test_streams.py,
// test_streams_closed_read, test_streams_disabled_stream and test_streams_reenable. The
// developer guide (Streams) promises 24 hours, for a deleted table too.
var streamEndCases = waiting(append(streamed("stream", types.StreamViewTypeNewAndOldImages, map[string]func(t *table){
	"is readable after it is disabled": func(t *table) {
		arn := t.streamARN()
		t.count(2)
		t.records(2)
		t.disableStream()
		t.count(1)
		d := t.ended(arn)
		t.equal("view, table", words(d.StreamViewType, *d.TableName), "NEW_AND_OLD_IMAGES "+t.name)
		t.equal("records", t.rest(d), "1 2")
		t.equal("listed", t.listed(), *arn)
		t.equal("the latest", aws.ToString(t.describe().LatestStreamArn), *arn)
	},
	"without a record has an end too": func(t *table) {
		arn := t.streamARN()
		at := t.iterators(latest)
		t.disableStream()
		t.equal("records", t.rest(t.ended(arn)), "")
		for _, one := range at {
			out, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: one})
			t.ok("GetRecords", err)
			t.equal("records, more", words(len(out.Records), out.NextShardIterator != nil), "0 false")
		}
	},
	"goes on in an old iterator after it is disabled": func(t *table) {
		t.count(2)
		t.records(2)
		at := t.iterators(oldest)
		t.disableStream()
		t.equal("records", counted(t.read(at, 2)), "1 2")
	},
	"enabled again is another": func(t *table) {
		first := t.streamARN()
		t.count(2)
		t.records(2)
		t.disableStream()
		ended := t.ended(first)
		t.ok("on", t.alter(func(in *dynamodb.UpdateTableInput) { in.StreamSpecification = streaming(types.StreamViewTypeNewImage) }))
		second := t.streamARN()
		if *first == *second {
			t.errorf("the ARN is the same")
		}
		t.count(1)
		t.equal("new records", counted(t.records(1)), "3")
		t.equal("old records", t.rest(ended), "1 2")
		t.equal("listed", sorted(t.listed()), sorted(*first+" "+*second))
	},
}), conformance.Case{Name: "stream/is readable after its table is deleted", Check: without(func(t *table) {
	in := creation(t.name, "pk:S")
	in.StreamSpecification = streaming(types.StreamViewTypeNewAndOldImages)
	_, err := t.db.CreateTable(t.ctx, in)
	t.ok("CreateTable", err)
	t.ok("active", t.active())
	arn := t.streamARN()
	t.count(2)
	t.records(2)
	t.ok("DeleteTable", t.drop())
	d := t.ended(arn)
	t.equal("table, key", *d.TableName+" "+*d.KeySchema[0].AttributeName, t.name+" pk")
	t.equal("records", t.rest(d), "1 2")
	t.equal("listed", t.listed(), *arn)
})}))

// waiting marks cases that spend their time waiting where time is real.
func waiting(list []conformance.Case) []conformance.Case {
	for i := range list {
		list[i].Waits = true
	}
	return list
}
