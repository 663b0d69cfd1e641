package tables_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// Source: Alternator's test_gsi.py, where a case names no other.
var indexQueryCases = append(onIndexCases("index query", "g:S", "ALL", map[string]func(t *table){
	"finds items by another attribute": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "v": "x"})
		t.put(m{"pk": "2", "g": "b"})
		t.soon("items", showAll([]map[string]types.AttributeValue{item(m{"pk": "1", "g": "a", "v": "x"})}), func() string {
			return showAll(t.index("g = :g", m{":g": "a"}).Items)
		})
		t.equal("none", t.index("g = :g", m{":g": "c"}).Count, 0)
	},
	"finds several items with the same key": func(t *table) {
		for i := range 5 {
			t.put(m{"pk": fmt.Sprint(i), "g": "a"})
		}
		t.soon("items", "0 1 2 3 4", func() string { return sorted(column(t.index("g = :g", m{":g": "a"}).Items, "pk")) })
	},
	// Source: dynoxide's query.rs, whose cursor had lost rows; AWS loses none.
	"pages through items with the same key": func(t *table) {
		for i := range 7 {
			t.put(m{"pk": fmt.Sprint(i), "g": "a"})
		}
		t.soon("items", "0 1 2 3 4 5 6", func() string {
			return sorted(strings.ReplaceAll(t.indexPages(atMost(2)), " |", ""))
		})
		t.soon("backwards", "0 1 2 3 4 5 6", func() string {
			return sorted(strings.ReplaceAll(t.indexPages(atMost(3), backwards), " |", ""))
		})
	},
	"says where to go on, with the keys of table and index": func(t *table) {
		t.put(m{"pk": "1", "g": "a", "v": "x"})
		t.put(m{"pk": "2", "g": "a", "v": "x"})
		t.soon("keys", "g pk", func() string {
			out := t.index("g = :g", m{":g": "a"}, atMost(1))
			var names []string
			for name := range out.LastEvaluatedKey {
				names = append(names, name)
			}
			return sorted(strings.Join(names, " "))
		})
	},
	// Source: dynoxide's tests (validate_esk_count_and_index_keys), by dynalite's query tests.
	"refuses a start without all keys": func(t *table) {
		for name, key := range map[string]m{
			"the index's alone": {"g": "a"}, "the table's alone": {"pk": "1"}, "one more": {"g": "a", "pk": "1", "v": "x"},
			"another type": {"g": 1, "pk": "1"}, "another key": {"g": "b", "pk": "1"},
		} {
			_, err := t.tryIndex("g = :g", m{":g": "a"}, from(key))
			t.fails(name, invalid, err)
		}
	},
	"refuses consistent reads": func(t *table) {
		_, err := t.tryIndex("g = :g", m{":g": "a"}, func(in *dynamodb.QueryInput) { in.ConsistentRead = aws.Bool(true) })
		t.fails("Query", invalid, err)
		_, err = t.tryScan(ofIndex, func(in *dynamodb.ScanInput) { in.ConsistentRead = aws.Bool(true) })
		t.fails("Scan", invalid, err)
	},
	// Source: dynalite's query tests too, for names that are too short.
	"refuses an index that does not exist": func(t *table) {
		for _, name := range []string{"none", "no", ""} {
			_, err := t.tryIndex("g = :g", m{":g": "a"}, func(in *dynamodb.QueryInput) { in.IndexName = &name })
			t.fails("Query "+name, invalid, err)
			_, err = t.tryQuery("pk = :g", m{":g": "a"}, func(in *dynamodb.QueryInput) { in.IndexName = &name })
			t.fails("Query by the table's key "+name, invalid, err)
			_, err = t.tryScan(ofIndex, func(in *dynamodb.ScanInput) { in.IndexName = &name })
			t.fails("Scan "+name, invalid, err)
		}
	},
	"of a table that does not exist is refused": func(t *table) {
		_, err := t.tryIndex("g = :g", m{":g": "a"}, func(in *dynamodb.QueryInput) { in.TableName = aws.String(t.name + "-none") })
		t.fails("Query", notFound, err)
	},
	"refuses a condition without the index's key": func(t *table) {
		_, err := t.tryIndex("pk = :g", m{":g": "a"})
		t.fails("the table's key", invalid, err)
		_, err = t.tryIndex("g = :g", m{":g": 1})
		t.fails("another type", invalid, err)
		_, err = t.tryIndex("g > :g", m{":g": "a"})
		t.fails("no equality", invalid, err)
		_, err = t.tryQuery("g = :g", m{":g": "a"})
		t.fails("no index", invalid, err)
	},
	"filters by the table's key, not by its own": func(t *table) {
		t.put(m{"pk": "1", "g": "a"})
		t.put(m{"pk": "2", "g": "a"})
		t.soon("pk > 1", "2 1 2", func() string {
			out := t.index("g = :g", m{":g": "a", ":v": "1"}, filtered("pk > :v"))
			return words(column(out.Items, "pk"), out.Count, out.ScannedCount)
		})
		_, err := t.tryIndex("g = :g", m{":g": "a"}, filtered("g = :g"))
		t.fails("g = a", invalid, err)
	},
	"counts": func(t *table) {
		t.put(m{"pk": "1", "g": "a"})
		t.soon("count, items", "1 0", func() string {
			out := t.index("g = :g", m{":g": "a"}, func(in *dynamodb.QueryInput) { in.Select = types.SelectCount })
			return words(out.Count, len(out.Items))
		})
	},
}), conformance.Case{Name: "index query/finds items by the table's range key", Check: onIndex("pk:S sk:S", "sk:S pk:S", "ALL", func(t *table) {
	for _, key := range []string{"b", "a", "c"} {
		t.put(m{"pk": key, "sk": "x"})
	}
	t.put(m{"pk": "a", "sk": "y"})
	t.soon("items", "a b c", func() string { return column(t.index("sk = :s", m{":s": "x"}).Items, "pk") })
})})

