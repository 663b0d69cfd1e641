package localaws

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// Elsewhere names a table of the stack that is not in the cloud but at another
// endpoint. The cloud makes no such table; the mappings of its stream get the
// records that Arrived brings.
type Elsewhere struct {
	Table     string // its name
	StreamARN string
	ShardID   string // of any of its shards: what messages about discarded records name
}

// A remoteStream holds the records of a table elsewhere until their mapping
// takes them.
type remoteStream struct {
	Elsewhere
	cloud   *Cloud
	records []dynamodb.Record // what no mapping has taken yet
	read    bool              // to its end, at least once
	readTo  uint64            // the mark of the last CaughtUp
}

var (
	_ lambda.Stream = (*remoteStream)(nil)
	_ source        = (*remoteStream)(nil)
)

// Records implements lambda.Stream. A mapping asks for what follows the last
// record that it was given, so what is up to there will not be asked for again.
func (s *remoteStream) Records(after string, max int) []lambda.Record {
	taken := slices.IndexFunc(s.records, func(r dynamodb.Record) bool { return r.SequenceNumber == after })
	s.records = slices.Delete(s.records, 0, taken+1)
	return LambdaRecords(s.records[:min(max, len(s.records))])
}

// drained is true where the stream was read to its end since a function last
// finished, and the mapping is done with all of it.
func (s *remoteStream) drained(state lambda.State) bool {
	return s.read && s.readTo == s.cloud.finished && len(s.Records(state.Checkpoint, 1)) == 0
}

// Finish reports the outcome of an invocation to its mapping. A driver has to
// call it, and not the mapping, so that Mark tells when a function may have
// written to a table elsewhere.
func (c *Cloud) Finish(m lambda.Mapping, inv *lambda.Invocation, r lambda.Result) {
	c.finished++
	m.Finish(inv, r)
}

// Mark grows with every invocation of a mapping that finishes.
func (c *Cloud) Mark() uint64 { return c.finished }

// Arrived takes records that were read from the stream of a table elsewhere, in
// the stream's order.
func (c *Cloud) Arrived(table string, records []dynamodb.Record) {
	s := c.elsewhere[table]
	for _, r := range records {
		c.World.Tell(dynamodb.Changed{Table: table, Record: r})
	}
	s.records = append(s.records, records...)
}

// Waiting is how many records of a table elsewhere its mapping has not taken.
func (c *Cloud) Waiting(table string) int { return len(c.elsewhere[table].records) }

// CaughtUp says that a read of the whole stream of a table elsewhere, begun when
// Mark was mark, found nothing new.
func (c *Cloud) CaughtUp(table string, mark uint64) {
	s := c.elsewhere[table]
	s.read, s.readTo = true, mark
	if mark == c.finished {
		c.World.Tell(StreamRead{Table: table})
	}
}

// StreamRead is told where the stream of a table elsewhere has been read to its
// end and no function has finished since: what those that did wrote, the
// observer knows by now. Nothing tells of writes to such a table sooner.
type StreamRead struct{ Table string }
