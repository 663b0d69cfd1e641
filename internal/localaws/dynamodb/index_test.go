package dynamodb_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

func text(name string) dynamodb.KeyAttribute { return dynamodb.KeyAttribute{Name: name, Type: "S"} }

// indexed makes a table with the hash key "pk", items that expire by "gone", and these
// indexes.
func (l *local) indexed(indexes ...dynamodb.IndexConfig) *dynamodb.Table {
	l.t.Helper()
	t, err := l.service.CreateTable(dynamodb.TableConfig{Name: "tab", Hash: text("pk"), TTLAttribute: "gone", Indexes: indexes})
	if err != nil {
		l.t.Fatal(err)
	}
	return t
}

// An index must have what the same index has that is made of the table afterwards,
// whatever was written before.
func TestAnIndexIsWhatTheTableSays(t *testing.T) {
	l := newLocal(t)
	indexes := []dynamodb.IndexConfig{
		{Name: "all", Hash: text("g"), Projection: "ALL"},
		{Name: "keys", Hash: text("g"), Range: dynamodb.KeyAttribute{Name: "n", Type: "N"}, Projection: "KEYS_ONLY"},
		{Name: "some", Hash: dynamodb.KeyAttribute{Name: "n", Type: "N"}, Range: text("pk"), Projection: "INCLUDE", Include: []string{"v", "g"}},
	}
	table := l.indexed(indexes...)
	random := rand.New(rand.NewPCG(3, 4))
	for step := range 600 {
		l.writeSomething(random, table)
		if step%40 != 39 {
			continue
		}
		for _, x := range indexes {
			was, bytes := l.indexState(x.Name)
			l.makeFresh(x)
			want, size := l.indexState("fresh")
			l.must("UpdateTable", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"fresh"}}]}`)
			if diff := cmp.Diff(want, was); diff != "" || bytes != size {
				t.Fatalf("step %d, index %s: %v bytes, want %v, items made anew (-) and kept (+):\n%s", step, x.Name, bytes, size, diff)
			}
		}
	}
}

// makeFresh makes an index like x, named "fresh", of what the table has.
func (l *local) makeFresh(x dynamodb.IndexConfig) {
	l.t.Helper()
	schema := `{"AttributeName":"` + x.Hash.Name + `","KeyType":"HASH"}`
	if x.Range.Name != "" {
		schema += `,{"AttributeName":"` + x.Range.Name + `","KeyType":"RANGE"}`
	}
	projection := `"ProjectionType":"` + x.Projection + `"`
	if x.Include != nil {
		projection += `,"NonKeyAttributes":["` + strings.Join(x.Include, `","`) + `"]`
	}
	l.must("UpdateTable", `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],`+
		`"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"fresh","KeySchema":[`+schema+`],"Projection":{`+projection+`}}}]}`)
}

// writeSomething makes one random write. Those that DynamoDB refuses change nothing.
func (l *local) writeSomething(random *rand.Rand, table *dynamodb.Table) {
	attributes := []string{fmt.Sprintf(`"pk":{"S":"p%d"}`, random.IntN(12))}
	maybe := func(format string, among int) {
		if random.IntN(4) > 0 {
			attributes = append(attributes, fmt.Sprintf(format, random.IntN(among)))
		}
	}
	maybe(`"g":{"S":"g%d"}`, 3)
	maybe(`"n":{"N":"%d"}`, 3)
	maybe(`"v":{"S":"v%d"}`, 2)
	maybe(`"gone":{"N":"%d"}`, 5)
	switch item := "{" + strings.Join(attributes, ",") + "}"; random.IntN(6) {
	case 0, 1:
		l.must("PutItem", `{"TableName":"tab","Item":`+item+`}`)
	case 2:
		l.must("BatchWriteItem", `{"RequestItems":{"tab":[{"PutRequest":{"Item":`+item+`}}]}}`)
	case 3:
		l.must("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"tab","Item":`+item+`}}]}`)
	case 4:
		update := []string{`"SET g = :g, v = :v"`, `"SET n = :n REMOVE g"`, `"REMOVE n, v"`, `"SET g = :n"`}[random.IntN(4)]
		values := map[string]string{":g": `{"S":"g1"}`, ":v": `{"S":"v9"}`, ":n": `{"N":"2"}`}
		var used []string
		for name, v := range values {
			if strings.Contains(update, name) {
				used = append(used, `"`+name+`":`+v)
			}
		}
		body := `{"TableName":"tab","Key":{` + attributes[0] + `},"UpdateExpression":` + update
		if used != nil {
			body += `,"ExpressionAttributeValues":{` + strings.Join(used, ",") + `}`
		}
		l.do("UpdateItem", body+"}")
	case 5:
		if random.IntN(3) == 0 {
			table.ExpireBy(time.Unix(int64(random.IntN(3)), 0))
		}
		l.must("DeleteItem", `{"TableName":"tab","Key":{`+attributes[0]+`}}`)
	}
}

// indexState is what a scan of an index gives, and the number of its bytes.
func (l *local) indexState(name string) (items []dynamodb.Item, bytes int) {
	var page struct{ Items []dynamodb.Item }
	l.decode(l.must("Scan", `{"TableName":"tab","IndexName":"`+name+`"}`), &page)
	var out struct {
		Table struct {
			GlobalSecondaryIndexes []struct {
				IndexName                 string
				IndexSizeBytes, ItemCount int
			}
		}
	}
	l.decode(l.must("DescribeTable", `{"TableName":"tab"}`), &out)
	for _, x := range out.Table.GlobalSecondaryIndexes {
		if x.IndexName == name {
			if x.ItemCount != len(page.Items) {
				l.t.Errorf("index %s has %d items and says %d", name, len(page.Items), x.ItemCount)
			}
			return page.Items, x.IndexSizeBytes
		}
	}
	l.t.Fatalf("no index %s", name)
	return nil, 0
}

func (l *local) decode(text string, into any) {
	l.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		l.t.Fatal(err)
	}
}