// indexConditions are for items "1" to "5" with g = "a" and the range key r 1 to 5.
var indexConditions = []struct {
	condition string
	values    m
	want      string
}{
	{"g = :g", m{":g": "a"}, "1 2 3 4 5"},
	{"g = :g AND r = :r", m{":g": "a", ":r": 3}, "3"},
	{"g = :g AND r < :r", m{":g": "a", ":r": 3}, "1 2"},
	{"g = :g AND r <= :r", m{":g": "a", ":r": 3}, "1 2 3"},
	{"g = :g AND r > :r", m{":g": "a", ":r": 3}, "4 5"},
	{"g = :g AND r >= :r", m{":g": "a", ":r": 3}, "3 4 5"},
	{"g = :g AND r BETWEEN :r AND :s", m{":g": "a", ":r": 2, ":s": num("3.5")}, "2 3"},
}

var indexRangeCases = append(onIndexCases("index range", "g:S r:N", "ALL", map[string]func(t *table){
	"meets conditions": func(t *table) {
		t.fillIndex(5)
		for _, c := range indexConditions {
			t.soon(c.condition, c.want, func() string { return column(t.index(c.condition, c.values).Items, "pk") })
		}
	},
	"orders numbers by their value": func(t *table) {
		for i, r := range []string{"10", "-1.5", "-20", "0", "1e2", "0.001", "-1.25"} {
			t.put(m{"pk": fmt.Sprint(i), "g": "a", "r": num(r)})
		}
		t.soon("order", "-20 -1.5 -1.25 0 0.001 10 100", func() string { return column(t.index("g = :g", m{":g": "a"}).Items, "r") })
	},
	"reads backwards": func(t *table) {
		t.fillIndex(4)
		t.soon("order", "4 3 2", func() string {
			return column(t.index("g = :g AND r > :r", m{":g": "a", ":r": 1}, backwards).Items, "pk")
		})
	},
	"reads page by page": func(t *table) {
		t.fillIndex(5)
		t.soon("forwards", "1 2 | 3 4 | 5", func() string { return t.indexPages(atMost(2)) })
		t.soon("backwards", "5 4 3 | 2 1", func() string { return t.indexPages(atMost(3), backwards) })
	},
	"starts after a key that no item has": func(t *table) {
		t.fillIndex(5)
		t.indexed("items", "4 5", from(m{"pk": "none", "g": "a", "r": num("3.5")}))
		t.indexed("backwards", "3 2 1", from(m{"pk": "none", "g": "a", "r": num("3.5")}), backwards)
	},
	"filters after the limit": func(t *table) {
		t.fillIndex(4)
		t.soon("items, scanned, count", "2 3 1", func() string {
			out := t.index("g = :g", m{":g": "a", ":v": true}, filtered("even = :v"), atMost(3))
			return words(column(out.Items, "pk"), out.ScannedCount, out.Count)
		})
	},
	"leaves out items that lack a key attribute": func(t *table) {
		t.put(m{"pk": "1", "g": "a"})
		t.put(m{"pk": "2", "r": 1})
		t.put(m{"pk": "3"})
		t.put(m{"pk": "4", "g": "a", "r": 1})
		t.indexed("items", "4")
		t.soon("all of the index", "4", func() string { return t.scanAll(ofIndex) })
		t.equal("all", t.scanAll(), "1 2 3 4")
	},
}), conformance.Case{Name: "index range/finds strings by their beginning, in their order", Check: onIndex("pk:S", "g:S r:S", "ALL", func(t *table) {
	for i, r := range []string{"b", "ab", "a", "abc", "ac", "a\x00b", "a\x00", "ab\x00"} {
		t.put(m{"pk": fmt.Sprint(i), "g": "a", "r": r})
	}
	t.indexed("all", "2 6 5 1 7 3 4 0")
	t.soon("ab", "1 7 3", func() string {
		return column(t.index("g = :g AND begins_with(r, :r)", m{":g": "a", ":r": "ab"}).Items, "pk")
	})
	t.soon("a and a zero byte", "6 5", func() string {
		return column(t.index("g = :g AND begins_with(r, :r)", m{":g": "a", ":r": "a\x00"}).Items, "pk")
	})
	t.soon("a alone", "2", func() string { return column(t.index("g = :g AND r = :r", m{":g": "a", ":r": "a"}).Items, "pk") })
})})

