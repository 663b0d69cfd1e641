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
	const v, unsupported, invalid = "ValidationException: ", "LocalAWSUnsupported: localaws does not support ", "ValidationException: One or more parameter values were invalid: "
	long := strings.Repeat("x", 2049)
	tests := []struct{ name, operation, body, want string }{
		{"legacy Expected", "PutItem", `"Item":{"pk":{"S":"x"}},"Expected":{}`, unsupported + "the input member Expected"},
		{"legacy AttributeUpdates", "UpdateItem", `"Key":{"pk":{"S":"x"}},"AttributeUpdates":{}`, unsupported + "the input member AttributeUpdates"},
		{"legacy KeyConditions", "Query", `"KeyConditions":{}`, unsupported + "the input member KeyConditions"},
		{"unknown operation", "ExecuteStatement", ``, unsupported + "the operation DynamoDB_20120810.ExecuteStatement"},
		{"no such table", "GetItem", `"TableName":"none","Key":{"pk":{"S":"x"}}`, "ResourceNotFoundException: Requested resource not found"},
		{"no such table to describe", "DescribeTable", `"TableName":"none"`, "ResourceNotFoundException: Requested resource not found: Table: none not found"},
		{"wrong JSON type", "GetItem", `"Key":{"pk":"x"}`, "SerializationException: Key.pk: wrong type"},
		{"missing key", "GetItem", ``, v + "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null"},
		{"key of another name", "GetItem", `"Key":{"id":{"S":"x"}}`, v + "The provided key element does not match the schema"},
		{"key of another type", "GetItem", `"Key":{"pk":{"N":"1"}}`, v + "The provided key element does not match the schema"},
		{"more than the key", "DeleteItem", `"Key":{"pk":{"S":"x"},"a":{"N":"1"}}`, v + "The provided key element does not match the schema"},
		{"empty key value", "GetItem", `"Key":{"pk":{"S":""}}`, v + "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"},
		{"long hash key", "GetItem", `"Key":{"pk":{"S":"` + long + `"}}`, invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"item without key", "PutItem", `"Item":{"a":{"N":"1"}}`, invalid + "Missing the key pk in the item"},
		{"item with key of another type", "PutItem", `"Item":{"pk":{"N":"1"}}`, invalid + "Type mismatch for key pk expected: S actual: N"},
		{"bad number", "PutItem", `"Item":{"pk":{"S":"x"},"a":{"N":"b"}}`, v + "The parameter cannot be converted to a numeric value: b"},
		{"empty attribute name", "PutItem", `"Item":{"pk":{"S":"x"},"":{"S":"b"}}`, v + "Empty attribute name"},
		{"item too large", "PutItem", `"Item":{"pk":{"S":"x"},"v":{"S":"` + strings.Repeat("x", 400<<10-3) + `"}}`, v + "Item size has exceeded the maximum allowed size"},
		{"item too large after the update", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"S":"` + strings.Repeat("x", 400<<10-6) + `"}}`, v + "Item size to update has exceeded the maximum allowed size"},
		{"too deep", "PutItem", `"Item":{"pk":{"S":"x"},"v":` + nested(32) + `}`, v + "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
		{"too deep after the update", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":` + nested(32) + `}`, v + "Nesting Levels have exceeded supported limits"},
		{"update of the key", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"REMOVE pk"`, invalid + "Cannot update attribute pk. This attribute is part of the key"},
		{"path into the key", "GetItem", `"Key":{"pk":{"S":"x"}},"ProjectionExpression":"pk.a"`, v + "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"},
		{"names without expression", "GetItem", `"Key":{"pk":{"S":"x"}},"ExpressionAttributeNames":{"#a":"a"}`, v + "ExpressionAttributeNames can only be specified when using expressions"},
		{"values without expression", "UpdateItem", `"Key":{"pk":{"S":"x"}},"ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null"},
		{"values for a projection only", "Scan", `"ProjectionExpression":"a","ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"},
		{"empty expression", "PutItem", `"Item":{"pk":{"S":"x"}},"ConditionExpression":""`, v + "Invalid ConditionExpression: The expression can not be empty;"},
		{"overlapping paths", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET a = :a, a.b = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"},
		{"unused name", "PutItem", `"Item":{"pk":{"S":"x"}},"ConditionExpression":"attribute_exists(a)","ExpressionAttributeNames":{"#b":"b"}`, v + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}"},
		{"failed condition", "PutItem", `"Item":{"pk":{"S":"x"}},"ConditionExpression":"attribute_exists(b)"`, "ConditionalCheckFailedException: The conditional request failed"},
		{"failed update", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET b = c"`, v + "The provided expression refers to an attribute that does not exist in the item"},
		{"return values of a put", "PutItem", `"Item":{"pk":{"S":"x"}},"ReturnValues":"ALL_NEW"`, v + "ReturnValues can only be ALL_OLD or NONE"},
		{"unknown return values", "UpdateItem", `"Key":{"pk":{"S":"x"}},"ReturnValues":"SOME"`, v + "1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"},
		{"query without a condition", "Query", ``, v + "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"query without the hash key", "Query", `"TableName":"ranged","KeyConditionExpression":"sk = :a","ExpressionAttributeValues":{":a":{"N":"1"}}`, v + "Query condition missed key schema element: pk"},
		{"query of a range of hash keys", "Query", `"KeyConditionExpression":"pk > :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "Query key condition not supported"},
		{"query with another type", "Query", `"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"N":"1"}}`, invalid + "Condition parameter type does not match schema type"},
		{"query with three keys", "Query", `"KeyConditionExpression":"pk = :a AND b = :a AND c = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "Conditions can be of length 1 or 2 only"},
		{"query with a key in the filter", "Query", `"KeyConditionExpression":"pk = :a","FilterExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "Filter Expression can only contain non-primary key attributes: Primary key attribute: pk"},
		{"query from another partition", "Query", `"TableName":"ranged","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}},"ExclusiveStartKey":{"pk":{"S":"y"},"sk":{"N":"1"}}`, v + "The provided starting key is outside query boundaries based on provided conditions"},
		{"query from outside the range", "Query", `"TableName":"ranged","KeyConditionExpression":"pk = :a AND sk > :b","ExpressionAttributeValues":{":a":{"S":"x"},":b":{"N":"5"}},"ExclusiveStartKey":{"pk":{"S":"x"},"sk":{"N":"1"}}`, v + "The provided starting key does not match the range key predicate"},
		{"index", "Query", `"IndexName":"byname","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"x"}}`, v + "The table does not have the specified index: byname"},
		{"count with a projection", "Scan", `"Select":"COUNT","ProjectionExpression":"a"`, v + "Cannot specify the ProjectionExpression when choosing to get only the Count"},
		{"scan from a bad key", "Scan", `"ExclusiveStartKey":{"pk":{"N":"1"}}`, v + "The provided starting key is invalid: The provided key element does not match the schema"},
		{"segment without total", "Scan", `"Segment":0`, v + "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
		{"segment out of range", "Scan", `"Segment":1,"TotalSegments":1`, v + "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 1 is not less than TotalSegments: 1"},
		{"limit zero", "Scan", `"Limit":0`, v + "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := tt.body
			if !strings.Contains(body, `"TableName"`) {
				body = strings.TrimSuffix(`"TableName":"tab",`+body, ",")
			}
			if got := l.do(tt.operation, "{"+body+"}"); got != tt.want {
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
