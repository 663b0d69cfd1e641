// Package dynamodb is DynamoDB and DynamoDB Streams as a passive state machine:
// tables with a hash key or a hash and a range key, all item operations with
// the whole expression language, batches, transactions, time to live and one
// stream per table.
//
// It keeps to DynamoDB where a client can see it: error codes and messages and
// the order of the checks, limits, rounding of capacity units, number
// normalization, order of items and pages. Reads are always up to date, also
// eventually consistent ones, which only cost half. Requests are never
// throttled and tables are active at once. Indexes, legacy parameters
// (Expected, AttributeUpdates, KeyConditions, ...), PartiQL, backups and global
// tables are refused by name.
//
// The machine does nothing on its own. The caller serializes all calls, also of
// the Calls that the wire decodes, and decides when items expire (ExpireBy).
// Stored items are immutable: what the package hands out stays as it is and
// must not be changed by others.
package dynamodb

import "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"

// Item is an item: attribute names and values. Its JSON form is that of the
// wire.
type Item = value.Item

// Value is an attribute value. Its JSON form is that of the wire: {"S":"x"}.
type Value = value.Value
