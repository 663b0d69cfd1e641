package remotetable

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

// A reader reads the shards of one stream. It reads a shard after its parent, so that
// the records of one item keep their order, and each shard from its oldest record to
// its end.
type reader struct {
	*Table
	shards map[string]*shard
	listed bool // whether every shard that there is was seen
}

type shard struct {
	id       string
	parent   string
	iterator string // empty: to be had
	last     string // the sequence number that was read last
	done     bool
}

// pageSize is how many records one request asks for: the most there are.
const pageSize = 1000

// read asks every shard that may be read once, and returns what they had.
func (r *reader) read(ctx context.Context) ([]dynamodb.Record, error) {
	if !r.listed {
		if err := r.list(ctx); err != nil {
			return nil, err
		}
	}
	var all []dynamodb.Record
	for _, s := range r.shards {
		if parent := r.shards[s.parent]; s.done || parent != nil && !parent.done {
			continue
		}
		records, err := r.page(ctx, s)
		all = append(all, records...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// ended tells whether the stream was read to its final end: no shard is open.
func (r *reader) ended() bool {
	for _, s := range r.shards {
		if !s.done {
			return false
		}
	}
	return r.listed
}

// list adds the shards that are new.
func (r *reader) list(ctx context.Context) error {
	shards, err := r.describeShards(ctx)
	if err != nil {
		return err
	}
	for _, d := range shards {
		id := aws.ToString(d.ShardId)
		if r.shards[id] == nil {
			r.shards[id] = &shard{id: id, parent: aws.ToString(d.ParentShardId)}
		}
	}
	r.listed = true
	return nil
}

func (t *Table) describeShards(ctx context.Context) ([]types.Shard, error) {
	var all []types.Shard
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: &t.arn}
	for {
		out, err := t.streams.DescribeStream(ctx, in)
		if err != nil {
			return nil, err
		}
		if out.StreamDescription == nil {
			return nil, errNoDynamoDB
		}
		all = append(all, out.StreamDescription.Shards...)
		if in.ExclusiveStartShardId = out.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return all, nil
		}
	}
}

// page reads the next records of a shard. A shard that ends has children, which are
// listed before the next read.
func (r *reader) page(ctx context.Context, s *shard) ([]dynamodb.Record, error) {
	out, err := r.get(ctx, s)
	if err != nil {
		s.iterator = "" // it may have expired; the next one begins after the last record
		var trimmed *types.TrimmedDataAccessException
		if errors.As(err, &trimmed) {
			s.last = "" // the records after it are gone: continue with the oldest
		}
		return nil, err
	}
	s.iterator = aws.ToString(out.NextShardIterator)
	if s.done = s.iterator == ""; s.done {
		r.listed = false
	}
	records, err := recordsOf(out.Records)
	if len(records) > 0 {
		s.last = records[len(records)-1].SequenceNumber
	}
	if err != nil {
		s.iterator, s.done = "", false // a record that cannot be read must not be skipped
	}
	return records, err
}

// recordsOf returns the records before the first one that cannot be read.
func recordsOf(page []types.Record) ([]dynamodb.Record, error) {
	records := make([]dynamodb.Record, 0, len(page))
	for i := range page {
		r, err := record(&page[i])
		if err != nil {
			return records, err
		}
		records = append(records, r)
	}
	return records, nil
}

func (r *reader) get(ctx context.Context, s *shard) (*dynamodbstreams.GetRecordsOutput, error) {
	if s.iterator == "" {
		if err := r.open(ctx, s); err != nil {
			return nil, err
		}
	}
	return r.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: &s.iterator, Limit: aws.Int32(pageSize)})
}

func (r *reader) open(ctx context.Context, s *shard) error {
	in := &dynamodbstreams.GetShardIteratorInput{StreamArn: &r.arn, ShardId: &s.id, ShardIteratorType: types.ShardIteratorTypeTrimHorizon}
	if s.last != "" {
		in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &s.last
	}
	out, err := r.streams.GetShardIterator(ctx, in)
	if err != nil {
		return err
	}
	s.iterator = aws.ToString(out.ShardIterator)
	return nil
}
