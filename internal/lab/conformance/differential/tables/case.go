package tables

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// A shape is the kind of table that a case plays in.
type shape struct {
	hash, sort string // types of the keys pk and sk; no sort key where empty
	view       string // of the stream
	indexed    bool   // with a global secondary index (see index.go)
}

// shapes of the tables that each worker has. Each key type is there, and each
// stream view.
var shapes = []shape{
	{"S", "N", "NEW_AND_OLD_IMAGES", false},
	{"S", "", "NEW_AND_OLD_IMAGES", false},
	{"N", "S", "NEW_IMAGE", false},
	{"B", "B", "OLD_IMAGE", false},
	{"S", "S", "KEYS_ONLY", false},
	{"S", "N", "NEW_AND_OLD_IMAGES", true},
}

// tableName stands in requests for the name of the table that a worker has.
const tableName = "@table@"

// A Case is what one seed plays.
type Case struct {
	shape    int // in shapes
	requests []request
}

// A request is one call as it goes over the wire.
type request struct {
	operation string
	body      object
	features  []string // what it has that coverage counts
}

type object = map[string]any

// attribute is an AttributeValue on the wire: {"S": "text"}.
type attribute = map[string]any

// generator makes one case.
type generator struct {
	*rand.Rand
	shape    shape
	keys     []object // of the case's items
	items    []object // those that were put at the start
	features map[string]bool
}

// Generate makes the case of a seed.
func Generate(seed uint64) Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	c := Case{shape: g.IntN(len(shapes))}
	g.shape = shapes[c.shape]
	for range 1 + g.IntN(3) {
		g.keys = append(g.keys, g.key())
	}
	for _, key := range g.keys {
		if g.one(6) {
			continue // a key without an item
		}
		item := g.item(0)
		maps.Copy(item, key)
		g.items = append(g.items, item)
		c.requests = append(c.requests, request{operation: "PutItem", body: object{"TableName": tableName, "Item": item}})
	}
	if len(g.items) == 0 {
		g.items = append(g.items, g.keys[0])
	}
	for range 2 + g.IntN(3) {
		c.requests = append(c.requests, g.request())
	}
	return c
}

// one is true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

// feature notes what the request in the making has.
func (g *generator) feature(name string) { g.features[name] = true }

func (g *generator) request() request {
	g.features = map[string]bool{}
	k := g.weighted(len(operations), func(i int) int { return operations[i].weight })
	o := operations[k]
	body := o.make(g)
	if g.one(25) {
		g.spoil(body)
	}
	g.feature(o.name)
	return request{operation: o.name, body: body, features: slices.Sorted(maps.Keys(g.features))}
}

// weighted draws an index below n.
func (g *generator) weighted(n int, weight func(int) int) int {
	total := 0
	for i := range n {
		total += weight(i)
	}
	at := g.IntN(total)
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	panic("unreachable: the weights are used up")
}

// key is a primary key from a small pool, so that keys meet.
func (g *generator) key() object {
	key := object{"pk": attribute{g.shape.hash: pick(g, keyPool[g.shape.hash][:3])}}
	if g.shape.sort != "" {
		key["sk"] = attribute{g.shape.sort: pick(g, keyPool[g.shape.sort])}
	}
	return key
}

// keyPool are values of keys by type. Numbers are written oddly, and two of them
// are equal.
var keyPool = map[string][]string{
	"S": {"a", "b", "ab", "abc", "é", "\U0001F600", "\uFFFD", "A", " ", "a\x00", "10", "9"},
	"N": {"1", "-1", "0", "1.0", "2", "10", "-1.5", "1e125", "-1E125", "1e-130", "-1e-130", "12345678901234567890123456789012345678", "0.1", "1e2", "-0", "00.50", "99", "100"},
	"B": {"AA==", "/w==", "AAE=", "YQ==", "YWI=", "//8=", "AAAA", "/wA=", "gA==", "fw=="},
}

// someKey is mostly that of an item that is there.
func (g *generator) someKey() object {
	if g.one(8) {
		return g.key()
	}
	key := maps.Clone(pick(g, g.keys))
	if g.one(40) {
		return g.badKey(key)
	}
	return key
}

// badKey is no key of the table.
func (g *generator) badKey(key object) object {
	name := pick(g, slices.Sorted(maps.Keys(key)))
	switch g.IntN(5) {
	case 0:
		delete(key, name)
	case 1:
		key["n"] = attribute{"N": "1"}
	case 2:
		key[name] = g.value(1)
	case 3:
		key[name] = pick(g, []attribute{{"S": ""}, {"B": ""}, {"N": ""}, {"S": long(2049)}, {"S": long(1025)}, {"NULL": true}})
	default:
		key[name] = attribute{"N": pick(g, badNumbers)}
	}
	return key
}

func long(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'x'
	}
	return string(b)
}

// itemOf is the item that the case starts with under the key, or any.
func (g *generator) itemOf(key object) object {
	for i := len(g.items) - 1; i >= 0; i-- {
		if it := g.items[i]; same(it["pk"], key["pk"]) && same(it["sk"], key["sk"]) {
			return it
		}
	}
	return pick(g, g.items)
}

func same(a, b any) bool {
	x, _ := a.(attribute)
	y, _ := b.(attribute)
	return maps.EqualFunc(x, y, func(v, w any) bool { s, ok := v.(string); return ok && s == w })
}
