package tables

import "strings"

const (
	unmet  = "ConditionalCheckFailedException: The conditional request failed"
	done   = `{}`
	oneKey = `"TableName":"@table@","Key":{"pk":{"S":"a"}}`
)

// deleteIf deletes under a condition, and update updates, in a table without a
// sort key.
func deleteIf(condition, rest string) string {
	return `DeleteItem {` + oneKey + `,"ConditionExpression":"` + condition + `"` + rest + `}`
}

func update(expression, rest string) string {
	return `UpdateItem {` + oneKey + `,"UpdateExpression":"` + expression + `"` + rest + `}`
}

// indexedShape is the shape of the table with an index.
const indexedShape = 5

const (
	constants = "DynamoDB checks the types"
	v1        = `,"ExpressionAttributeValues":{":v":{"N":"1"}}`
)

// samples are examples of all differences that are seen in an answer.
var samples = append(refusals, answers...)

var refusals = []sample{
	{
		reason: constants, shape: 1, request: deleteIf("begins_with(s, :v)", v1), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
		near: [][2]string{{`"N":"1"`, `"S":"1"`}, {"begins_with, operand", "size, operand"}, {"type: N", "type: L"}, {"begins_with(", "contains("}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("n < :v", `,"ExpressionAttributeValues":{":v":{"BOOL":true}}`), theirs: done,
		ours: "ValidationException: Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
		near: [][2]string{{"n <", "n ="}, {`"BOOL":true`, `"S":"x"`}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("begins_with(s, :v)", `,"ExpressionAttributeValues":{":v":{"N":"1","S":null}}`), theirs: unmet, // seed 32518
		ours: "ValidationException: Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
		near: [][2]string{{`"N":"1","S":null`, `"N":null,"S":"1"`}},
	},
	{
		reason: constants, shape: 1, request: update("ADD n :v", `,"ExpressionAttributeValues":{":v":{"S":"1"}}`), theirs: done,
		ours: "ValidationException: Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
		near: [][2]string{{`"S":"1"`, `"N":"1"`}, {"type: STRING", "type: LIST"}, {"ADD n :v", "SET n = :v"}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("attribute_type(n, :v)", `,"ExpressionAttributeValues":{":v":{"S":"X"}}`), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
		near: [][2]string{{`"X"`, `"N"`}, {"X", "N"}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("n = attribute_exists(s)", ""), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: attribute_exists",
		near: [][2]string{{"n = attribute_exists(s)", "attribute_exists(s) AND n = n"}, {"n = attribute_exists(s)", "n = size(s)"}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("foo(s)", ""), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: Invalid function name; function: foo",
		near: [][2]string{{"foo", "size"}, {"function: foo", "function: bar"}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("attribute_exists(s, n)", ""), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
		near: [][2]string{{"(s, n)", "(s)"}, {"operands: 2", "operands: 1"}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("attribute_exists(:v)", v1), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: Operator or function requires a document path; operator or function: attribute_exists",
		near: [][2]string{{"(:v)", "(v)"}},
	},
	{
		reason: constants, shape: 1, request: deleteIf("n IN (:v"+strings.Repeat(", :v", 100)+")", v1), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101",
		near: [][2]string{{", :v, :v)", ", :v)"}, {"101", "102"}},
	},
	{
		reason: "DynamoDB refuses an undefined or misspelt placeholder", shape: 1, request: deleteIf("n = :v", ""), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v",
		near: [][2]string{{`"ConditionExpression"`, `"ExpressionAttributeValues":{":v":{"N":"1"}},"ConditionExpression"`}, {"n = :v", "n = :w"}},
	},
	{
		reason: "DynamoDB refuses an undefined or misspelt placeholder", shape: 1, request: deleteIf("n = :v", `,"ExpressionAttributeValues":{":v":{"N":"1"},":a-b":{"N":"1"}}`), theirs: unmet,
		ours: `ValidationException: ExpressionAttributeValues contains invalid key: Syntax error; key: ":a-b"`,
		near: [][2]string{{":a-b", ":ab"}, {`key: ":a-b"`, `key: ":c-d"`}},
	},
	{
		reason: "DynamoDB refuses an undefined or misspelt placeholder", shape: 1, request: deleteIf("n = :v", `,"ExpressionAttributeValues":{":v":{"N":"x"}}`), theirs: unmet,
		ours: "ValidationException: ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v",
		near: [][2]string{{`"N":"x"`, `"N":"1"`}, {"key :v", "key :w"}},
	},
	{
		reason: "DynamoDB refuses a placeholder that no expression uses", shape: 1,
		request: `UpdateItem {` + oneKey + `,"ConditionExpression":"n = :v","ExpressionAttributeValues":{":v":{"N":"1"},":w":{"N":"1"}}}`, theirs: unmet,
		ours: "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
		near: [][2]string{{"n = :v", "n IN (:v, :w)"}, {"{:w}", "{:x}"}, {`"ConditionExpression"`, `"UpdateExpression":"REMOVE n","ConditionExpression"`}},
	},
	{
		reason: "DynamoDB refuses to compare a path with itself", shape: 1, request: deleteIf("l[1] = l [ 1 ]", ""), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [l, [1]]",
		near: [][2]string{{"l [ 1 ]", "l[2]"}, {"operator: =", "operator: <"}, {"l [ 1 ]", "size(l[1])"}},
	},
	{
		reason: "DynamoDB refuses bounds of BETWEEN", shape: 1, request: deleteIf("n BETWEEN :a AND :b", `,"ExpressionAttributeValues":{":a":{"N":"10"},":b":{"N":"9"}}`), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}",
		near: [][2]string{{`"N":"9"`, `"N":"1e1"`}, {"upper bound to be greater", "same data type for lower"}},
	},
	{
		reason: "DynamoDB refuses a path into a key attribute", shape: 1, request: deleteIf("pk.a = :v", v1), theirs: unmet,
		ours: "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk",
		near: [][2]string{{"pk.a", "pk"}, {"pk.a", "m.pk"}, {"Key: pk", "Key: sk"}},
	},
	{
		reason: "DynamoDB's limit of 32 levels", shape: 1, request: deleteIf("attribute_exists(l"+strings.Repeat("[0]", 32)+")", ""), theirs: unmet,
		ours: "ValidationException: Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 33",
		near: [][2]string{{"l[0]", "l"}, {"levels: 33", "levels: 34"}},
	},
	{
		reason: "DynamoDB refuses paths that overlap or conflict", shape: 1, request: update("SET m.a = :v REMOVE m[0]", v1), theirs: "ConditionalCheckFailedException: x",
		ours: "ValidationException: Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, [0]]",
		near: [][2]string{{"m[0]", "l[0]"}, {"two: [m, [0]]", "two: [l, [0]]"}},
	},
	{
		reason: "DynamoDB refuses an update of the key", shape: 1, request: update("SET pk = :v", v1), theirs: unmet,
		ours: "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
		near: [][2]string{{"SET pk", "SET n"}, {"attribute pk", "attribute sk"}, {"SET pk = :v", "SET n = pk"}},
	},
	{
		reason: "DynamoDB's regions differ on placeholders", shape: 1, request: `TransactWriteItems {"TransactItems":[{"Delete":{` + oneKey + v1 + `}}]}`, theirs: done,
		ours: "ValidationException: ExpressionAttributeValues can only be specified when using expressions",
		near: [][2]string{{v1, v1 + `,"ConditionExpression":"n = :v"`}, {"ExpressionAttributeValues can", "ExpressionAttributeNames can"}},
	},
	{
		reason: "DynamoDB's regions differ on a constant", shape: 1, theirs: "ValidationException: Nesting Levels have exceeded supported limits",
		request: `TransactWriteItems {"TransactItems":[{"Delete":{` + oneKey + `,"ConditionExpression":"n <> :v","ExpressionAttributeValues":{":v":` + text(nest(true, 32)) + `}}}]}`, ours: done,
		near: [][2]string{{`{"N":"1"}`, `{"L":[{"N":"1"}]}`}, {`{"L":[{"N":"1"}]}`, `{"N":"1"}`}, {`"ExpressionAttributeValues":{":v":`, `"Item":{"l":`}, {"Nesting Levels", "Other levels"}},
	},
	{
		reason: "DynamoDB refuses a malformed expression", shape: 1, request: `Scan {"TableName":"missing","FilterExpression":"n ="}`, theirs: "ResourceNotFoundException: Requested resource not found",
		ours:    `ValidationException: Invalid FilterExpression: Syntax error; token: "<EOF>", near: "="`,
		instead: `Scan {"TableName":"@table@","FilterExpression":"n ="}`,
		near:    [][2]string{{"missing", "@table@"}, {"ValidationException", "ConditionalCheckFailedException"}},
	},
	{
		reason: "which of two mistakes of a transaction", shape: 1,
		request: `TransactWriteItems {"TransactItems":[{"Delete":{` + oneKey + `}},{"Delete":{` + oneKey + `}},{"Delete":{"TableName":"@table@","Key":{"pk":{"N":"1"}}}}]}`,
		theirs:  "ValidationException: Transaction request cannot include multiple operations on one item",
		ours:    "TransactionCanceledException: The provided key element does not match the schema", what: anotherCode,
		near: [][2]string{{`"N":"1"`, `"S":"b"`}, {oneKey + `}},{"Delete":{` + oneKey, oneKey}},
	},
	{
		reason: "which of two mistakes of a transaction", shape: 1, // seed 100604
		request: `TransactWriteItems {"TransactItems":[{"Update":{"TableName":"@table@","Key":{},"UpdateExpression":"SET n -"}}]}`,
		theirs:  "TransactionCanceledException: The provided key element does not match the schema",
		ours:    `ValidationException: Invalid UpdateExpression: Syntax error; token: "-", near: "n -"`, what: anotherCode,
		near: [][2]string{{`"Key":{}`, `"Key":{"pk":{"S":"a"}}`}, {"does not match", "matches"}, {"Syntax error", "Another error"}},
	},
	{
		reason: "which of two mistakes of a transaction", shape: indexedShape,
		request: `TransactWriteItems {"TransactItems":[{"Delete":{"TableName":"@table@","Key":{"pk":{"S":"a"},"sk":{"N":"0"}}}},{"Put":{"TableName":"@table@","Item":{"pk":{"S":"a"},"sk":{"N":"0"},"s_2":{"SS":["a"]}}}}]}`,
		theirs:  "ValidationException: Transaction request cannot include multiple operations on one item",
		ours:    "TransactionCanceledException: Type mismatch for Index Key s_2 Expected: S Actual: SS IndexName: idx", what: anotherCode,
		near: [][2]string{{`"s_2":{"SS":["a"]}`, `"s_2":{"S":"a"}`}, {`{"pk":{"S":"a"},"sk":{"N":"0"}}`, `{"pk":{"S":"a"},"sk":{"N":"1"}}`}},
	},
	{
		reason: "DynamoDB refuses a path into a key attribute", shape: indexedShape, theirs: unmet,
		request: `DeleteItem {"TableName":"@table@","Key":{"pk":{"S":"a"},"sk":{"N":"0"}},"ConditionExpression":"n2.a = :v"` + v1 + `}`,
		ours:    "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: n2",
		near:    [][2]string{{"n2.a", "n2"}, {"n2.a", "m.n2"}, {"IndexKey: n2", "IndexKey: n"}},
	},
	{
		reason: "DynamoDB refuses redundant parentheses in every", shape: 1, request: update("SET n = ((:v))", v1), theirs: unmet,
		ours: "ValidationException: Invalid UpdateExpression: The expression has redundant parentheses;",
		near: [][2]string{{"((:v))", "(:v)"}},
	},
	{
		reason: "a name that begins with an underscore", shape: 1, request: update("REMOVE _u", ""), theirs: done,
		ours: `ValidationException: Invalid UpdateExpression: Syntax error; token: "_", near: "REMOVE _u"`,
		near: [][2]string{{"REMOVE _u\"", "REMOVE u\""}, {"UpdateExpression\":\"REMOVE _u", "UpdateExpression\":\"REMOVE x_u"}},
	},
	{
		reason: "DynamoDB refuses an empty or overlong key", shape: 1, theirs: `{"pages":[{"Count":0}]}`,
		request: `Query {"TableName":"@table@","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":""}}}`,
		ours:    "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
		near:    [][2]string{{`"S":""`, `"S":"a"`}},
	},
}

const twoDeletes = `BatchWriteItem {"RequestItems":{"@table@":[{"DeleteRequest":{"Key":{"pk":{"N":"0"},"sk":{"S":"a"}}}},{"DeleteRequest":{"Key":{"pk":{"N":"-0"},"sk":{"S":"a"}}}}]}}`

var answers = []sample{
	{
		reason: "DynamoDB takes parentheses around an operand", shape: 1, request: update("SET n = (:v) - (n)", v1+`,"ConditionExpression":"size(s) = :v AND (n = :v)"`),
		instead: update("SET n = :v - n", v1+`,"ConditionExpression":"size(s) = :v AND (n = :v)"`), ours: unmet,
		theirs: `ValidationException: Invalid UpdateExpression: Syntax error; token: "(", near: "= (:v"`,
		near:   [][2]string{{`token: "("`, `token: "n"`}, {"SET n = (:v) - (n)", "SET n = :v - n"}},
	},
	{
		reason: "the parentheses of IN and of a function", shape: 1, request: deleteIf("n IN ((:v))", v1), ours: unmet,
		instead: deleteIf("n IN ( :v )", v1), theirs: "ValidationException: Invalid ConditionExpression: The expression has redundant parentheses;",
		near: [][2]string{{"redundant", "other"}, {"((:v))", "(:v)"}},
	},
	{
		reason: "numbers are compared by value", shape: 2, request: twoDeletes, instead: strings.Replace(twoDeletes, "-0", "0", 1), theirs: `{"UnprocessedItems":{}}`,
		ours: "ValidationException: Provided list of item keys contains duplicates",
		near: [][2]string{{`"-0"`, `"-1"`}, {"contains duplicates", "is too long"}},
	},
	{
		reason: "DynamoDB skips white space", shape: 1, request: deleteIf("attribute_exists(l[ 0 ])", ""), instead: deleteIf("attribute_exists(l[0 ])", ""), ours: unmet,
		theirs: `ValidationException: Invalid ConditionExpression: Syntax error; token: "0", near: "[ 0"`,
		near:   [][2]string{{"[ 0", "[0"}},
	},
	{
		reason: "ALL_OLD of an item", shape: 1, request: update("SET n = :v", v1+`,"ReturnValues":"ALL_OLD"`), ours: done, theirs: `{"Attributes":{"pk":{"S":"a"}}}`,
		near: [][2]string{{`{"Attributes":{"pk":{"S":"a"}}}`, `{"Attributes":{"pk":{"S":"b"}}}`}, {`{"Attributes":{`, `{"Attributes":{"n":{"N":"1"},`}, {"ALL_OLD", "ALL_NEW"}},
	},
	{
		reason: "UPDATED_OLD and UPDATED_NEW", shape: 1, request: update("SET l[1] = :v, m.a = :v", v1+`,"ReturnValues":"UPDATED_NEW"`),
		before: `{"pk":{"S":"a"},"l":{"L":[{"N":"5"},{"N":"6"}]},"m":{"M":{}}}`,
		after:  `{"pk":{"S":"a"},"l":{"L":[{"N":"5"},{"N":"1"}]},"m":{"M":{"a":{"N":"1"}}}}`,
		ours:   `{"Attributes":{"l":{"L":[{"N":"1"}]},"m":{"M":{"a":{"N":"1"}}}}}`,
		theirs: `{"Attributes":{"l":{"L":[{"N":"5"},{"N":"1"}]},"m":{"M":{"a":{"N":"1"}}}}}`,
		near: [][2]string{
			{`{"Attributes":{"l":{"L":[{"N":"1"}]}`, `{"Attributes":{"l":{"L":[{"N":"5"}]}`}, // another element of ours
			{`{"Attributes":{"l":{"L":[{"N":"5"},`, `{"Attributes":{"l":{"L":[{"N":"6"},`},   // not the whole of theirs
			{`"m":{"M":{"a":{"N":"1"}}}}}`, `"m":{"M":{"a":{"N":"2"}}}}}`},
			{`{"Attributes":{"l":{"L":[{"N":"1"}]},`, `{"Attributes":{`},
			{"UPDATED_NEW", "ALL_NEW"},
		},
	},
	{
		reason: "an exclusive start key is exclusive", shape: 1, before: `{"pk":{"S":"a"}}`,
		request: `Query {"TableName":"@table@","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"S":"a"}},"Limit":1}`,
		ours:    `{"pages":[{"Items":[{"pk":{"S":"a"}}],"Count":1,"ScannedCount":1}]}`,
		theirs: `{"pages":[{"Items":[{"pk":{"S":"a"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"a"}}},` +
			`{"Items":[{"pk":{"S":"a"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"a"}}}]}`,
		near: [][2]string{
			{`{"pages":[{"Items":[{"pk":{"S":"a"}}],"Count":1,"ScannedCount":1}]}`, `{"pages":[{"Items":[],"Count":0,"ScannedCount":0}]}`},
			{`,"Limit":1`, ``},
			{`},{"Items":[{"pk":{"S":"a"}}]`, `},{"Items":[{"pk":{"S":"b"}}]`},
		},
	},
	{
		reason: "a projection gives the attributes", shape: 1, before: `{"pk":{"S":"a"},"n":{"N":"1"}}`, request: `TransactGetItems {"TransactItems":[{"Get":{` + oneKey + `,"ProjectionExpression":"n"}}]}`,
		ours: `{"Responses":[{"Item":{"n":{"N":"1"}}}]}`, theirs: `{"Responses":[{"Item":{"n":{"N":"1"},"pk":{"S":"a"}}}]}`,
		near: [][2]string{{`"pk":{"S":"a"}}}]}`, `"pk":{"S":"b"}}}]}`}, {`"ProjectionExpression":"n"`, `"X":1`}, {`[{"Item":{"n":{"N":"1"}}}]`, `[{"Item":{"n":{"N":"2"}}}]`},
			{`[{"Item":{"n":{"N":"1"}}}]`, `[{"Item":{"n":{"N":"1"},"pk":{"S":"b"}}}]`}},
	},
	{
		reason: "nothing can be taken from an item", shape: 1, request: update("REMOVE m.a", ""), ours: done, what: oneRefuses,
		theirs: "ValidationException: The document path provided in the update expression is invalid for update",
		near:   [][2]string{{"REMOVE m.a", "SET m.a = n"}, {"document path", "data type"}},
	},
	{
		reason: "a cancelled transaction names only the first", shape: 1, what: anotherAnswer,
		request: `TransactWriteItems {"TransactItems":[{"Delete":{"TableName":"@table@","Key":{"n":{"N":"1"}}}},{"Delete":{"TableName":"@table@","Key":{}}}]}`,
		ours:    `{"CancellationReasons":[{"Code":"ValidationError"},{"Code":"None"}]}`,
		theirs:  `{"CancellationReasons":[{"Code":"ValidationError"},{"Code":"ValidationError"}]}`,
		near: [][2]string{
			{`{"Code":"ValidationError"},{"Code":"ValidationError"}`, `{"Code":"None"},{"Code":"ValidationError"}`}, {`{"Code":"ValidationError"},{"Code":"None"}`, `{"Code":"None"},{"Code":"None"}`},
			{`"Key":{"n":{"N":"1"}}}},{"Delete":{"TableName":"@table@","Key":{}}}`, `"Key":{"pk":{"S":"a"}}}}`},
		},
	},
	{
		reason: "removing from an item that is not there", shape: 1, what: ghost, request: update("REMOVE n", ""), ours: done, theirs: done,
		near: [][2]string{{ghost, anotherItem}},
	},
}
