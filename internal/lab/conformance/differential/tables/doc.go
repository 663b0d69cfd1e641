// Package tables compares localaws with dynoxide on random requests to DynamoDB and its
// streams.
//
// A case puts a few random items into an empty table and then sends a few random
// requests. They are JSON texts, so that requests are included that no SDK would send.
// Most requests fit the items: an expression is drawn from the grammar over existing
// paths and values. Some are then spoilt in their tokens, placeholders, types or
// members.
//
// Both sides get the same requests. Compared are
//
//   - whether a request is accepted, the code of the error, and the whole answer:
//     attributes, items, counts, keys of pages, consumed capacity, the reasons of a
//     cancelled transaction;
//   - the items that a write names, after the write;
//   - the whole table at the end of the case, and its index where it has one;
//   - the stream's records of the case, in the order of each item.
//
// A known difference is declared with its reason (see differences). It excuses only
// what can be shown to follow from it:
//
//   - If only localaws refuses a request, a second reader of expressions, in this
//     package, looks for the mistake that the message names.
//   - If dynoxide fails because of the way a request is written, it gets the request
//     again, written differently.
//   - If dynoxide's answer has too much, the surplus must be exactly what the items of
//     the case explain.
//
// If one side carried out what the other refused, the case is over: its table and
// stream are not compared. Such cases are counted, and a full run fails if there are
// too many of them.
//
// What AWS leaves open is made equal first (see canonical): the order of sets, of a
// batch's answers, and of a scan. Messages of errors are not compared, because AWS does
// not promise them, its regions differ, and it changed many in 2026.
package tables
