package tables_test

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func selecting(s types.Select) func(*dynamodb.QueryInput) {
	return func(in *dynamodb.QueryInput) { in.Select = s }
}

func returning(paths string) func(*dynamodb.QueryInput) {
	return func(in *dynamodb.QueryInput) { in.ProjectionExpression = &paths }
}

// Source: Alternator's test_gsi.py (test_gsi_projection_*, test_gsi_query_select_*).
var indexProjectionCases = slices.Concat(
	[]conformance.Case{
		{Name: "index projection/KEYS_ONLY", Check: onIndex("pk:S sk:S", "g:S", "KEYS_ONLY", func(t *table) {
			t.put(m{"pk": "1", "sk": "2", "g": "a", "v": "x"})
			t.soon("item", show(item(m{"pk": "1", "sk": "2", "g": "a"})), func() string { return t.firstOfIndex() })
		})},
		{Name: "index projection/INCLUDE", Check: onIndex("pk:S", "g:S", "v w", func(t *table) {
			t.put(m{"pk": "1", "g": "a", "v": "x", "spare": "y"})
			t.soon("item", show(item(m{"pk": "1", "g": "a", "v": "x"})), func() string { return t.firstOfIndex() })
		})},
		{Name: "index projection/INCLUDE of a key", Check: onIndex("pk:S", "g:S", "v g", func(t *table) {
			t.put(m{"pk": "1", "g": "a", "v": "x", "spare": "y"})
			t.soon("item", show(item(m{"pk": "1", "g": "a", "v": "x"})), func() string { return t.firstOfIndex() })
		})},
		{Name: "index projection/not the key of another index", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) {
			addIndex(in, idx, "g:S", "KEYS_ONLY")
			addIndex(in, "another", "h:S", "KEYS_ONLY")
		}, func(t *table) {
			t.put(m{"pk": "1", "g": "a", "h": "b"})
			t.soon("item", show(item(m{"pk": "1", "g": "a"})), func() string { return t.firstOfIndex() })
		})},
	},
	onIndexCases("index select", "g:S", "ALL", map[string]func(t *table){
		"takes all attributes of an index that has all": func(t *table) {
			t.put(m{"pk": "1", "g": "a", "v": "x"})
			want := show(item(m{"pk": "1", "g": "a", "v": "x"}))
			t.soon("ALL_ATTRIBUTES", want, func() string { return t.firstOfIndex(selecting(types.SelectAllAttributes)) })
			t.soon("ALL_PROJECTED_ATTRIBUTES", want, func() string { return t.firstOfIndex(selecting(types.SelectAllProjectedAttributes)) })
		},
		"refuses to select all and some": func(t *table) {
			for _, s := range []types.Select{types.SelectAllProjectedAttributes, types.SelectAllAttributes} {
				_, err := t.tryIndex("g = :g", m{":g": "a"}, selecting(s), returning("v"))
				t.fails(string(s), invalid, err)
			}
		},
	}),
	onIndexCases("index select", "g:S", "v", map[string]func(t *table){
		"takes what is projected": func(t *table) {
			t.put(m{"pk": "1", "g": "a", "v": "x", "spare": "y"})
			want := show(item(m{"pk": "1", "g": "a", "v": "x"}))
			t.soon("ALL_PROJECTED_ATTRIBUTES", want, func() string { return t.firstOfIndex(selecting(types.SelectAllProjectedAttributes)) })
			t.soon("v", show(item(m{"v": "x"})), func() string {
				return t.firstOfIndex(selecting(types.SelectSpecificAttributes), returning("v"))
			})
		},
		"refuses all attributes of an index that has some": func(t *table) {
			_, err := t.tryIndex("g = :g", m{":g": "a"}, selecting(types.SelectAllAttributes))
			t.fails("Query", invalid, err)
			_, err = t.tryScan(ofIndex, func(in *dynamodb.ScanInput) { in.Select = types.SelectAllAttributes })
			t.fails("Scan", invalid, err)
		},
		// Source: https://github.com/localstack/localstack/issues/478, with AWS's answer.
		"refuses an attribute that is not projected": func(t *table) {
			_, err := t.tryIndex("g = :g", m{":g": "a"}, returning("v, spare.part"))
			t.fails("Query", invalid, err)
			_, err = t.tryScan(ofIndex, func(in *dynamodb.ScanInput) { in.ProjectionExpression = aws.String("spare") })
			t.fails("Scan", invalid, err)
		},
		// Source: dynoxide's partiql/executor.rs, measured at AWS: a keyed read refuses such
		// a filter, a scan finds nothing by it.
		"refuses to filter a query by an attribute that is not projected": func(t *table) {
			t.put(m{"pk": "1", "g": "a", "spare": "y"})
			_, err := t.tryIndex("g = :g", m{":g": "a", ":v": "y"}, filtered("spare = :v"))
			t.fails("Query", invalid, err)
			t.soon("Scan", "1 0", func() string {
				out := t.scan(ofIndex, func(in *dynamodb.ScanInput) {
					in.FilterExpression, in.ExpressionAttributeValues = aws.String("spare = :v"), item(m{":v": "y"})
				})
				return words(out.ScannedCount, out.Count)
			})
		},
	}),
)

// firstOfIndex is the first item with g = "a" in the index.
func (t *table) firstOfIndex(options ...func(*dynamodb.QueryInput)) string {
	items := t.index("g = :g", m{":g": "a"}, options...).Items
	if len(items) == 0 {
		return "none"
	}
	return show(items[0])
}
