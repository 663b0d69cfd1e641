package tables_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// creating is an update that creates an index.
func creating(name, keys, projection string) func(*dynamodb.UpdateTableInput) {
	return func(in *dynamodb.UpdateTableInput) {
		x := creation(name, keys)
		in.AttributeDefinitions = append(in.AttributeDefinitions, x.AttributeDefinitions...)
		in.GlobalSecondaryIndexUpdates = append(in.GlobalSecondaryIndexUpdates, types.GlobalSecondaryIndexUpdate{
			Create: &types.CreateGlobalSecondaryIndexAction{IndexName: &name, KeySchema: x.KeySchema, Projection: projectionOf(projection)},
		})
	}
}

func removing(name string) func(*dynamodb.UpdateTableInput) {
	return func(in *dynamodb.UpdateTableInput) {
		in.GlobalSecondaryIndexUpdates = append(in.GlobalSecondaryIndexUpdates, types.GlobalSecondaryIndexUpdate{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: &name}})
	}
}

func rebilling(name string, p *types.ProvisionedThroughput) func(*dynamodb.UpdateTableInput) {
	return func(in *dynamodb.UpdateTableInput) {
		in.GlobalSecondaryIndexUpdates = append(in.GlobalSecondaryIndexUpdates, types.GlobalSecondaryIndexUpdate{
			Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: &name, ProvisionedThroughput: p},
		})
	}
}

// reindex changes the indexes, and waits until AWS has done it, which takes minutes.
func (t *table) reindex(what string, change func(*dynamodb.UpdateTableInput)) {
	t.ok(what, t.alter(change))
	t.ok(what, conformance.Eventually(t.ctx, 20*time.Minute, func() error {
		for _, x := range t.describe().GlobalSecondaryIndexes {
			if x.IndexStatus != types.IndexStatusActive {
				return fmt.Errorf("%s is %s", *x.IndexName, x.IndexStatus)
			}
		}
		return nil
	}))
}

// indexNames are those of the table's indexes.
func (t *table) indexNames() string {
	var names []string
	for _, x := range t.describe().GlobalSecondaryIndexes {
		names = append(names, *x.IndexName)
	}
	return sorted(strings.Join(names, " "))
}

// Source: Alternator's test_gsi_updatetable.py.
var indexUpdateCases = func() []conformance.Case {
	list := cases("index update", "pk:S", map[string]func(t *table){
		"makes an index of what there is": func(t *table) {
			for pk, g := range map[string]any{"1": "a", "2": 1, "3": "", "4": strings.Repeat("x", 2049), "5": "b", "6": nil} {
				t.put(m{"pk": pk, "g": g})
			}
			t.put(m{"pk": "7"})
			t.reindex("create", creating(idx, "g:S", "ALL"))
			t.equal("items", t.scanAll(ofIndex), "1 5")
			t.equal("definitions", definitions(t.describe()), "g:S pk:S")
			_, err := t.tryPut(m{"pk": "8", "g": 1})
			t.fails("a number", invalid, err)
			t.update(m{"pk": "2"}, "SET v = :v", m{":v": "x"}) // what it had before is none of the update's concern
			t.update(m{"pk": "7"}, "SET g = :g", m{":g": "c"})
			t.soon("items", "1 5 7", func() string { return t.scanAll(ofIndex) })
		},
		"makes a range key of what there is": func(t *table) {
			for pk, r := range map[string]string{"1": strings.Repeat("x", 1024), "2": strings.Repeat("x", 1025), "3": ""} {
				t.put(m{"pk": pk, "g": "a", "r": r})
			}
			t.reindex("create", func(in *dynamodb.UpdateTableInput) { creating(idx, "g:S r:S", "ALL")(in) })
			t.equal("items", t.scanAll(ofIndex), "1")
		},
		"removes an index, and makes it again": func(t *table) {
			t.put(m{"pk": "1", "g": "a", "h": "b"})
			t.reindex("create", creating(idx, "g:S", "ALL"))
			t.reindex("create another", creating("another", "h:S", "ALL"))
			t.equal("indexes", t.indexNames(), "another idx")
			t.reindex("remove", removing(idx))
			t.equal("indexes", t.indexNames(), "another")
			t.equal("definitions", definitions(t.describe()), "h:S pk:S")
			_, err := t.tryIndex("g = :g", m{":g": "a"})
			t.fails("Query", invalid, err)
			t.put(m{"pk": "2", "g": 1}) // no index forbids it any longer
			t.reindex("create again", creating(idx, "g:S", "ALL"))
			t.indexed("items", "1")
		},
	})
	for i := range list {
		list[i].Within, list[i].Waits = time.Hour, true
	}
	return append(list, conformance.Case{Name: "index update/changes an index's throughput", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) {
		addIndex(in, idx, "g:S", "ALL")
		in.BillingMode, in.ProvisionedThroughput, in.GlobalSecondaryIndexes[0].ProvisionedThroughput = types.BillingModeProvisioned, units(2, 2), units(2, 2)
	}, func(t *table) {
		t.ok("update", t.alter(rebilling(idx, units(3, 1))))
		p := t.describe().GlobalSecondaryIndexes[0].ProvisionedThroughput
		t.equal("units", words(*p.ReadCapacityUnits, *p.WriteCapacityUnits), "3 1")
		t.fails("the same again", invalid, t.alter(rebilling(idx, units(3, 1))))
	})})
}()

