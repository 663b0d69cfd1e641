package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "")
	l.table("ranged", "N")
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"1"}}}`)
	const invalid, unsupported = "ValidationException", "LocalAWSUnsupported: localaws does not support "
	long := strings.Repeat("x", 2049)
	tests := []struct{ name, operation, body, want string }{
		{"legacy Expected", "PutItem", `"Item":{"pk":{"S":"x"}},"Expected":{}`, unsupported + "the input member Expected"},
		{"legacy AttributeUpdates", "UpdateItem", `"Key":{"pk":{"S":"x"}},"AttributeUpdates":{}`, unsupported + "the input member AttributeUpdates"},
		{"legacy KeyConditions", "Query", `"KeyConditions":{}`, unsupported + "the input member KeyConditions"},
		{"unknown operation", "ExecuteStatement", ``, unsupported + "the operation DynamoDB_20120810.ExecuteStatement"},
		{"no such table", "GetItem", `"TableName":"none","Key":{"pk":{"S":"x"}}`, "ResourceNotFoundException"},
		{"no such table to describe", "DescribeTable", `"TableName":"none"`, "ResourceNotFoundException"},
		{"wrong JSON type", "GetItem", `"Key":{"pk":"x"}`, "SerializationException"},
		{"missing key", "GetItem", ``, invalid},
		{"key of another name", "GetItem", `"Key":{"id":{"S":"x"}}`, invalid},
		{"key of another type", "GetItem", `"Key":{"pk":{"N":"1"}}`, invalid},
		{"more than the key", "DeleteItem", `"Key":{"pk":{"S":"x"},"a":{"N":"1"}}`, invalid},
		{"empty key value", "GetItem", `"Key":{"pk":{"S":""}}`, invalid},
		{"long hash key", "GetItem", `"Key":{"pk":{"S":"` + long + `"}}`, invalid},
		{"item without key", "PutItem", `"Item":{"a":{"N":"1"}}`, invalid},
		{"item with key of another type", "PutItem", `"Item":{"pk":{"N":"1"}}`, invalid},
		{"bad number", "PutItem", `"Item":{"pk":{"S":"x"},"a":{"N":"b"}}`, invalid},
		{"empty attribute name", "PutItem", `"Item":{"pk":{"S":"x"},"":{"S":"b"}}`, invalid},
		{"item too large", "PutItem", `"Item":{"pk":{"S":"x"},"v":{"S":"` + strings.Repeat("x", 400<<10-3) + `"}}`, invalid},
		{"item too large after the update", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"S":"` + strings.Repeat("x", 400<<10-6) + `"}}`, invalid},
		{"too deep", "PutItem", `"Item":{"pk":{"S":"x"},"v":` + nested(32) + `}`, invalid},
		{"too deep after the update", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":` + nested(32) + `}`, invalid},
		{"update of the key", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"REMOVE pk"`, invalid},
		{"path into the key", "GetItem", `"Key":{"pk":{"S":"x"}},"ProjectionExpression":"pk.a"`, invalid},
		{"names without expression", "GetItem", `"Key":{"pk":{"S":"x"}},"ExpressionAttributeNames":{"#a":"a"}`, invalid},
		{"values without expression", "UpdateItem", `"Key":{"pk":{"S":"x"}},"ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"values for a projection only", "Scan", `"ProjectionExpression":"a","ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"empty expression", "PutItem", `"Item":{"pk":{"S":"x"}},"ConditionExpression":""`, invalid},
		{"overlapping paths", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET a = :a, a.b = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"unused name", "PutItem", `"Item":{"pk":{"S":"x"}},"ConditionExpression":"attribute_exists(a)","ExpressionAttributeNames":{"#b":"b"}`, invalid},
		{"failed condition", "PutItem", `"Item":{"pk":{"S":"x"}},"ConditionExpression":"attribute_exists(b)"`, "ConditionalCheckFailedException: The conditional request failed"},
		{"failed update", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET b = c"`, invalid},
		{"return values of a put", "PutItem", `"Item":{"pk":{"S":"x"}},"ReturnValues":"ALL_NEW"`, invalid},
		{"unknown return values", "UpdateItem", `"Key":{"pk":{"S":"x"}},"ReturnValues":"SOME"`, invalid},
		{"query without a condition", "Query", ``, invalid},
		{"query without the hash key", "Query", `"TableName":"ranged","KeyConditionExpression":"sk = :a","ExpressionAttributeValues":{":a":{"N":"1"}}`, invalid},
		{"query of a range of hash keys", "Query", `"KeyConditionExpression":"pk > :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"query with another type", "Query", `"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"N":"1"}}`, invalid},
		{"query with three keys", "Query", `"KeyConditionExpression":"pk = :a AND b = :a AND c = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"query with a key in the filter", "Query", `"KeyConditionExpression":"pk = :a","FilterExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"query from another partition", "Query", `"TableName":"ranged","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}},"ExclusiveStartKey":{"pk":{"S":"y"},"sk":{"N":"1"}}`, invalid},
		{"query from outside the range", "Query", `"TableName":"ranged","KeyConditionExpression":"pk = :a AND sk > :b","ExpressionAttributeValues":{":a":{"S":"x"},":b":{"N":"5"}},"ExclusiveStartKey":{"pk":{"S":"x"},"sk":{"N":"1"}}`, invalid},
		{"index", "Query", `"IndexName":"byname","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, invalid},
		{"count with a projection", "Scan", `"Select":"COUNT","ProjectionExpression":"a"`, invalid},
		{"scan from a bad key", "Scan", `"ExclusiveStartKey":{"pk":{"N":"1"}}`, invalid},
		{"segment without total", "Scan", `"Segment":0`, invalid},
		{"segment out of range", "Scan", `"Segment":1,"TotalSegments":1`, invalid},
		{"limit zero", "Scan", `"Limit":0`, invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := tt.body
			if !strings.Contains(body, `"TableName"`) {
				body = strings.TrimSuffix(`"TableName":"tab",`+body, ",")
			}
			if got := l.do(tt.operation, "{"+body+"}"); !strings.HasPrefix(got, tt.want) {
				t.Errorf("%.300s\nwant %s", got, tt.want)
			}
		})
	}
}

