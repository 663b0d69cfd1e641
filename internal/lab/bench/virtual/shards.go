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

// Partition returns the partition of a user, and thus the shard of the stream. DynamoDB
// uses a hash of its own. The hash here must be independent of the one that assigns
// records to lanes, or some lanes of a shard would stay empty.
func Partition(user string, partitions int) int {
	sum := sha256.Sum256([]byte(user))
	return int(binary.BigEndian.Uint64(sum[:]) % uint64(partitions))
}

// A splitter distributes the records of a table's stream, which localaws keeps in one
// shard, over several shards. Each has its own mapping, with the lanes of one mapping.
type splitter struct {
	table  *dynamodb.Table
	last   string // the last record that was distributed
	shards []*shard
}

type shard struct {
	splitter *splitter
	records  []lambda.Record
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
	s.splitter.deal()
	i, found := slices.BinarySearchFunc(s.records, after, func(r lambda.Record, n string) int { return strings.Compare(r.SequenceNumber, n) })
	if found {
		i++
	}
	return s.records[i:min(i+limit, len(s.records))]
}

// split divides a table's stream into shards, each with the mapping of the stack.
func (c *Cloud) split(m stack.StreamMapping, shards int) error {
	table, _ := c.Tables.Table(m.Table) // if there is no table, MapShard returns an error
	s := &splitter{table: table}
	for i := range shards {
		one := &shard{splitter: s}
		s.shards = append(s.shards, one)
		if err := c.MapShard(m, fmt.Sprint(i), one); err != nil {
			return err
		}
	}
	return nil
}
