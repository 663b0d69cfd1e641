package dynamodb

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Table is a table with its items, its stream and its expiry.
type Table struct {
	w       *world.World
	config  TableConfig
	id, arn string
	created time.Time

	rows    rows
	bytes   int      // of all items
	indexes []*index // by name
	expiry  expiry   // by TTLAttribute
	stream  *Stream
	before  uint64 // last record of the streams that the table had before

	latestStream, latestLabel string // ARN and label of the stream, or of the last one; empty: there was none
}

// CreateTable makes a table, active at once. The errors are DynamoDB's: a
// ResourceInUseException if there is one of that name, a ValidationException
// for a bad configuration.
func (s *Service) CreateTable(config TableConfig) (*Table, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if s.tables[config.Name] != nil {
		return nil, wire.Errorf("ResourceInUseException", "Table already exists: %s", config.Name)
	}
	if config.BillingMode == "" {
		config.BillingMode = "PAY_PER_REQUEST"
	}
	t := &Table{w: s.w, config: config, id: s.w.UUID(), arn: s.w.ARN("dynamodb", "table/"+config.Name), created: s.w.Now()}
	if config.StreamView != "" {
		s.startStream(t)
	}
	t.reindex()
	s.add(t)
	return t, nil
}

// Name is the table's name.
func (t *Table) Name() string { return t.config.Name }

// ARN names the table.
func (t *Table) ARN() string { return t.arn }

// Config is what the table was made with; TTLAttribute follows UpdateTimeToLive.
func (t *Table) Config() TableConfig { return t.config }

// Len is the number of items, expired ones included.
func (t *Table) Len() int { return t.rows.count }

// Get finds an item by its key attributes; false if there is none or the key
// does not fit the table's schema.
func (t *Table) Get(key Item) (Item, bool) {
	if t.checkKey(key) != nil {
		return nil, false
	}
	w := t.rows.get(t.position(key))
	if w == nil {
		return nil, false
	}
	return w.item, true
}

// Items yields all items in the order of a Scan. The table must not be changed
// meanwhile.
func (t *Table) Items(yield func(Item) bool) {
	t.rows.between("", endOfTable, false, func(w *row) bool { return yield(w.item) })
}

// keyOf is the part of an item that is its primary key.
func (t *Table) keyOf(item Item) Item {
	key := Item{t.config.Hash.Name: item[t.config.Hash.Name]}
	if t.config.Range.Name != "" {
		key[t.config.Range.Name] = item[t.config.Range.Name]
	}
	return key
}

// a write is what one request wants to become of one item.
type write struct {
	table     *Table
	key       string        // its position
	old       *row          // nil: there was none
	item      Item          // nil: delete it
	size      int           // of item, in bytes
	unchanged bool          // nothing to do: equal to the old item, or to delete what is not there
	changes   []indexChange // see indexChanges; nil: not computed
}

// units are the write request units that the write costs: 1 per KB of the
// larger of old and new item, at least 1.
func (p *write) units() float64 { return writeUnits(p.larger()) }

// larger is the size of the larger of old and new item.
func (p *write) larger() int {
	if p.old != nil {
		return max(p.size, p.old.size)
	}
	return p.size
}

// oldItem is nil if there was none.
func (p *write) oldItem() Item {
	if p.old == nil {
		return nil
	}
	return p.old.item
}

// commit carries a write out. identity is set for expiry only.
func (p *write) commit(identity *Identity) {
	t := p.table
	if p.unchanged {
		return
	}
	if p.old != nil {
		t.bytes -= p.old.size
		t.expiry.forget(t, p.old)
	}
	if p.item == nil {
		t.rows.remove(p.key)
	} else {
		w := &row{key: p.key, item: p.item, size: p.size}
		t.rows.put(w)
		t.bytes += p.size
		t.expiry.update(t, w)
	}
	for _, c := range p.indexChanges() {
		c.index.replace(c.old, c.new)
	}
	t.record(p.oldItem(), p.item, identity)
}

// record tells of a change and puts it into the stream.
func (t *Table) record(old, item Item, identity *Identity) {
	r := Record{Created: t.w.Now(), OldImage: old, NewImage: item, Identity: identity}
	switch {
	case old == nil:
		r.EventName, r.Keys = "INSERT", t.keyOf(item)
	case item == nil:
		r.EventName, r.Keys = "REMOVE", t.keyOf(old)
	default:
		r.EventName, r.Keys = "MODIFY", t.keyOf(item)
	}
	if t.stream != nil {
		r = t.stream.add(r)
	}
	t.w.Tell(Changed{Table: t.config.Name, Record: r})
}

// depth limit of attribute values: with the item around them, 32 levels.
const maxDepth = 31

func tooDeep(item Item) bool {
	for _, v := range item {
		if k := v.Kind(); (k == value.L || k == value.M) && v.Depth() > maxDepth {
			return true
		}
	}
	return false
}
