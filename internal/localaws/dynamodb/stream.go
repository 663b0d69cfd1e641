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

// A stream has the changes of one table of the last 24 hours.
type stream struct {
	w          *world.World
	arn, label string
	view       string
	created    time.Time
	lastRecord uint64
	shards     []*shard // in the order of their beginning; the last one is open
	tableName  string
}

// A shard is a part of the stream with records in order.
type shard struct {
	id      string
	parent  string // id; empty: none
	start   string // sequence number at or before its first record
	end     string // sequence number of its last record; empty: open
	records []Record
}

func newStream(w *world.World, t *Table) *stream {
	now := w.Now().UTC().Truncate(time.Millisecond)
	if !now.After(t.streamMade) {
		now = t.streamMade.Add(time.Millisecond) // each stream of a table has a label of its own
	}
	t.streamMade = now
	label := now.Format("2006-01-02T15:04:05.000")
	s := &stream{
		w: w, arn: t.arn + "/stream/" + label, label: label, view: t.config.StreamView, created: now, tableName: t.config.Name,
		lastRecord: t.before, // a reader of the one before must not take these for read
	}
	id := fmt.Sprintf("shardId-%020d-%08x", now.UnixMilli(), w.Rand.Uint32())
	s.shards = []*shard{{id: id, start: sequence(t.before + 1)}}
	return s
}

func sequence(n uint64) string { return fmt.Sprintf("1%024d", n) }

// shardFor is the open shard for the records of one item.
func (s *stream) shardFor(Item) *shard { return s.shards[len(s.shards)-1] }

// add completes the record and appends it.
func (s *stream) add(r Record) Record {
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
	sh := s.shardFor(r.Keys)
	sh.records = append(sh.records, r)
	s.trim()
	return r
}

// trim drops what is older than the retention.
func (s *stream) trim() {
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
func (s *stream) trimmed(sh *shard, number string) bool {
	if number > sequence(s.lastRecord) {
		return false
	}
	return len(sh.records) == 0 || number < sh.records[0].SequenceNumber
}

// StreamARN names the table's stream; empty if it has none.
func (t *Table) StreamARN() string {
	if t.stream == nil {
		return ""
	}
	return t.stream.arn
}

// Records are up to max records of the stream after the given sequence number
// (exclusive), oldest first; "" means from the oldest one on. Records older
// than 24 hours are gone, so the first one may lie further on than expected.
func (t *Table) Records(after string, max int) []Record {
	if t.stream == nil {
		return nil
	}
	t.stream.trim()
	var out []Record
	for _, sh := range t.stream.shards {
		records := sh.from(after)
		if len(records) > 0 && records[0].SequenceNumber == after {
			records = records[1:]
		}
		out = append(out, records[:min(len(records), max-len(out))]...)
	}
	return out
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
