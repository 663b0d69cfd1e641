package dynamodb

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// StreamRetention is how long a stream keeps its records.
const StreamRetention = 24 * time.Hour

// Record is one change of one item in a stream. It is immutable.
type Record struct {
	EventID   string
	EventName string // "INSERT", "MODIFY" or "REMOVE"

	// SequenceNumber grows with every record of the stream. It always has 25
	// digits, so it sorts as a number and as a string.
	SequenceNumber string

	Created            time.Time
	Keys               Item
	OldImage, NewImage Item // as far as the view type has them
	ViewType           string
	SizeBytes          int       // of keys and images
	Identity           *Identity // only for removals by time to live
}

// A Stream has the changes of one table of the last 24 hours. It ends when it is
// disabled or its table is deleted. Its records remain readable for StreamRetention
// after that.
type Stream struct {
	w          *world.World
	arn, label string
	view       string
	created    time.Time
	ended      time.Time // zero: it goes on
	lastRecord uint64
	shards     []*shard // in the order of their beginning; the last one is open until the stream ends
	tableName  string
	schema     []keySchemaElement
}

// A shard is a part of the stream with records in order.
type shard struct {
	id      string
	parent  string // id; empty: none
	start   string // sequence number at or before its first record
	end     string // sequence number of its last record; empty: open
	records []Record
}

// startStream gives the table a new stream. Its ARN is new too: the label is a time in
// milliseconds, and moves on past those of earlier streams.
func (s *Service) startStream(t *Table) {
	now := s.w.Now().UTC().Truncate(time.Millisecond)
	arn := func() string { return t.arn + "/stream/" + now.Format(labelFormat) }
	for s.stream(arn()) != nil {
		now = now.Add(time.Millisecond)
	}
	st := &Stream{
		w: s.w, arn: arn(), label: now.Format(labelFormat), view: t.config.StreamView, created: now, tableName: t.config.Name, schema: t.config.schema(),
		lastRecord: t.before, // a reader of the one before must not take these for read
	}
	id := fmt.Sprintf("shardId-%020d-%08x", now.UnixMilli(), s.w.Rand.Uint32())
	st.shards = []*shard{{id: id, start: sequence(t.before + 1)}}
	t.stream, t.latestStream, t.latestLabel = st, st.arn, st.label
	s.streams = append(s.streams, st)
}

const labelFormat = "2006-01-02T15:04:05.000"

// endStream ends the table's stream, if it has one.
func (t *Table) endStream() {
	st := t.stream
	if st == nil {
		return
	}
	open := st.shards[len(st.shards)-1]
	st.ended, open.end = st.w.Now(), max(open.start, sequence(st.lastRecord))
	t.before, t.stream = st.lastRecord, nil
}

// readable are the streams that can be read, oldest first. It forgets the others.
func (s *Service) readable() []*Stream {
	s.streams = slices.DeleteFunc(s.streams, func(st *Stream) bool {
		return !st.ended.IsZero() && s.w.Now().Sub(st.ended) >= StreamRetention
	})
	return s.streams
}

// stream finds a stream that can be read; nil if there is none of that ARN.
func (s *Service) stream(arn string) *Stream {
	for _, st := range s.readable() {
		if st.arn == arn {
			return st
		}
	}
	return nil
}

func sequence(n uint64) string { return fmt.Sprintf("1%024d", n) }

// add completes the record and appends it.
func (s *Stream) add(r Record) Record {
	s.lastRecord++
	r.SequenceNumber = sequence(s.lastRecord)
	r.EventID = strings.ReplaceAll(s.w.UUID(), "-", "")
	r.ViewType = s.view
	if s.view == "KEYS_ONLY" || s.view == "NEW_IMAGE" {
		r.OldImage = nil
	}
	if s.view == "KEYS_ONLY" || s.view == "OLD_IMAGE" {
		r.NewImage = nil
	}
	r.SizeBytes = r.Keys.Size() + r.OldImage.Size() + r.NewImage.Size()
	sh := s.shards[len(s.shards)-1]
	sh.records = append(sh.records, r)
	s.trim()
	return r
}

// trim drops what is older than the retention.
func (s *Stream) trim() {
	horizon := s.w.Now().Add(-StreamRetention)
	for _, sh := range s.shards {
		old := sort.Search(len(sh.records), func(i int) bool { return sh.records[i].Created.After(horizon) })
		if old > 0 {
			// Shifted in place, with the rest cleared, so that memory is freed;
			// nobody outside holds this slice.
			sh.records = slices.Delete(sh.records, 0, old)
		}
	}
}

// from finds the records with sequence numbers not less than the given one.
func (sh *shard) from(number string) []Record {
	i := sort.Search(len(sh.records), func(i int) bool { return sh.records[i].SequenceNumber >= number })
	return sh.records[i:]
}

// trimmed tells whether the record with this number is no longer there.
func (s *Stream) trimmed(sh *shard, number string) bool {
	if number > sequence(s.lastRecord) {
		return false
	}
	return len(sh.records) == 0 || number < sh.records[0].SequenceNumber
}

// ARN names the stream.
func (s *Stream) ARN() string { return s.arn }

// Records are up to max records after the given sequence number (exclusive), oldest
// first; "" means from the oldest one on. Records older than StreamRetention are gone,
// so the first one may lie further on than expected.
func (s *Stream) Records(after string, max int) []Record {
	s.trim()
	var out []Record
	for _, sh := range s.shards {
		records := sh.from(after)
		if len(records) > 0 && records[0].SequenceNumber == after {
			records = records[1:]
		}
		out = append(out, records[:min(len(records), max-len(out))]...)
	}
	return out
}

// ShardID names the newest shard of the stream.
func (s *Stream) ShardID() string { return s.shards[len(s.shards)-1].id }

// Stream is the table's stream; nil if it has none, or has one no more.
func (t *Table) Stream() *Stream { return t.stream }

// StreamARN names the table's stream; empty if it has none.
func (t *Table) StreamARN() string {
	if t.stream == nil {
		return ""
	}
	return t.stream.arn
}

// Records are those of the table's stream, see Stream.Records; none if it has none.
func (t *Table) Records(after string, max int) []Record {
	if t.stream == nil {
		return nil
	}
	return t.stream.Records(after, max)
}

// LastSequenceNumber is that of the newest record ever written to the stream,
// whether or not it is still there; "" if there was none or there is no
// stream. Records after it are what a reader that starts at LATEST sees.
func (t *Table) LastSequenceNumber() string {
	if t.stream == nil || t.stream.lastRecord == 0 {
		return ""
	}
	return sequence(t.stream.lastRecord)
}