// nested is a list in a list, so many levels deep.
func nested(levels int) string {
	return strings.Repeat(`{"L":[`, levels) + strings.Repeat(`]}`, levels)
}

func TestLargestItemFits(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "")
	l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"x"},"v":{"S":"%s"}}}`, strings.Repeat("x", 400<<10-4)))
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"y"},"v":`+nested(31)+`}}`)
}

func TestCapacity(t *testing.T) {
	tests := []struct{ name, operation, body, want string }{
		{"small write", "PutItem", `"Item":{"pk":{"S":"y"}}`, `"CapacityUnits":1,`},
		{"the old item is larger", "PutItem", `"Item":{"pk":{"S":"x"}}`, `"CapacityUnits":5,`},
		{"the new item is larger", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET w = v"`, `"CapacityUnits":10,`},
		{"write that changes nothing", "UpdateItem", `"Key":{"pk":{"S":"x"}}`, `"CapacityUnits":5,`},
		{"delete", "DeleteItem", `"Key":{"pk":{"S":"x"}}`, `"CapacityUnits":5,`},
		{"delete of nothing", "DeleteItem", `"Key":{"pk":{"S":"y"}}`, `"CapacityUnits":1,`},
		{"eventually consistent read", "GetItem", `"Key":{"pk":{"S":"x"}},"ProjectionExpression":"pk"`, `"CapacityUnits":1,`},
		{"consistent read", "GetItem", `"Key":{"pk":{"S":"x"}},"ConsistentRead":true`, `"CapacityUnits":2,`},
		{"read of nothing", "GetItem", `"Key":{"pk":{"S":"y"}}`, `"CapacityUnits":0.5,`},
		{"query sums sizes before rounding", "Query", `"KeyConditionExpression":"pk = :x","ExpressionAttributeValues":{":x":{"S":"x"}},"Select":"COUNT"`, `"CapacityUnits":1,`},
		{"scan", "Scan", `"ConsistentRead":true,"Select":"COUNT"`, `"CapacityUnits":2,`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLocal(t)
			l.table("tab", "")
			l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"x"},"v":{"S":"%s"}}}`, strings.Repeat("x", 5*1024-4)))
			out := l.must(tt.operation, `{"TableName":"tab","ReturnConsumedCapacity":"TOTAL",`+tt.body+"}")
			if want := `"ConsumedCapacity":{` + tt.want + `"TableName":"tab"}`; !strings.Contains(out, want) && !strings.Contains(out, `"ConsumedCapacity":{"TableName":"tab",`+strings.TrimSuffix(tt.want, ",")+"}") {
				t.Errorf("%.300s\nlacks %s", out, want)
			}
		})
	}
}

func TestReturnValues(t *testing.T) {
	const update = `"UpdateExpression":"SET a = :b, m.k = :b, l[1] = :b REMOVE gone","ExpressionAttributeValues":{":b":{"N":"2"}}`
	for asked, want := range map[string]string{
		"NONE":        `{}`,
		"ALL_OLD":     `{"Attributes":{"a":{"N":"1"},"gone":{"N":"1"},"l":{"L":[{"N":"1"}]},"m":{"M":{"k":{"N":"1"},"z":{"N":"1"}}},"pk":{"S":"x"}}}`,
		"ALL_NEW":     `{"Attributes":{"a":{"N":"2"},"l":{"L":[{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"N":"2"},"z":{"N":"1"}}},"pk":{"S":"x"}}}`,
		"UPDATED_OLD": `{"Attributes":{"a":{"N":"1"},"gone":{"N":"1"},"m":{"M":{"k":{"N":"1"}}}}}`,
		"UPDATED_NEW": `{"Attributes":{"a":{"N":"2"},"l":{"L":[{"N":"2"}]},"m":{"M":{"k":{"N":"2"}}}}}`,
	} {
		t.Run(asked, func(t *testing.T) {
			l := newLocal(t)
			l.table("tab", "")
			l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"1"},"gone":{"N":"1"},"l":{"L":[{"N":"1"}]},"m":{"M":{"k":{"N":"1"},"z":{"N":"1"}}}}}`)
			if got := l.must("UpdateItem", `{"TableName":"tab","Key":{"pk":{"S":"x"}},"ReturnValues":"`+asked+`",`+update+`}`); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
}
