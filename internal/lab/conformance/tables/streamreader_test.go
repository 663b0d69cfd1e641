package tables_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// onStream makes a Check with a table that has a stream.
func onStream(view types.StreamViewType, f func(t *table)) func(context.Context, aws.Config) error {
	return onTable("pk:S", func(in *dynamodb.CreateTableInput) { in.StreamSpecification = streaming(view) }, f)
}

func streamed(area string, view types.StreamViewType, what map[string]func(t *table)) []conformance.Case {
	var list []conformance.Case
	for name, f := range what {
		list = append(list, conformance.Case{Name: area + "/" + name, Check: onStream(view, f)})
	}
	slices.SortFunc(list, func(a, b conformance.Case) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (t *table) streamARN() *string { return t.describe().LatestStreamArn }

func (t *table) shards() []streamtypes.Shard {
	out, err := t.streams.DescribeStream(t.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: t.streamARN()})
	if err != nil {
		t.errorf("DescribeStream: %w", err)
		return nil
	}
	return out.StreamDescription.Shards
}

// iterator is a position in a shard.
func (t *table) iterator(shard *string, kind streamtypes.ShardIteratorType, number *string) (*string, error) {
	out, err := t.streams.GetShardIterator(t.ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: t.streamARN(), ShardId: shard, ShardIteratorType: kind, SequenceNumber: number,
	})
	if err != nil {
		return nil, err
	}
	return out.ShardIterator, nil
}

// iterators are positions in all shards.
func (t *table) iterators(kind streamtypes.ShardIteratorType) []*string {
	var all []*string
	for _, sh := range t.shards() {
		at, err := t.iterator(sh.ShardId, kind, nil)
		t.ok("GetShardIterator", err)
		all = append(all, at)
	}
	return all
}

// read reads from the positions until it has n records, and moves the positions. It
// also returns later records of the same answers.
func (t *table) read(at []*string, n int) []streamtypes.Record {
	var all []streamtypes.Record
	t.ok("GetRecords", conformance.Eventually(t.ctx, 30*time.Second, func() error {
		open := false
		for i := range at {
			if at[i] == nil {
				continue
			}
			open = true
			out, err := t.streams.GetRecords(t.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at[i]})
			if err != nil {
				return fmt.Errorf("%w, %w", err, conformance.ErrNever)
			}
			all, at[i] = append(all, out.Records...), out.NextShardIterator
		}
		if len(all) < n && !open {
			return fmt.Errorf("%d records, want %d, %w", len(all), n, conformance.ErrNever)
		}
		if len(all) < n {
			return fmt.Errorf("%d records, want %d", len(all), n)
		}
		return nil
	}))
	return all
}

// records returns the first n records of the stream, and later ones of the same
// answers.
func (t *table) records(n int) []streamtypes.Record {
	return t.read(t.iterators(streamtypes.ShardIteratorTypeTrimHorizon), n)
}

// showRecord writes a record: its kind, key and images.
func showRecord(r streamtypes.Record) string {
	image := func(i map[string]streamtypes.AttributeValue) string {
		if i == nil {
			return "-"
		}
		return show(fromStream(i))
	}
	return fmt.Sprintf("%s %s: %s -> %s", r.EventName, show(fromStream(r.Dynamodb.Keys)), image(r.Dynamodb.OldImage), image(r.Dynamodb.NewImage))
}

// tells records an error unless the stream has exactly these records, each as
// showRecord writes it.
func (t *table) tells(want ...string) {
	t.equal("the stream", showRecords(t.all()), strings.Join(want, "\n"))
}

// all returns the records so far. It changes the item a once more and reads up to that
// record, because the records of one item are in the order of its writes.
func (t *table) all() []streamtypes.Record {
	t.update(m{"pk": "a"}, "SET the_end = :v", m{":v": true})
	at := t.iterators(streamtypes.ShardIteratorTypeTrimHorizon)
	var records []streamtypes.Record
	for t.errs == nil && len(records) < 100 {
		for _, r := range t.read(at, 1) {
			if r.Dynamodb.NewImage["the_end"] != nil {
				return records
			}
			records = append(records, r)
		}
	}
	t.errorf("the stream does not come to the last write: %d records", len(records))
	return nil
}

func showRecords(records []streamtypes.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, showRecord(r))
	}
	return strings.Join(all, "\n")
}
