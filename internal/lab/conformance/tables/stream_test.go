package tables_test

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

const (
	oldest    = streamtypes.ShardIteratorTypeTrimHorizon
	latest    = streamtypes.ShardIteratorTypeLatest
	atNumber  = streamtypes.ShardIteratorTypeAtSequenceNumber
	afterThat = streamtypes.ShardIteratorTypeAfterSequenceNumber
	atTime    = streamtypes.ShardIteratorTypeAtTimestamp
)

// count changes the item a n times.
func (t *table) count(n int) {
	for range n {
		t.update(m{"pk": "a"}, "ADD n :v", m{":v": 1})
	}
}

// counted returns the values of n in the new images.
func counted(records []streamtypes.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, showValue(fromStream(r.Dynamodb.NewImage)["n"]))
	}
	return strings.Join(all, " ")
}

// shardOf returns the shard with the records of the item a.
func (t *table) shardOf(r streamtypes.Record) *string {
	for _, sh := range t.shards() {
		at, err := t.iterator(sh.ShardId, atNumber, r.Dynamodb.SequenceNumber)
		if err != nil {
			continue // of another shard
		}
		if got := t.read([]*string{at}, 0); len(got) > 0 && *got[0].EventID == *r.EventID {
			return sh.ShardId
		}
	}
	t.errorf("no shard has the record %s", *r.Dynamodb.SequenceNumber)
	return nil
}

