package virtual

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
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
}

var _ lambda.Stream = (*shard)(nil)

func (s *splitter) deal() {
	for {
		page := s.table.Records(s.last, 1000)
		if len(page) == 0 {
			return
		}
		for i, record := range localaws.LambdaRecords(page) {
			user := page[i].Keys[s.table.Config().Hash.Name].Text()
			to := s.shards[Partition(user, len(s.shards))]
			to.records = append(to.records, record)
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

// split gives a table's stream so many shards, each with a mapping as the stack has it.
func (c *Cloud) split(m stack.StreamMapping, shards int) error {
	table, _ := c.Tables.Table(m.Table) // where there is none, MapShard refuses
	s := &splitter{table: table}
	for i := range shards {
		one := &shard{of: s}
		s.shards = append(s.shards, one)
		if err := c.MapShard(m, fmt.Sprint(i), one); err != nil {
			return err
		}
	}
	return nil
}
