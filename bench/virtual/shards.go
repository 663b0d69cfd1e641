package virtual

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/localaws"
	"github.com/bot-preferences/bot-preferences/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
)

// Partition deals users to so many partitions of the table, and so to the shards of
// its stream. DynamoDB does it by a hash of its own. This one has nothing in common
// with that by which mappings deal records to their lanes: else some lanes of a shard
// would have nothing.
func Partition(user string, of int) int {
	sum := sha256.Sum256([]byte(user))
	return int(binary.BigEndian.Uint64(sum[:]) % uint64(of))
}

// A splitter deals the records of a table's stream, which localaws keeps in one shard,
// to several. Each has its own mapping, with the lanes of one.
type splitter struct {
	table  *dynamodb.Table
	last   string // the last record that was dealt
	shards []*shard
}

type shard struct {
	of      *splitter
	records []lambda.Record
	mapping *lambda.StreamMapping
}

var _ lambda.Stream = (*shard)(nil)

func (s *splitter) deal() {
	for {
		page := s.table.Records(s.last, 1000)
		if len(page) == 0 {
			return
		}
		for _, r := range page {
			to := s.shards[Partition(r.Keys[s.table.Config().Hash.Name].Text(), len(s.shards))]
			to.records = append(to.records, lambda.Record{
				EventID: r.EventID, EventName: r.EventName, SequenceNumber: r.SequenceNumber, Created: r.Created,
				Keys: localaws.ItemJSON(r.Keys), OldImage: localaws.ItemJSON(r.OldImage), NewImage: localaws.ItemJSON(r.NewImage),
				ViewType: r.ViewType, SizeBytes: r.SizeBytes, Expired: r.Identity != nil,
			})
		}
		s.last = page[len(page)-1].SequenceNumber
	}
}

// Records implements lambda.Stream.
func (s *shard) Records(after string, limit int) []lambda.Record {
	s.of.deal()
	i, found := slices.BinarySearchFunc(s.records, after, func(r lambda.Record, n string) int { return strings.Compare(r.SequenceNumber, n) })
	if found {
		i++
	}
	return s.records[i:min(i+limit, len(s.records))]
}

// drained: the checkpoint passes no record that is buffered or in flight.
func (s *shard) drained() bool { return len(s.Records(s.mapping.State().Checkpoint, 1)) == 0 }

// split gives a table's stream so many shards, each with a mapping as the stack has it.
func (c *Cloud) split(m stack.StreamMapping, shards int) error {
	table, ok := c.Tables.Table(m.Table)
	if !ok {
		return fmt.Errorf("virtual: there is no table %s", m.Table)
	}
	match, err := filter(m.FilterPatterns)
	if err != nil {
		return err
	}
	onFailure, err := c.onFailure(m.OnFailureARN)
	if err != nil {
		return err
	}
	s := &splitter{table: table}
	for i := range shards {
		one := &shard{of: s}
		one.mapping = lambda.NewStreamMapping(c.World, lambda.StreamMappingConfig{
			Function: m.Function, StreamARN: table.StreamARN(), ShardID: fmt.Sprint(i),
			StartingPosition: lambda.TrimHorizon, BatchSize: m.BatchSize, Window: time.Duration(m.WindowSeconds) * time.Second,
			ParallelizationFactor: m.ParallelizationFactor, BisectBatchOnFunctionError: m.BisectBatchOnFunctionError,
			MaximumRetryAttempts: m.MaximumRetryAttempts, MaximumRecordAge: time.Duration(m.MaximumRecordAgeSeconds) * time.Second,
			ReportBatchItemFailures: m.ReportBatchItemFailures, Match: match,
		}, one, onFailure)
		s.shards = append(s.shards, one)
	}
	c.shards = append(c.shards, s.shards...)
	return nil
}

// onFailure is where a mapping sends word of what it gives up; nil: nowhere.
func (c *Cloud) onFailure(arn string) (lambda.Destination, error) {
	if arn == "" {
		return nil, nil
	}
	q, ok := c.Queues.QueueByARN(arn)
	if !ok {
		return nil, fmt.Errorf("virtual: there is no queue %s", arn)
	}
	return deadLetters{q}, nil
}

type deadLetters struct{ queue *sqs.Queue }

// Send implements lambda.Destination.
func (d deadLetters) Send(body string) error {
	_, err := d.queue.Send(body, nil, sqs.QueueDelay)
	return err
}

func filter(patterns []string) (func(record []byte) bool, error) {
	compiled := make([]*pattern.Pattern, 0, len(patterns))
	for _, text := range patterns {
		p, err := pattern.Compile([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("virtual: filter: %w", err)
		}
		compiled = append(compiled, p)
	}
	return func(record []byte) bool {
		return len(compiled) == 0 || slices.ContainsFunc(compiled, func(p *pattern.Pattern) bool {
			ok, err := p.Match(record)
			return err == nil && ok
		})
	}, nil
}

// Mappings are the cloud's, and those of shards.
func (c *Cloud) Mappings() []lambda.Mapping { return c.mappings }

// Wake is when the cloud, or a mapping of a shard, has something to do.
func (c *Cloud) Wake() (earliest time.Time, ok bool) {
	earliest, ok = c.Cloud.Wake()
	for _, s := range c.shards {
		if at, due := s.mapping.Wake(); due && (!ok || at.Before(earliest)) {
			earliest, ok = at, true
		}
	}
	return earliest, ok
}

// Drained tells whether nothing is on its way.
func (c *Cloud) Drained() bool {
	return c.Cloud.Drained() && !slices.ContainsFunc(c.shards, func(s *shard) bool { return !s.drained() })
}
