package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func (t *table) query(condition string, values m, options ...func(*dynamodb.QueryInput)) *dynamodb.QueryOutput {
	out, err := t.tryQuery(condition, values, options...)
	return answer(t, "Query "+condition, out, err)
}

func (t *table) tryQuery(condition string, values m, options ...func(*dynamodb.QueryInput)) (*dynamodb.QueryOutput, error) {
	in := &dynamodb.QueryInput{TableName: &t.name, KeyConditionExpression: &condition, ExpressionAttributeValues: item(values), ConsistentRead: aws.Bool(true)}
	return t.db.Query(t.ctx, with(in, options))
}

func backwards(in *dynamodb.QueryInput) { in.ScanIndexForward = aws.Bool(false) }
func atMost(n int32) func(*dynamodb.QueryInput) {
	return func(in *dynamodb.QueryInput) { in.Limit = &n }
}

func from(key m) func(*dynamodb.QueryInput) {
	return func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = item(key) }
}

func filtered(filter string) func(*dynamodb.QueryInput) {
	return func(in *dynamodb.QueryInput) { in.FilterExpression = &filter }
}

// keyConditions are for an item h with range keys 1 to 5. want lists the keys that a
// query finds, or is "refused".
var keyConditions = []struct {
	what, condition string
	values          m
	want            string
}{
	{"the hash key alone", "pk = :h", m{":h": "h"}, "1 2 3 4 5"},
	{"another hash key", "pk = :h", m{":h": "none"}, ""},
	{"=", "pk = :h AND sk = :s", m{":h": "h", ":s": 3}, "3"},
	{"<", "pk = :h AND sk < :s", m{":h": "h", ":s": 3}, "1 2"},
	{"<=", "pk = :h AND sk <= :s", m{":h": "h", ":s": 3}, "1 2 3"},
	{">", "pk = :h AND sk > :s", m{":h": "h", ":s": 3}, "4 5"},
	{">=", "pk = :h AND sk >= :s", m{":h": "h", ":s": num("3.5")}, "4 5"},
	{"BETWEEN", "pk = :h AND sk BETWEEN :s AND :t", m{":h": "h", ":s": 2, ":t": 4}, "2 3 4"},
	{"the range key first", "sk >= :s AND pk = :h", m{":h": "h", ":s": 4}, "4 5"},
	{"a value on the left", ":h = pk AND :s < sk", m{":h": "h", ":s": 4}, "5"},
	{"parentheses", "(pk = :h) AND (sk > :s)", m{":h": "h", ":s": 4}, "5"},
	{"no hash key", "sk = :s", m{":s": 3}, "refused"},
	{"no equality of the hash key", "pk > :h", m{":h": "h"}, "refused"},
	{"OR", "pk = :h OR sk = :s", m{":h": "h", ":s": 3}, "refused"},
	{"NOT", "pk = :h AND NOT sk = :s", m{":h": "h", ":s": 3}, "refused"},
	{"<>", "pk = :h AND sk <> :s", m{":h": "h", ":s": 3}, "refused"},
	{"IN", "pk = :h AND sk IN (:s)", m{":h": "h", ":s": 3}, "refused"},
	{"attribute_exists", "pk = :h AND attribute_exists(sk)", m{":h": "h"}, "refused"},
	{"begins_with of a number", "pk = :h AND begins_with(sk, :s)", m{":h": "h", ":s": 3}, "refused"},
	{"another type", "pk = :h AND sk = :s", m{":h": "h", ":s": "3"}, "refused"},
	{"an attribute that is no key", "pk = :h AND even = :s", m{":h": "h", ":s": true}, "refused"},
	{"two conditions of a key", "pk = :h AND sk > :s AND sk < :t", m{":h": "h", ":s": 3, ":t": 5}, "refused"},
	{"BETWEEN the wrong way round", "pk = :h AND sk BETWEEN :s AND :t", m{":h": "h", ":s": 4, ":t": 2}, "refused"},
}

var queryCases = func() []conformance.Case {
	list := append(queryStringCases, queryPageCases...)
	for _, c := range keyConditions {
		list = append(list, conformance.Case{Name: "key condition/" + c.what, Check: on("pk:S sk:N", func(t *table) {
			t.fill(5)
			t.put(m{"pk": "other", "sk": 3})
			out, err := t.tryQuery(c.condition, c.values)
			if c.want == "refused" {
				t.fails(c.condition, invalid, err)
				return
			}
			t.equal(c.condition, column(answer(t, c.condition, out, err).Items, "sk"), c.want)
		})})
	}
	return list
}()

var queryStringCases = cases("query", "pk:S sk:S", map[string]func(t *table){
	"orders strings by their bytes": func(t *table) {
		for _, s := range []string{"b", "a", "B", "é", "aa", "z", "🙂", "￿"} {
			t.put(m{"pk": "h", "sk": s})
		}
		t.equal("order", column(t.query("pk = :h", m{":h": "h"}).Items, "sk"), "B a aa b z é ￿ 🙂")
	},
	"finds strings by their beginning": func(t *table) {
		for _, s := range []string{"a", "ab", "abc", "ac", "b"} {
			t.put(m{"pk": "h", "sk": s})
		}
		t.equal("ab", column(t.query("pk = :h AND begins_with(sk, :s)", m{":h": "h", ":s": "ab"}).Items, "sk"), "ab abc")
	},
})

