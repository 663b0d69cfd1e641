package localaws

import (
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A stream is the part of a table's stream that a mapping needs.
type stream interface {
	lambda.Stream
	source
}

func (c *Cloud) mapStream(m stack.StreamMapping) error {
	from, arn, shard, err := c.stream(m.Table)
	if err != nil {
		return err
	}
	return c.addStream(m, from, arn, shard)
}

// MapShard adds a mapping with the settings of a stack. It reads the given records as a
// shard of the table's stream. It is for a driver that distributes a table's records
// over several shards, because a stream has only one shard here. Such a driver leaves
// the mapping out of the stack from which it builds the cloud.
func (c *Cloud) MapShard(m stack.StreamMapping, id string, shard lambda.Stream) error {
	_, arn, _, err := c.stream(m.Table)
	if err == nil {
		err = c.addStream(m, shardSource{shard}, arn, id)
	}
	if err != nil {
		return fmt.Errorf("localaws: mapping of the stream of table %s, shard %s: %w", m.Table, id, err)
	}
	return nil
}

func (c *Cloud) addStream(m stack.StreamMapping, from stream, arn, shard string) error {
	match, err := filter(m.FilterPatterns)
	if err != nil {
		return err
	}
	config := lambda.StreamMappingConfig{
		Function: m.Function, StreamARN: arn, ShardID: shard,
		StartingPosition: lambda.StartingPosition(m.StartingPosition), BatchSize: m.BatchSize,
		Window:                     time.Duration(m.WindowSeconds) * time.Second,
		ParallelizationFactor:      m.ParallelizationFactor,
		BisectBatchOnFunctionError: m.BisectBatchOnFunctionError,
		MaximumRetryAttempts:       m.MaximumRetryAttempts,
		MaximumRecordAge:           time.Duration(m.MaximumRecordAgeSeconds) * time.Second,
		ReportBatchItemFailures:    m.ReportBatchItemFailures, Match: match,
	}
	if err := config.Validate(); err != nil {
		return err
	}
	onFailure, err := c.destination(m.OnFailureARN)
	if err != nil {
		return err
	}
	made := lambda.NewStreamMapping(c.World, config, from, onFailure)
	c.add(made, from)
	c.describe(lambda.Described{SourceMapping: made, SourceARN: arn, Filters: m.FilterPatterns, OnFailureARN: m.OnFailureARN}, m.Function)
	return nil
}

func (c *Cloud) stream(table string) (from stream, arn, shard string, err error) {
	if e := c.elsewhere[table]; e != nil {
		return e, e.StreamARN, e.ShardID, nil
	}
	t, ok := c.Tables.Table(table)
	if !ok {
		return nil, "", "", fmt.Errorf("there is no such table")
	}
	s := t.Stream()
	if s == nil {
		return nil, "", "", fmt.Errorf("the table has no stream")
	}
	return streamSource{s}, s.ARN(), s.ShardID(), nil
}

// shardSource lets a mapping read a shard that a driver made.
type shardSource struct{ lambda.Stream }

var _ stream = shardSource{}

func (s shardSource) drained(state lambda.State) bool {
	return len(s.Records(state.Checkpoint, 1)) == 0
}
