package tables_test

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (t *table) scan(options ...func(*dynamodb.ScanInput)) *dynamodb.ScanOutput {
	out, err := t.tryScan(options...)
	return answer(t, "Scan", out, err)
}

func (t *table) tryScan(options ...func(*dynamodb.ScanInput)) (*dynamodb.ScanOutput, error) {
	return t.db.Scan(t.ctx, with(&dynamodb.ScanInput{TableName: &t.name, ConsistentRead: aws.Bool(true)}, options))
}

// scanAll has the hash keys of all pages, each once.
func (t *table) scanAll(options ...func(*dynamodb.ScanInput)) string {
	var keys []string
	for start := map[string]types.AttributeValue(nil); ; {
		out := t.scan(append(options, func(in *dynamodb.ScanInput) { in.ExclusiveStartKey = start })...)
		if len(out.Items) > 0 {
			keys = append(keys, column(out.Items, "pk"))
		}
		if start = out.LastEvaluatedKey; start == nil || t.errs != nil {
			return sorted(strings.Join(keys, " "))
		}
	}
}

// spread puts n items with hash keys of their own, and returns those.
func (t *table) spread(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf("k%02d", i))
		t.put(m{"pk": keys[i], "n": i})
	}
	return strings.Join(keys, " ")
}

func segment(i, n int32) func(*dynamodb.ScanInput) {
	return func(in *dynamodb.ScanInput) { in.Segment, in.TotalSegments = &i, &n }
}

func scanAtMost(n int32) func(*dynamodb.ScanInput) {
	return func(in *dynamodb.ScanInput) { in.Limit = &n }
}

var scanCases = cases("scan", "pk:S", map[string]func(t *table){
	"finds nothing in an empty table": func(t *table) {
		out := t.scan()
		t.equal("count, items", words(out.Count, len(out.Items), out.LastEvaluatedKey == nil), "0 0 true")
	},
	"finds every item": func(t *table) { t.equal("items", t.spread(12), t.scanAll()) },
	"finds every item page by page": func(t *table) {
		t.equal("items", t.spread(12), t.scanAll(scanAtMost(5)))
	},
	"finds every item once in parallel segments": func(t *table) {
		all := t.spread(24)
		var found []string
		for i := range int32(4) {
			found = append(found, t.scanAll(segment(i, 4), scanAtMost(2)))
		}
		t.equal("items", sorted(strings.Join(found, " ")), all)
	},
	"filters after the limit": func(t *table) {
		t.spread(4)
		out := t.scan(scanAtMost(2), func(in *dynamodb.ScanInput) {
			in.FilterExpression, in.ExpressionAttributeValues = aws.String("n < :v"), item(m{":v": 0})
		})
		t.equal("scanned, count, more", words(out.ScannedCount, out.Count, out.LastEvaluatedKey != nil), "2 0 true")
	},
	"filters by the key": func(t *table) {
		t.spread(4)
		out := t.scan(func(in *dynamodb.ScanInput) {
			in.FilterExpression, in.ExpressionAttributeValues = aws.String("pk > :v"), item(m{":v": "k01"})
		})
		t.equal("items", sorted(column(out.Items, "pk")), "k02 k03")
	},
	"counts": func(t *table) {
		t.spread(3)
		out := t.scan(func(in *dynamodb.ScanInput) { in.Select = types.SelectCount })
		t.equal("count, items", words(out.Count, len(out.Items)), "3 0")
	},
	"projects": func(t *table) {
		t.spread(1)
		out := t.scan(func(in *dynamodb.ScanInput) { in.ProjectionExpression = aws.String("n") })
		t.equal("items", showAll(out.Items), showAll([]map[string]types.AttributeValue{item(m{"n": 0})}))
	},
	"starts after a key that no item has": func(t *table) {
		t.spread(6)
		out := t.scan(func(in *dynamodb.ScanInput) { in.ExclusiveStartKey = item(m{"pk": "none"}) })
		if out.LastEvaluatedKey != nil || out.Count > 6 {
			t.errorf("%d items, last key %s", out.Count, show(out.LastEvaluatedKey))
		}
	},
	"refuses a start key that is not the table's": func(t *table) {
		_, err := t.tryScan(func(in *dynamodb.ScanInput) { in.ExclusiveStartKey = item(m{"id": "x"}) })
		t.fails("another name", invalid, err)
	},
	"refuses segments that are none": func(t *table) {
		for name, option := range map[string]func(*dynamodb.ScanInput){
			"beyond the last": segment(2, 2), "negative": segment(-1, 2), "of none": segment(0, 0), "of too many": segment(0, 1_000_001),
			"without a total":   func(in *dynamodb.ScanInput) { in.Segment = aws.Int32(0) },
			"without a segment": func(in *dynamodb.ScanInput) { in.TotalSegments = aws.Int32(2) },
		} {
			_, err := t.tryScan(option)
			t.fails(name, invalid, err)
		}
	},
	"refuses a limit of 0": func(t *table) {
		_, err := t.tryScan(scanAtMost(0))
		t.fails("0", invalid, err)
	},
	"refuses a table that does not exist": func(t *table) {
		_, err := t.tryScan(func(in *dynamodb.ScanInput) { in.TableName = aws.String(t.name + "-none") })
		t.fails("no table", notFound, err)
	},
})