const limited = "LimitExceededException"

// badIndexUpdates are what UpdateTable refuses of a table with the index idx with the
// hash key g. Source: Alternator's test_gsi_updatetable.py and dynamodb-conformance,
// tests/tier2/updateTable/gsi.
var badIndexUpdates = []struct {
	what, code string
	change     func(*dynamodb.UpdateTableInput)
}{
	{"an empty list of updates", invalid, func(in *dynamodb.UpdateTableInput) {
		in.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{}
	}},
	{"an update of nothing", invalid, func(in *dynamodb.UpdateTableInput) {
		in.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{{}}
	}},
	{"two things in one update", invalid, func(in *dynamodb.UpdateTableInput) {
		creating("new", "h:S", "ALL")(in)
		in.GlobalSecondaryIndexUpdates[0].Delete = &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String(idx)}
	}},
	{"two new indexes at once", limited, func(in *dynamodb.UpdateTableInput) {
		creating("new1", "h:S", "ALL")(in)
		in.AttributeDefinitions = nil
		creating("new2", "h:S", "ALL")(in)
	}},
	{"two removals at once", limited, func(in *dynamodb.UpdateTableInput) { removing("none1")(in); removing("none2")(in) }},
	{"a new index and a removal at once", limited, func(in *dynamodb.UpdateTableInput) { creating("new", "h:S", "ALL")(in); removing(idx)(in) }},
	{"a name that an index has", invalid, creating(idx, "h:S", "ALL")},
	{"a name with an @", invalid, creating("my@index", "h:S", "ALL")},
	{"a name of 256 characters", invalid, creating(strings.Repeat("x", 256), "h:S", "ALL")},
	{"another type of a key", invalid, creating("new", "g:N", "ALL")},
	{"a key without a definition", invalid, func(in *dynamodb.UpdateTableInput) {
		creating("new", "h:S", "ALL")(in)
		in.AttributeDefinitions = nil
	}},
	{"a known key without a definition", invalid, func(in *dynamodb.UpdateTableInput) {
		creating("new", "g:S", "ALL")(in)
		in.AttributeDefinitions = nil
	}},
	{"ALL with attributes", invalid, func(in *dynamodb.UpdateTableInput) {
		creating("new", "h:S", "ALL")(in)
		in.GlobalSecondaryIndexUpdates[0].Create.Projection.NonKeyAttributes = []string{"v"}
	}},
	{"an index that does not exist", notFound, removing("none")},
	{"throughput of an index that does not exist", invalid, rebilling("none", units(1, 1))},
	{"an index update of nothing", invalid, rebilling(idx, nil)},
	{"throughput without provisioned billing", invalid, rebilling(idx, units(1, 1))},
	{"provisioned billing without an index's units", invalid, func(in *dynamodb.UpdateTableInput) {
		in.BillingMode, in.ProvisionedThroughput = types.BillingModeProvisioned, units(1, 1)
	}},
}

var indexUpdateErrorCases = func() []conformance.Case {
	var list []conformance.Case
	for _, b := range badIndexUpdates {
		list = append(list, conformance.Case{Name: "index update/refuses " + b.what, Check: onIndex("pk:S", "g:S", "ALL", func(t *table) {
			t.fails(b.what, b.code, t.alter(b.change))
			t.equal("indexes", t.indexNames(), idx)
		})})
	}
	return list
}()