var queryPageCases = cases("query", "pk:S sk:N", map[string]func(t *table){
	"orders numbers by their value": func(t *table) {
		for _, n := range []string{"10", "9", "-1", "0", "1.5", "-20", "1e2", "0.001"} {
			t.put(m{"pk": "h", "sk": num(n)})
		}
		t.equal("order", column(t.query("pk = :h", m{":h": "h"}).Items, "sk"), "-20 -1 0 0.001 1.5 9 10 100")
	},
	"reads backwards": func(t *table) {
		t.fill(4)
		t.equal("order", column(t.query("pk = :h AND sk > :s", m{":h": "h", ":s": 1}, backwards).Items, "sk"), "4 3 2")
		t.equal("with its bound", column(t.query("pk = :h AND sk >= :s", m{":h": "h", ":s": 3}, backwards).Items, "sk"), "4 3")
	},
	"reads page by page": func(t *table) {
		t.fill(5)
		t.equal("forwards", t.pages("pk = :h", m{":h": "h"}, atMost(2)), "1 2 | 3 4 | 5")
		t.equal("backwards", t.pages("pk = :h AND sk < :s", m{":h": "h", ":s": 5}, atMost(3), backwards), "4 3 2 | 1")
	},
	"says where to go on": func(t *table) {
		t.fill(3)
		out := t.query("pk = :h", m{":h": "h"}, atMost(2))
		t.is("last key", out.LastEvaluatedKey, m{"pk": "h", "sk": 2})
		t.is("at the end", t.query("pk = :h", m{":h": "h"}).LastEvaluatedKey, nil)
	},
	"starts after a key that no item has": func(t *table) {
		t.fill(5)
		t.equal("items", column(t.query("pk = :h", m{":h": "h"}, from(m{"pk": "h", "sk": num("2.5")})).Items, "sk"), "3 4 5")
	},
	"refuses a start outside of the query": func(t *table) {
		for name, key := range map[string]m{
			"another hash key": {"pk": "x", "sk": 1}, "no range key": {"pk": "h"}, "another type": {"pk": "h", "sk": "1"}, "an attribute more": {"pk": "h", "sk": 1, "n": 1},
		} {
			_, err := t.tryQuery("pk = :h", m{":h": "h"}, from(key))
			t.fails(name, invalid, err)
		}
	},
	"filters after the limit": func(t *table) {
		t.fill(6)
		out := t.query("pk = :h", m{":h": "h", ":v": true}, filtered("even = :v"), atMost(3))
		t.equal("items, scanned, count", words(column(out.Items, "sk"), out.ScannedCount, out.Count), "2 3 1")
		t.is("last key", out.LastEvaluatedKey, m{"pk": "h", "sk": 3})
	},
	"refuses a filter on the key": func(t *table) {
		_, err := t.tryQuery("pk = :h", m{":h": "h", ":v": 1}, filtered("sk > :v"))
		t.fails("sk > 1", invalid, err)
	},
	"counts": func(t *table) {
		t.fill(4)
		out := t.query("pk = :h", m{":h": "h"}, func(in *dynamodb.QueryInput) { in.Select = types.SelectCount })
		t.equal("count, items", words(out.Count, len(out.Items)), "4 0")
	},
	"projects": func(t *table) {
		t.fill(1)
		out := t.query("pk = :h", m{":h": "h"}, func(in *dynamodb.QueryInput) { in.ProjectionExpression = aws.String("even") })
		t.equal("items", showAll(out.Items), showAll([]map[string]types.AttributeValue{item(m{"even": false})}))
	},
	// AWS does not say whether the item that exceeds the MB is on the page.
	"reads a MB per page": func(t *table) {
		for i := range 6 {
			t.put(m{"pk": "h", "sk": i, "v": strings.Repeat("x", 300<<10)})
		}
		if got := t.pages("pk = :h", m{":h": "h"}); got != "0 1 2 | 3 4 5" && got != "0 1 2 3 | 4 5" {
			t.errorf("pages of 300 KB per item: %s", got)
		}
	},
	"costs by the size of all that it reads": func(t *table) {
		for i := range 3 {
			t.put(m{"pk": "h", "sk": i, "v": strings.Repeat("x", 3<<10)})
		}
		out := t.query("pk = :h", m{":h": "h", ":v": "none"}, filtered("v = :v"), func(in *dynamodb.QueryInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal })
		t.equal("units of 9 KB", *out.ConsumedCapacity.CapacityUnits, 3)
	},
	"refuses an index that there is not": func(t *table) {
		_, err := t.tryQuery("pk = :h", m{":h": "h"}, func(in *dynamodb.QueryInput) { in.IndexName = aws.String("none") })
		t.fails("no index", invalid, err)
	},
	"refuses a limit of 0": func(t *table) {
		_, err := t.tryQuery("pk = :h", m{":h": "h"}, atMost(0))
		t.fails("0", invalid, err)
	},
	"refuses to select what it does not project": func(t *table) {
		for _, s := range []types.Select{types.SelectSpecificAttributes, types.SelectAllProjectedAttributes, "SOME"} {
			_, err := t.tryQuery("pk = :h", m{":h": "h"}, func(in *dynamodb.QueryInput) { in.Select = s })
			t.fails(string(s), invalid, err)
		}
	},
	"refuses a table that does not exist": func(t *table) {
		_, err := t.tryQuery("pk = :h", m{":h": "h"}, func(in *dynamodb.QueryInput) { in.TableName = aws.String(t.name + "-none") })
		t.fails("no table", notFound, err)
	},
})

// pages are the range keys that a query gives, page by page. An empty last page does
// not count, because AWS does not say whether a page that ends with the last item is
// the last one.
func (t *table) pages(condition string, values m, options ...func(*dynamodb.QueryInput)) string {
	var all []string
	for start := map[string]types.AttributeValue(nil); len(all) < 10; {
		out := t.query(condition, values, append(options, func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = start })...)
		if len(out.Items) > 0 {
			all = append(all, column(out.Items, "sk"))
		}
		if start = out.LastEvaluatedKey; start == nil {
			break
		}
	}
	return strings.Join(all, " | ")
}
