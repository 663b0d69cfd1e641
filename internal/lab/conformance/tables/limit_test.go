package tables_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

const maxItem = 400 << 10

// padded returns the item a with this size as DynamoDB counts it.
func padded(size int) m { return m{"pk": "a", "v": strings.Repeat("x", size-len("pkav"))} }

var limitCases = append(cases("limit", "pk:S", map[string]func(t *table){
	"an item of 400 KB": func(t *table) {
		t.put(padded(maxItem))
		_, err := t.tryPut(padded(maxItem + 1))
		t.fails("a byte more", invalid, err)
	},
	// For an update AWS counts some bytes in addition to the item.
	"an update to nearly 400 KB": func(t *table) {
		t.put(m{"pk": "a"})
		t.update(m{"pk": "a"}, "SET v = :v", m{":v": strings.Repeat("x", maxItem-100)})
		_, err := t.tryUpdate(m{"pk": "a"}, "SET w = :v", m{":v": strings.Repeat("x", 100)})
		t.fails("more", invalid, err)
		if message := strings.ToLower(message(err)); !strings.Contains(message, "item size") { // profilestore depends on it
			t.errorf("the message is %q", message)
		}
	},
	// https://github.com/nubo-db/dynoxide measured it on AWS, byte by byte: a byte,
	// one per two digits on either side of the point, one for a minus.
	"the size of numbers": func(t *table) {
		for number, size := range map[num]int{
			"0": 1, "7": 2, "-7": 3, "42": 2, "-42": 3, "100": 2, "123": 3, "1234567": 5, "0.1": 2, "0.0000001": 2, "1.5": 3, "12.34": 3, "-100.05": 5,
		} {
			i := m{"pk": "a", "n": number, "v": strings.Repeat("x", maxItem-len("pkanv")-size)}
			_, err := t.tryPut(i)
			t.ok(string(number), err)
			i["v"] = i["v"].(string) + "x"
			_, err = t.tryPut(i)
			t.fails(string(number), invalid, err)
		}
	},
	"a name of 65,535 bytes": func(t *table) {
		t.put(m{"pk": "a", strings.Repeat("x", 65535): 1})
		_, err := t.tryPut(m{"pk": "a", strings.Repeat("x", 65536): 1})
		t.fails("a byte more", invalid, err)
	},
	// Alternator's test_limits: test_limit_attribute_length_nonkey_good and _bad.
	"a name of 65,535 bytes in an expression": func(t *table) {
		name := func(n int) func(*dynamodb.UpdateItemInput) {
			return named(map[string]string{"#n": strings.Repeat("x", n)})
		}
		t.update(m{"pk": "a"}, "SET #n = :v", m{":v": 1}, name(65535))
		_, err := t.tryUpdate(m{"pk": "a"}, "SET #n = :v", m{":v": 1}, name(65536))
		t.fails("to write", invalid, err)
		_, err = t.tryUpdate(m{"pk": "a"}, "SET n = :v", m{":v": 1}, name(65536), updateIf("attribute_not_exists(#n)", nil))
		t.fails("in a condition", invalid, err)
		_, err = t.tryGet(m{"pk": "a"}, func(in *dynamodb.GetItemInput) {
			in.ProjectionExpression, in.ExpressionAttributeNames = text("#n"), map[string]string{"#n": strings.Repeat("x", 65536)}
		})
		t.fails("to read", invalid, err)
	},
	// The developer guide's limit of expression parameters.
	"a placeholder of 255 bytes": func(t *table) {
		t.update(m{"pk": "a"}, "SET n = :"+strings.Repeat("v", 254), m{":" + strings.Repeat("v", 254): 1})
		_, err := t.tryUpdate(m{"pk": "a"}, "SET n = :"+strings.Repeat("v", 255), m{":" + strings.Repeat("v", 255): 1})
		t.fails("a byte more", invalid, err)
	},
	"a hash key of 2,048 bytes": func(t *table) {
		t.put(m{"pk": strings.Repeat("x", 2048)})
		_, err := t.tryPut(m{"pk": strings.Repeat("x", 2049)})
		t.fails("a byte more", invalid, err)
	},
	"32 levels of nesting": func(t *table) {
		t.put(m{"pk": "a", "v": nested(31)})
		_, err := t.tryPut(m{"pk": "a", "v": nested(32)})
		t.fails("a level more", invalid, err)
	},
	"an expression of 4,096 bytes": func(t *table) {
		long := func(bytes int) string { return "SET n = :v" + strings.Repeat(" ", bytes-len("SET n = :v")) }
		t.update(m{"pk": "a"}, long(4096), m{":v": 1})
		_, err := t.tryUpdate(m{"pk": "a"}, long(4097), m{":v": 1})
		t.fails("a byte more", invalid, err)
	},
	"300 operators": func(t *table) {
		t.update(m{"pk": "a"}, "", m{":v": 1}, updateIf(orChain(150), nil)) // 150 comparisons, 149 ORs
		_, err := t.tryUpdate(m{"pk": "a"}, "", m{":v": 1}, updateIf(orChain(151), nil))
		t.fails("301 operators", invalid, err)
	},
	"100 operands of IN": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		in := func(n int) string { return "n IN (" + strings.TrimSuffix(strings.Repeat(":v,", n), ",") + ")" }
		t.update(m{"pk": "a"}, "", m{":v": 1}, updateIf(in(100), nil))
		_, err := t.tryUpdate(m{"pk": "a"}, "", m{":v": 1}, updateIf(in(101), nil))
		t.fails("101 operands", invalid, err)
	},
	"100 changed attributes": func(t *table) {
		sets, values := make([]string, 100), m{}
		for i := range sets {
			sets[i], values[fmt.Sprint(":", i)] = fmt.Sprintf("a%d=:%d", i, i), i
		}
		t.update(m{"pk": "a"}, "SET "+strings.Join(sets, ","), values)
		t.equal("attributes", len(t.get(m{"pk": "a"}).Item), 101)
	},
}), conformance.Case{Name: "limit/a range key of 1,024 bytes", Check: on("pk:S sk:S", func(t *table) {
	t.put(m{"pk": "a", "sk": strings.Repeat("x", 1024)})
	_, err := t.tryPut(m{"pk": "a", "sk": strings.Repeat("x", 1025)})
	t.fails("a byte more", invalid, err)
	_, err = t.tryGet(m{"pk": "a", "sk": strings.Repeat("x", 1025)})
	t.fails("a byte more to read", invalid, err)
})})

func nested(levels int) any {
	if levels == 0 {
		return 1
	}
	return l{nested(levels - 1)}
}

// orChain has n comparisons and n-1 ORs, and holds for an item without b.
func orChain(n int) string {
	return strings.TrimSuffix(strings.Repeat("b<>:v OR ", n), " OR ")
}

func text(s string) *string { return &s }

func message(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}
