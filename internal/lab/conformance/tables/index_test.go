package tables_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// The cases of global secondary indexes name their sources: Alternator's tests, which
// ScyllaDB runs against AWS too (https://github.com/scylladb/scylladb, test/alternator),
// the suite https://github.com/nubo-db/dynamodb-conformance and dynoxide's own tests,
// which record what AWS answered (https://github.com/nubo-db/dynoxide, tests).

// idx is the index that onIndex makes.
const idx = "idx"

// onIndex makes a Check that gets a table with the keys, and the index idx with the
// index keys. The projection is ALL, KEYS_ONLY, or the attributes of INCLUDE.
func onIndex(keys, indexKeys, projection string, f func(t *table)) func(context.Context, aws.Config) error {
	return onTable(keys, func(in *dynamodb.CreateTableInput) { addIndex(in, idx, indexKeys, projection) }, f)
}

// addIndex adds an index to a new table.
func addIndex(in *dynamodb.CreateTableInput, name, keys, projection string) {
	x := creation(name, keys)
	for _, d := range x.AttributeDefinitions {
		if !slices.ContainsFunc(in.AttributeDefinitions, func(known types.AttributeDefinition) bool { return *known.AttributeName == *d.AttributeName }) {
			in.AttributeDefinitions = append(in.AttributeDefinitions, d)
		}
	}
	in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{IndexName: &name, KeySchema: x.KeySchema, Projection: projectionOf(projection)})
}

func projectionOf(projection string) *types.Projection {
	if projection == "ALL" || projection == "KEYS_ONLY" {
		return &types.Projection{ProjectionType: types.ProjectionType(projection)}
	}
	return &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: strings.Fields(projection)}
}

func (t *table) tryIndex(condition string, values m, options ...func(*dynamodb.QueryInput)) (*dynamodb.QueryOutput, error) {
	return t.tryQuery(condition, values, append([]func(*dynamodb.QueryInput){func(in *dynamodb.QueryInput) {
		in.ConsistentRead, in.IndexName = nil, aws.String(idx)
	}}, options...)...)
}

func (t *table) index(condition string, values m, options ...func(*dynamodb.QueryInput)) *dynamodb.QueryOutput {
	out, err := t.tryIndex(condition, values, options...)
	return answer(t, "Query of the index "+condition, out, err)
}

func ofIndex(in *dynamodb.ScanInput) { in.ConsistentRead, in.IndexName = nil, aws.String(idx) }

// soon records that a reading of the index does not become the wanted one. An index is
// eventually consistent.
func (t *table) soon(what, want string, read func() string) {
	err := conformance.Eventually(t.ctx, 10*time.Second, func() error {
		if got := read(); got != want {
			return fmt.Errorf("\n got %s\nwant %s", got, want)
		}
		return nil
	})
	t.ok(what, err)
}

// indexed records that the items with hash key g = "a" in the index do not become those
// with the wanted hash keys of the table, in their order.
func (t *table) indexed(what, want string, options ...func(*dynamodb.QueryInput)) {
	t.soon(what, want, func() string { return column(t.index("g = :g", m{":g": "a"}, options...).Items, "pk") })
}

// indexPages are the hash keys of a table's items as a query of the index gives them,
// page by page.
func (t *table) indexPages(options ...func(*dynamodb.QueryInput)) string {
	var all []string
	for start := map[string]types.AttributeValue(nil); len(all) < 10; {
		out := t.index("g = :g", m{":g": "a"}, append(options, func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = start })...)
		if len(out.Items) > 0 {
			all = append(all, column(out.Items, "pk"))
		}
		if start = out.LastEvaluatedKey; start == nil {
			break
		}
	}
	return strings.Join(all, " | ")
}

// onIndexCases makes cases of tables with the hash key pk and the index idx.
func onIndexCases(area, indexKeys, projection string, what map[string]func(t *table)) []conformance.Case {
	var list []conformance.Case
	for name, f := range what {
		list = append(list, conformance.Case{Name: area + "/" + name, Check: onIndex("pk:S", indexKeys, projection, f)})
	}
	slices.SortFunc(list, func(a, b conformance.Case) int { return strings.Compare(a.Name, b.Name) })
	return list
}

var indexCases = slices.Concat(indexQueryCases, indexRangeCases, indexScanCases, indexProjectionCases, indexWriteCases, indexMoveCases,
	indexTableCases, indexErrorCases, indexUpdateCases, indexUpdateErrorCases, indexCostCases)