// The bill counts the units of these facts, so that an index must be in them.
func TestIndexesAreBilled(t *testing.T) {
	l := newLocal(t)
	l.indexed(dynamodb.IndexConfig{Name: "idx", Hash: text("g"), Projection: "ALL"})
	item := `{"pk":{"S":"x"},"g":{"S":"a"}}`
	for _, c := range []struct {
		operation, body string
		write, read     float64
	}{
		{"PutItem", `{"TableName":"tab","Item":` + item + `}`, 2, 0},
		{"UpdateItem", `{"TableName":"tab","Key":{"pk":{"S":"x"}},"UpdateExpression":"SET g = :g","ExpressionAttributeValues":{":g":{"S":"b"}}}`, 3, 0},
		{"BatchWriteItem", `{"RequestItems":{"tab":[{"PutRequest":{"Item":` + item + `}}]}}`, 3, 0},
		{"TransactWriteItems", `{"ClientRequestToken":"t","TransactItems":[{"Delete":{"TableName":"tab","Key":{"pk":{"S":"x"}}}}]}`, 3, 0},
		{"TransactWriteItems", `{"ClientRequestToken":"t","TransactItems":[{"Delete":{"TableName":"tab","Key":{"pk":{"S":"x"}}}}]}`, 0, 2},
		{"Query", `{"TableName":"tab","IndexName":"idx","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"a"}}}`, 0, 0.5},
	} {
		l.facts = nil
		l.must(c.operation, c.body)
		for _, fact := range l.facts {
			if r, ok := fact.(dynamodb.Request); ok && (r.WriteUnits != c.write || r.ReadUnits != c.read) {
				t.Errorf("%s: %+v, want %v written and %v read", c.operation, r, c.write, c.read)
			}
		}
		if l.facts == nil {
			t.Errorf("%s told nothing", c.operation)
		}
	}
}

func TestRefusesOtherIndexesByName(t *testing.T) {
	const create = `{"TableName":"new","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],` +
		`"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"a","AttributeType":"S"},{"AttributeName":"b","AttributeType":"S"}],`
	const several = `{"IndexName":"idx","Projection":{"ProjectionType":"ALL"},"KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"}]}`
	const local = "LocalAWSUnsupported: localaws does not support "
	l := newLocal(t)
	l.indexed()
	for _, c := range []struct{ name, operation, body, want string }{
		{"local index", "CreateTable", create + `"LocalSecondaryIndexes":[{"IndexName":"idx"}]}`, local + "the input member LocalSecondaryIndexes"},
		{"key of several attributes", "CreateTable", create + `"GlobalSecondaryIndexes":[` + several + `]}`, local + "keys of several attributes in a global secondary index (idx)"},
		{"key of several attributes, later", "UpdateTable", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Create":` + several + `}]}`, local + "keys of several attributes in a global secondary index (idx)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := l.do(c.operation, c.body); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}
