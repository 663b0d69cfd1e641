package tables_test

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// The sources for AWS's behaviour. Both projects run their tests against AWS: dynalite
// (https://github.com/architect/dynalite, test) and Alternator
// (https://github.com/scylladb/scylladb, test/alternator).
const (
	byUnchanged = "DynamoDB writes no stream record for a write that changes nothing, its developer guide says (Streams); dynoxide writes one"
	byOperand   = "DynamoDB refuses such operands before it looks for an item, by dynalite's tests of scan, query and delete; dynoxide does not, or only beside some operations"
	byKeyPath   = "DynamoDB takes no paths into key attributes, by dynalite's tests of getItem, updateItem and query; dynoxide checks few"
	byElement   = "DynamoDB returns the element alone, by Alternator's test_returnvalues; dynoxide returns the whole list"
	byView      = "CreateTable's documentation names four view types, and requires one where the stream is enabled; dynoxide takes anything"
)

// differences lists the known different answers of implementations.
var differences = slices.Concat(
	differ("aws", "AWS deletes some ten minutes after an item has expired, says Alternator's test_ttl; the case waits for less", expired...),
	differ("dynoxide", "DynamoDB deletes expired items by itself; dynoxide's server sweeps when told to, by its own interface", expired...),
	differ("dynoxide", "streams stay readable for 24 hours after they end, by the developer guide (Streams) and Alternator's test_streams; dynoxide's are gone at once",
		"stream/is readable after it is disabled", "stream/without a record has an end too", "stream/is readable after its table is deleted",
		"stream/enabled again is another", "arn/of a stream is where the next page of streams begins"),
	differ("dynoxide", "DynamoDB's codes depend on the part of an ARN that is wrong, by the sources of the cases; dynoxide knows fewer of them",
		"arn/that is wrong is refused as a table's name", "arn/that is wrong is refused by the tag operations",
		"arn/that is wrong is refused as a stream's", "arn/of a stream with a wrong shard is refused", "arn/of a stream with a short shard is refused"),
	differ("dynoxide", "it has no operations of continuous backups",
		"protection/is off unless asked for", "protection/by recovery to a point in time", "protection/of a table that does not exist is refused"),
	differ("dynoxide", "Alternator's test_tag has DynamoDB's rules; dynoxide checks lengths in bytes, and less where a table is made",
		"tags/may be long, foreign and empty", "tags/that are bad are refused for a table", "tags/that are bad are refused for a new table"),
	differ("dynoxide", "Alternator's test_ttl has DynamoDB's checks; dynoxide takes any setting", "expiry/refuses settings that do not fit"),
	differ("dynoxide", "nothing can be taken from a missing item, whatever the path, by Alternator's test_update_expression; dynoxide refuses paths, and makes an item otherwise",
		"missing item/REMOVE x", "missing item/REMOVE x.y", "missing item/REMOVE x[0]", "missing item/REMOVE x.y, x.z, w[3].v", "missing item/DELETE s :s",
		"missing item/REMOVE x.y in a transaction"),
	differ("dynoxide", "requests are checked before items, and only the first that fails is named, by Alternator's test_transact; dynoxide names all",
		"transaction/names only the first key that does not fit"),
	differ("dynoxide", "Alternator's test_limits and the developer guide have the limits; dynoxide does not",
		"limit/a name of 65,535 bytes in an expression", "limit/a placeholder of 255 bytes"),
	differ("dynoxide", byUnchanged,
		"record/none of a put of the same item", "record/none of a put in another notation", "record/none of an update without an expression",
		"record/none of an update to the same values", "record/none of a removal of nothing", "record/none of adding what a set has",
		"record/none of adding zero", "record/none of taking what a set has not", "record/none of a removal from a missing item",
	),
	differ("dynoxide", byOperand,
		"condition/attribute_type of an unknown name", "condition/< of a set", "condition/< of a boolean", "condition/BETWEEN bounds of two types",
		"condition/BETWEEN bounds the wrong way round", "condition/an attribute with itself", "condition/an unused value",
	),
	differ("dynoxide", byKeyPath, "condition/the key as a map", "projection/a key attribute as a map", "index key/is a scalar in every expression"),
	differ("dynoxide", byElement,
		"return values/UPDATED_NEW of an element", "return values/UPDATED_OLD of an element and of none",
		"return values/UPDATED_NEW of what moved to a removed element's place", "return values/UPDATED_NEW of an element beyond the end",
	),
	differ("dynoxide", byView, "create table/refuses an unknown view", "create table/refuses a stream without a view"),
	differ("dynoxide", "the SDK's documentation takes a table's ARN for TableName; dynoxide takes names alone",
		"put/takes the table's ARN for its name", "table/is described by its ARN"),
	differ("dynoxide", "DynamoDB refuses paths that conflict in a projection, by dynalite's test of getItem; dynoxide does so in updates alone",
		"projection/conflicting paths"),
	differ("dynoxide", "numbers in a set are compared by value, as its own answer to a put of 1 and 1.0 shows; it refuses the union of {1} and {1.0, 2} as if the request had duplicates",
		"update/ADD adds to a set of numbers by their value"),
	differ("dynoxide", "an update that only removes makes no item, by Alternator's test_item and test_returnvalues; dynoxide makes one of the key alone",
		"update/makes no item by removing from nothing"),
	differ("dynoxide", "there is no old item to return, by Alternator's test_returnvalues; dynoxide returns the key",
		"return values/ALL_OLD of a new item"),
	differ("dynoxide", "an update of the key is a mistake of the request, whatever the item is like; dynoxide looks at the condition first, and in a transaction not at the key at all",
		"condition failure/comes after what the request gets wrong", "transaction/refuses an update of the key"),
	differ("dynoxide", "the developer guide's limits: 100 operands of IN, 300 operators (refused by AWS, says Alternator's test_limits), names of 65,535 bytes, of keys 255, by test_limits too; dynoxide has none of these",
		"limit/100 operands of IN", "limit/300 operators", "limit/a name of 65,535 bytes", "create table/refuses a key's name of 256 bytes"),
	differ("dynoxide", "a projection gives the attributes that it names, for TransactGetItems as for GetItem; dynoxide adds the key",
		"transaction/reads projected"),
	differ("dynoxide", "the SDK's documentation of UpdateTable: a ValidationException for a second stream, and for none to disable; dynoxide does nothing",
		"table/gets a stream and loses it"),
	differ("dynoxide", "the SDK's documentation of StreamDescription has the key schema; dynoxide leaves it out", "stream/describes the key"),
	differ("dynoxide", "a shard with an ending sequence number is closed, says the SDK's documentation of DescribeStream; dynoxide's goes on", "stream/has open shards"),
	differ("dynoxide", "AT_TIMESTAMP is of October 2026; dynoxide 3.2.0 does not know it", "stream/is read from a time on"),
	differ("dynoxide", "its own documentation (compatibility-summary.md): one shard per stream, whose id is not looked at", "stream/refuses a shard that does not exist"),
	differ("dynoxide", "the SDK's documentation of GetRecords has an upper limit of 1000, and DynamoDB refuses what exceeds a limit of the request; dynoxide lowers it", "stream/refuses more than 1,000 records"),
	differ("dynoxide", "its own source (get_records.rs): the size is about that of the JSON", "record/says its size"),
	differ("dynoxide", "AWS answers so to a projection of what a global index lacks, by https://github.com/localstack/localstack/issues/478; dynoxide does so for PartiQL alone",
		"index select/refuses an attribute that is not projected"),
	differ("dynoxide", "AWS refuses such a filter where the read has the index's key, says dynoxide's own partiql/executor.rs; for Query it does not",
		"index select/refuses to filter a query by an attribute that is not projected"),
	differ("dynoxide", "2,048 and 1,024 bytes are the limits of an index's keys too, by Alternator's test_gsi (test_gsi_limit_*) and test_gsi_updatetable; dynoxide has none",
		"index key/of another kind is refused in a put", "index key/of another kind is refused in an update", "index key/of another kind is refused in a batch",
		"index key/as a range key has 1,024 bytes",
	),
	differ("dynoxide", "a new index leaves out what cannot be its key, by Alternator's test_gsi_updatetable (test_gsi_backfill*); dynoxide takes other types, empty and long keys",
		"index update/makes an index of what there is", "index update/makes a range key of what there is"),
	differ("dynoxide", "the API reference's limits of NonKeyAttributes (20 names of 1 to 255 characters, 100 for all indexes), and no name twice by Alternator's test_gsi; dynoxide has none of these",
		"index table/refuses INCLUDE of one attribute twice", "index table/refuses INCLUDE of 21 attributes",
		"index table/refuses INCLUDE of an attribute without a name", "index table/refuses INCLUDE of 101 attributes in all indexes",
	),
	differ("dynoxide", "a provisioned table's indexes have throughput of their own, others none (https://github.com/aws-amplify/amplify-cli/issues/1714, https://github.com/go-to-k/cdkd/issues/1588); dynoxide does not look at it in all requests",
		"index table/refuses provisioned billing without an index's units", "index update/refuses provisioned billing without an index's units",
		"index update/refuses throughput without provisioned billing", "index update/changes an index's throughput",
	),
	differ("dynoxide", "one update does one thing, and one request makes or removes one index, by Alternator's test_gsi_updatetable (test_gsi_updatetable_errors); dynoxide takes up to five",
		"index update/refuses two things in one update", "index update/refuses two new indexes at once",
		"index update/refuses two removals at once", "index update/refuses a new index and a removal at once",
	),
	differ("dynoxide", "an attribute has one type in all indexes, by Alternator's test_gsi_updatetable (test_gsi_key_type_conflict_on_update); dynoxide ignores the new type",
		"index update/refuses another type of a key"),
)

var expired = []string{"expiry/deletes what has expired, and nothing else", "expiry/by a range key", "expiry/is told in the stream"}

// differ declares that an implementation fails cases for one reason.
func differ(implementation, reason string, cases ...string) []conformance.Difference {
	var list []conformance.Difference
	for _, c := range cases {
		list = append(list, conformance.Difference{Implementation: implementation, Case: c, Reason: reason})
	}
	return list
}
