package tables_test

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func units(read, write int64) *types.ProvisionedThroughput {
	return &types.ProvisionedThroughput{ReadCapacityUnits: &read, WriteCapacityUnits: &write}
}

// Source: Alternator's test_gsi.py (test_gsi_describe*) and dynamodb-conformance,
// tests/tier1/createTable/gsi.
var indexTableCases = []conformance.Case{
	{Name: "index table/describes its index", Check: onIndex("pk:S", "g:S r:N", "v w", func(t *table) {
		d := t.describe()
		x := d.GlobalSecondaryIndexes[0]
		t.equal("name, status", words(*x.IndexName, x.IndexStatus), "idx ACTIVE")
		t.equal("ARN", *x.IndexArn, *d.TableArn+"/index/idx")
		t.equal("schema", words(*x.KeySchema[0].AttributeName, x.KeySchema[0].KeyType, *x.KeySchema[1].AttributeName, x.KeySchema[1].KeyType), "g HASH r RANGE")
		t.equal("projection", words(x.Projection.ProjectionType, sorted(strings.Join(x.Projection.NonKeyAttributes, " "))), "INCLUDE v w")
		t.equal("items, bytes", words(*x.ItemCount, *x.IndexSizeBytes), "0 0")
		t.equal("definitions", definitions(d), "g:S pk:S r:N")
		t.equal("the table's key", len(d.KeySchema), 1)
	})},
	{Name: "index table/has no list of indexes without one", Check: on("pk:S", func(t *table) {
		t.equal("indexes", len(t.describe().GlobalSecondaryIndexes), 0)
	})},
	{Name: "index table/has 20 indexes", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) { addIndexes(in, 20) }, func(t *table) {
		t.equal("indexes", len(t.describe().GlobalSecondaryIndexes), 20)
	})},
	{Name: "index table/may have two indexes with the same key, or one with the table's", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) {
		addIndex(in, idx, "g:S", "ALL")
		addIndex(in, "twin", "g:S", "ALL")
		addIndex(in, "same", "pk:S", "ALL")
	}, func(t *table) {
		t.equal("indexes", len(t.describe().GlobalSecondaryIndexes), 3)
	})},
	{Name: "index table/shows an index's throughput", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) {
		addIndex(in, idx, "g:S", "ALL")
		in.BillingMode, in.ProvisionedThroughput, in.GlobalSecondaryIndexes[0].ProvisionedThroughput = types.BillingModeProvisioned, units(5, 4), units(3, 2)
	}, func(t *table) {
		p := t.describe().GlobalSecondaryIndexes[0].ProvisionedThroughput
		t.equal("units", words(*p.ReadCapacityUnits, *p.WriteCapacityUnits), "3 2")
	})},
}

func definitions(d *types.TableDescription) string {
	var all []string
	for _, a := range d.AttributeDefinitions {
		all = append(all, *a.AttributeName+":"+string(a.AttributeType))
	}
	return sorted(strings.Join(all, " "))
}

func addIndexes(in *dynamodb.CreateTableInput, n int) {
	for i := range n {
		addIndex(in, fmt.Sprintf("idx%d", i), "g:S", "KEYS_ONLY")
	}
}

// badIndexes are what CreateTable refuses of a table with the index idx with the hash
// key g. Source: Alternator's test_gsi.py (test_gsi_*error*, test_gsi_unsupported_names,
// test_gsi_same_name_forbidden, test_gsi_key_type_conflict_on_create), and the API
// reference for the limits.
var badIndexes = []struct {
	what   string
	change func(in *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex)
}{
	{"a name of two characters", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) { x.IndexName = aws.String("ab") }},
	{"a name of 256 characters", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.IndexName = aws.String(strings.Repeat("x", 256))
	}},
	{"a name with an @", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.IndexName = aws.String("my@index")
	}},
	{"a key without a definition", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
		in.AttributeDefinitions = in.AttributeDefinitions[:1]
	}},
	{"a definition without a key", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("x"), AttributeType: "S"})
	}},
	{"two types of an attribute", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("g"), AttributeType: "N"})
	}},
	{"a key of a type that is no key's", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
		in.AttributeDefinitions[1].AttributeType = "BOOL"
	}},
	{"a range key alone", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.KeySchema[0].KeyType = types.KeyTypeRange
	}},
	{"one attribute as both keys", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.KeySchema = append(x.KeySchema, types.KeySchemaElement{AttributeName: aws.String("g"), KeyType: types.KeyTypeRange})
	}},
	{"no key", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.KeySchema = []types.KeySchemaElement{}
	}},
	{"an unknown projection", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection.ProjectionType = "SOME"
	}},
	{"no type of projection", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection = &types.Projection{}
	}},
	{"INCLUDE of nothing", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection = &types.Projection{ProjectionType: types.ProjectionTypeInclude}
	}},
	{"INCLUDE of one attribute twice", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) { x.Projection = projectionOf("v v") }},
	{"INCLUDE of 21 attributes", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection = projectionOf(attributes(0, 21))
	}},
	{"INCLUDE of an attribute without a name", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection = &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{""}}
	}},
	{"ALL with attributes", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection.NonKeyAttributes = []string{"v"}
	}},
	{"INCLUDE of 101 attributes in all indexes", func(in *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.Projection = projectionOf(attributes(0, 1))
		for i := range 5 {
			addIndex(in, fmt.Sprintf("idx%d", i), "g:S", attributes(20*i, 20))
		}
	}},
	{"two indexes of one name", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) { addIndex(in, idx, "h:S", "ALL") }},
	{"21 indexes", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) { addIndexes(in, 20) }},
	{"an empty list of indexes", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
		in.AttributeDefinitions, in.GlobalSecondaryIndexes = in.AttributeDefinitions[:1], []types.GlobalSecondaryIndex{}
	}},
	{"an index's units without provisioned billing", func(_ *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		x.ProvisionedThroughput = units(1, 1)
	}},
	{"provisioned billing without an index's units", func(in *dynamodb.CreateTableInput, _ *types.GlobalSecondaryIndex) {
		in.BillingMode, in.ProvisionedThroughput = types.BillingModeProvisioned, units(1, 1)
	}},
	{"an index's units of 0", func(in *dynamodb.CreateTableInput, x *types.GlobalSecondaryIndex) {
		in.BillingMode, in.ProvisionedThroughput, x.ProvisionedThroughput = types.BillingModeProvisioned, units(1, 1), units(0, 1)
	}},
}

// attributes are n names from the given number on.
func attributes(from, n int) string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("a%d", from+i))
	}
	return strings.Join(names, " ")
}

var indexErrorCases = func() []conformance.Case {
	var list []conformance.Case
	for _, b := range badIndexes {
		list = append(list, conformance.Case{Name: "index table/refuses " + b.what, Check: without(func(t *table) {
			in := creation(t.name, "pk:S")
			addIndex(in, idx, "g:S", "ALL")
			b.change(in, &in.GlobalSecondaryIndexes[0])
			_, err := t.db.CreateTable(t.ctx, in)
			t.fails(b.what, invalid, err)
		})})
	}
	return list
}()
