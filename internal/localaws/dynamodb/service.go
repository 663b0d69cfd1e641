package dynamodb

import (
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Service is DynamoDB of one account and region.
type Service struct {
	w       *world.World
	tables  map[string]*Table
	sorted  []*Table  // by name
	streams []*Stream // open ones, and those that ended less than StreamRetention ago; oldest first
	parsed  parsedCache
	tokens  map[string]tokenUse // of TransactWriteItems
}

// New makes a Service without tables.
func New(w *world.World) *Service {
	return &Service{w: w, tables: map[string]*Table{}, parsed: parsedCache{}, tokens: map[string]tokenUse{}}
}

// Wire is DynamoDB as its clients see it.
func (s *Service) Wire() *wire.Service {
	return &wire.Service{Target: "DynamoDB_20120810", Version: "1.0", Checksum: true, Operations: map[string]wire.Operation{
		"CreateTable":               wire.Op(s.createTable),
		"DescribeTable":             wire.Op(s.describeTable),
		"ListTables":                wire.Op(s.listTables),
		"DeleteTable":               wire.Op(s.deleteTable),
		"UpdateTable":               wire.Op(s.updateTable),
		"UpdateTimeToLive":          wire.Op(s.updateTimeToLive),
		"DescribeTimeToLive":        wire.Op(s.describeTimeToLive),
		"DescribeContinuousBackups": wire.Op(s.describeContinuousBackups),
		"UpdateContinuousBackups":   wire.Op(s.updateContinuousBackups),
		"DescribeEndpoints":         wire.Op(s.describeEndpoints),
		"DescribeLimits":            wire.Op(s.describeLimits),
		"ListTagsOfResource":        wire.Op(s.listTags),
		"TagResource":               wire.Op(s.tagResource),
		"UntagResource":             wire.Op(s.untagResource),
		"PutItem":                   wire.Op(s.putItem),
		"GetItem":                   wire.Op(s.getItem),
		"UpdateItem":                wire.Op(s.updateItem),
		"DeleteItem":                wire.Op(s.deleteItem),
		"Query":                     wire.Op(s.query),
		"Scan":                      wire.Op(s.scan),
		"BatchGetItem":              wire.Op(s.batchGet),
		"BatchWriteItem":            wire.Op(s.batchWrite),
		"TransactGetItems":          wire.Op(s.transactGet),
		"TransactWriteItems":        wire.Op(s.transactWrite),
	}}
}

// StreamsWire is DynamoDB Streams as its clients see it.
func (s *Service) StreamsWire() *wire.Service {
	return &wire.Service{Target: "DynamoDBStreams_20120810", Version: "1.0", Checksum: true, Operations: map[string]wire.Operation{
		"ListStreams":      wire.Op(s.listStreams),
		"DescribeStream":   wire.Op(s.describeStream),
		"GetShardIterator": wire.Op(s.getShardIterator),
		"GetRecords":       wire.Op(s.getRecords),
	}}
}

// Table finds a table by its name.
func (s *Service) Table(name string) (*Table, bool) {
	t, ok := s.tables[name]
	return t, ok
}

func (s *Service) add(t *Table) {
	s.tables[t.config.Name] = t
	s.sorted = append(s.sorted, t)
	slices.SortFunc(s.sorted, func(a, b *Table) int { return strings.Compare(a.config.Name, b.config.Name) })
}

func (s *Service) remove(t *Table) {
	t.endStream()
	delete(s.tables, t.config.Name)
	s.sorted = slices.DeleteFunc(s.sorted, func(o *Table) bool { return o == t })
}

// A Request is told for every item operation that reached a table, including
// conditional writes that failed. A batch or transaction tells one per table.
type Request struct {
	Operation  string // such as "UpdateItem"
	Table      string
	ReadUnits  float64 // 4 KB each; eventually consistent reads count half, transactional ones double
	WriteUnits float64 // 1 KB each, with those of indexes; transactional ones of tables count double

	// Partition is the hash key of GetItem, PutItem, UpdateItem and DeleteItem,
	// as text or bytes: what one partition takes is bounded. Empty for others.
	Partition string
}

func partitionName(hash Value) string { return hash.Text() + string(hash.Bytes()) }

// Changed is told for every write that changed an item, whether or not the
// table has a stream. Without one, the Record has neither sequence number nor
// view type, but both images.
type Changed struct {
	Table  string
	Record Record
}