// fillIndex puts items with hash keys "1" to "n" that the index has in this order.
func (t *table) fillIndex(n int) {
	for i := range n {
		t.put(m{"pk": fmt.Sprint(n - i), "g": "a", "r": n - i, "even": (n-i)%2 == 0})
	}
}

// Source: dynamodb-conformance, tests/tier1/scan/gsi and gsiPagination.
var indexScanCases = onIndexCases("index scan", "g:S", "ALL", map[string]func(t *table){
	"finds every item page by page, once": func(t *table) {
		want := t.spreadInIndex(20)
		t.soon("items", want, func() string { return t.scanAll(ofIndex, scanAtMost(3)) })
	},
	"finds every item once in parallel segments": func(t *table) {
		want := t.spreadInIndex(20)
		t.soon("items", want, func() string {
			var found []string
			for i := range int32(3) {
				found = append(found, t.scanAll(ofIndex, segment(i, 3), scanAtMost(2)))
			}
			return sorted(strings.Join(found, " "))
		})
	},
	"filters by any attribute": func(t *table) {
		t.spreadInIndex(6)
		t.soon("items", "k03", func() string {
			return t.scanAll(ofIndex, func(in *dynamodb.ScanInput) {
				in.FilterExpression, in.ExpressionAttributeValues = aws.String("pk = :v AND g = :g"), item(m{":v": "k03", ":g": "g0"})
			})
		})
	},
	"refuses a start without all keys": func(t *table) {
		_, err := t.tryScan(ofIndex, func(in *dynamodb.ScanInput) { in.ExclusiveStartKey = item(m{"pk": "1"}) })
		t.fails("the table's key", invalid, err)
	},
})

// spreadInIndex puts n items, three of which share each key of the index.
func (t *table) spreadInIndex(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf("k%02d", i))
		t.put(m{"pk": keys[i], "g": fmt.Sprintf("g%d", i%3)})
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}
