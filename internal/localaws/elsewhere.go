package localaws

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// Elsewhere names a table of the stack that is at another endpoint and not in the
// cloud. The cloud does not create such a table. The mappings of its stream get the
// records that the driver passes to Arrived.
type Elsewhere struct {
	Table     string // its name
	StreamARN string
	ShardID   string // of any of its shards; messages about discarded records name it
}

// A remoteStream holds the records of a table elsewhere until their mapping takes them.
type remoteStream struct {
	Elsewhere
	cloud   *Cloud
	records []dynamodb.Record // records that no mapping has taken yet
	read    bool              // the stream was read to its end at least once
	readTo  uint64            // the mark of the last CaughtUp
}

var (
	_ lambda.Stream = (*remoteStream)(nil)
	_ source        = (*remoteStream)(nil)
)

// Records implements lambda.Stream. A mapping asks for records after the last one that
// it got. Records up to that one are therefore not needed any more.
func (s *remoteStream) Records(after string, max int) []lambda.Record {
	taken := slices.IndexFunc(s.records, func(r dynamodb.Record) bool { return r.SequenceNumber == after })
	s.records = slices.Delete(s.records, 0, taken+1)
	return LambdaRecords(s.records[:min(max, len(s.records))])
}

// drained tells whether the stream was read to its end since a function last finished,
// and the mapping has processed all records.
func (s *remoteStream) drained(state lambda.State) bool {
	return s.read && s.readTo == s.cloud.finished && len(s.Records(state.Checkpoint, 1)) == 0
}

// Finish reports the outcome of an invocation to its mapping. A driver must call this
// method and not the mapping's, because Mark counts the functions that may have written
// to a table elsewhere.
func (c *Cloud) Finish(m lambda.Mapping, inv *lambda.Invocation, r lambda.Result) {
	c.finished++
	m.Finish(inv, r)
}

// Mark grows with every finished invocation of a mapping.
func (c *Cloud) Mark() uint64 { return c.finished }

// Arrived passes on records from the stream of a table elsewhere, in the stream's
// order.
func (c *Cloud) Arrived(table string, records []dynamodb.Record) {
	s := c.elsewhere[table]
	for _, r := range records {
		c.World.Tell(dynamodb.Changed{Table: table, Record: r})
	}
	s.records = append(s.records, records...)
}

// Waiting returns how many records of a table elsewhere its mapping has not taken.
func (c *Cloud) Waiting(table string) int { return len(c.elsewhere[table].records) }

// CaughtUp reports that a read of the whole stream of a table elsewhere found nothing
// new. mark is the value of Mark when the read began.
func (c *Cloud) CaughtUp(table string, mark uint64) {
	s := c.elsewhere[table]
	s.read, s.readTo = true, mark
	if mark == c.finished {
		c.World.Tell(StreamRead{Table: table})
	}
}

// StreamRead reports that the stream of a table elsewhere has been read to its end, and
// that no function has finished since. The observer has then seen all writes of the
// functions that finished. Nothing reports writes to such a table earlier.
type StreamRead struct{ Table string }
