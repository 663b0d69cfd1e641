// Package dynamodb is DynamoDB and DynamoDB Streams as a passive state machine. It has
// tables with a hash key or a hash and a range key, global secondary indexes, all item
// operations with the whole expression language, batches, transactions, time to live
// and one stream per table.
//
// It behaves like DynamoDB wherever a client can see it. That includes error codes,
// limits, rounding of capacity units, number normalization, and the order of items and
// pages. The texts of errors are not DynamoDB's: it promises none, and changed many in
// 2026. There are three more differences. All reads are current, also eventually
// consistent ones, which only cost half. So an index has a write at once; DynamoDB's
// follows a moment later. Requests are never throttled. Tables, indexes and streams are
// active at once.
//
// These are refused by name: local secondary indexes, keys of several attributes in an
// index, legacy parameters (Expected, AttributeUpdates, KeyConditions, ...), PartiQL,
// backups on demand and global tables.
//
// Duties of the caller: serialize all calls, including the Calls that the wire decodes,
// and decide when items expire (ExpireBy). The machine does nothing without a call.
// Stored items are immutable, so callers must not change what the package returns.
package dynamodb

import "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"

// Item is an item: attribute names and values. Its JSON form is that of the
// wire.
type Item = value.Item

// Value is an attribute value. Its JSON form is that of the wire: {"S":"x"}.
type Value = value.Value