var streamCases = append(streamed("stream", types.StreamViewTypeNewAndOldImages, map[string]func(t *table){
	"is described": func(t *table) {
		out, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: t.streamARN()})
		t.ok("DescribeStream", err)
		d := out.StreamDescription
		t.equal("table, view, status", words(*d.TableName, d.StreamViewType, d.StreamStatus), t.name+" NEW_AND_OLD_IMAGES ENABLED")
		t.equal("label", *d.StreamLabel, *t.describe().LatestStreamLabel)
		t.equal("shards", len(d.Shards) > 0 && len(*d.Shards[0].ShardId) >= 28, true)
	},
	"describes the key": func(t *table) {
		out, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: t.streamARN()})
		t.ok("DescribeStream", err)
		if s := out.StreamDescription.KeySchema; len(s) != 1 || *s[0].AttributeName != "pk" || s[0].KeyType != streamtypes.KeyTypeHash {
			t.errorf("the schema is %+v", s)
		}
	},
	"has open shards": func(t *table) {
		t.count(1)
		t.records(1)
		for _, sh := range t.shards() {
			r := sh.SequenceNumberRange
			t.equal("starting, ending", words(aws.ToString(r.StartingSequenceNumber) != "", r.EndingSequenceNumber == nil), "true true")
		}
	},
	"is listed": func(t *table) {
		out, err := t.streams.ListStreams(t.ctx, &dynamodbstreams.ListStreamsInput{TableName: &t.name})
		t.ok("ListStreams", err)
		t.equal("streams", len(out.Streams), 1)
		t.equal("ARN, table", *out.Streams[0].StreamArn+" "+*out.Streams[0].TableName, *t.streamARN()+" "+t.name)
	},
	"is read from the oldest record on": func(t *table) {
		t.count(4)
		t.equal("records", counted(t.records(4)), "1 2 3 4")
	},
	"is read from now on": func(t *table) {
		t.count(2)
		t.records(2)
		at := t.iterators(latest)
		t.count(2)
		t.equal("records", counted(t.read(at, 2)), "3 4")
	},
	"is read from a record on": func(t *table) {
		t.count(4)
		second := t.records(4)[1]
		at, err := t.iterator(t.shardOf(second), atNumber, second.Dynamodb.SequenceNumber)
		t.ok("GetShardIterator", err)
		t.equal("records", counted(t.read([]*string{at}, 3)), "2 3 4")
	},
	"is read after a record": func(t *table) {
		t.count(4)
		second := t.records(4)[1]
		at, err := t.iterator(t.shardOf(second), afterThat, second.Dynamodb.SequenceNumber)
		t.ok("GetShardIterator", err)
		t.equal("records", counted(t.read([]*string{at}, 2)), "3 4")
	},
	"is read after its last record": func(t *table) {
		t.count(2)
		last := t.records(2)[1]
		at, err := t.iterator(t.shardOf(last), afterThat, last.Dynamodb.SequenceNumber)
		t.ok("GetShardIterator", err)
		t.count(1)
		t.equal("records", counted(t.read([]*string{at}, 1)), "3")
	},
	"is read from a time on": func(t *table) {
		t.count(2)
		first := t.records(2)[0]
		shard, made := t.shardOf(first), aws.ToTime(first.Dynamodb.ApproximateCreationDateTime)
		from := func(at time.Time) (*string, error) {
			out, err := t.streams.GetShardIterator(t.ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: t.streamARN(), ShardId: shard, ShardIteratorType: atTime, Timestamp: &at})
			if err != nil {
				return nil, err
			}
			return out.ShardIterator, nil
		}
		at, err := from(made)
		t.ok("GetShardIterator", err)
		t.equal("records", counted(t.read([]*string{at}, 2)), "1 2")
		_, err = from(time.Now().Add(time.Hour))
		t.fails("the future", invalid, err)
	},
	"is read record by record": func(t *table) {
		t.count(3)
		first := t.records(3)[0]
		at, err := t.iterator(t.shardOf(first), oldest, nil)
		t.ok("GetShardIterator", err)
		var got []string
		for len(got) < 3 && at != nil && t.errs == nil {
			out, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at, Limit: aws.Int32(1)})
			t.ok("GetRecords", err)
			if at = out.NextShardIterator; len(out.Records) > 0 {
				got = append(got, counted(out.Records))
			}
		}
		t.equal("records", strings.Join(got, " "), "1 2 3")
	},
	"is read again from the same iterator": func(t *table) {
		t.count(2)
		at := t.iterators(oldest)
		t.equal("first", counted(t.read(append([]*string(nil), at...), 2)), "1 2")
		t.equal("again", counted(t.read(at, 2)), "1 2")
	},
	"ends nowhere": func(t *table) {
		out, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: t.iterators(latest)[0]})
		t.ok("GetRecords", err)
		t.equal("records, more", words(len(out.Records), out.NextShardIterator != nil), "0 true")
	},
	"refuses iterators without a number": func(t *table) {
		for _, kind := range []streamtypes.ShardIteratorType{atNumber, afterThat} {
			_, err := t.iterator(t.shards()[0].ShardId, kind, nil)
			t.fails(string(kind), invalid, err)
		}
	},
	"refuses a number that is none": func(t *table) {
		_, err := t.iterator(t.shards()[0].ShardId, atNumber, aws.String("7"))
		t.fails("7", invalid, err)
	},
	"refuses an unknown kind of iterator": func(t *table) {
		_, err := t.iterator(t.shards()[0].ShardId, "NEWEST", nil)
		t.fails("NEWEST", invalid, err)
	},
	"refuses a shard that does not exist": func(t *table) {
		_, err := t.iterator(aws.String("shardId-00000000000000000000-00000000"), oldest, nil)
		t.fails("no shard", notFound, err)
	},
	"refuses an iterator that is none": func(t *table) {
		_, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: aws.String("none")})
		t.fails("none", invalid, err)
	},
	"refuses more than 1,000 records": func(t *table) {
		_, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: t.iterators(oldest)[0], Limit: aws.Int32(1001)})
		t.fails("1,001", invalid, err)
	},
}), conformance.Case{Name: "stream/that does not exist is refused", Check: on("pk:S", func(t *table) {
	arn := aws.String(*t.describe().TableArn + "/stream/2026-01-01T00:00:00.000")
	_, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
	t.fails("DescribeStream", notFound, err)
	_, err = t.streams.GetShardIterator(t.ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: arn, ShardId: aws.String("shardId-00000000000000000000-00000000"), ShardIteratorType: oldest})
	t.fails("GetShardIterator", notFound, err)
})})
