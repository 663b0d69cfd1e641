// Package tables compares localaws with dynoxide on random requests to DynamoDB
// and its streams.
//
// A case lays a few random items into an empty table and then sends it a few
// random requests, as JSON over the wire, so that also what no SDK would send is
// sent. Most requests are made to fit the items: an expression is drawn from
// the grammar over the paths and values that are there. Some are then spoilt:
// in their tokens, their placeholders, their types or their members.
//
// Both sides get the same requests. Compared are
//
//   - whether a request is accepted, the code of the error, and everything that
//     is answered: attributes, items, counts, keys of pages, consumed capacity,
//     the reasons of a cancelled transaction;
//   - the items that a write names, after it;
//   - the whole table at the end of the case;
//   - the stream's records of the case, in the order of each item.
//
// A known difference is declared with its reason (see differences), and excuses
// only what is shown to come of it: where localaws alone refuses a request, the
// mistake that its message names is looked up in the request once more, by a
// reader of expressions of this package's own; where dynoxide fails on the way a
// request is written, it is asked again in another way; where it says more than
// it should, that must be just what the items of the case make of it. A case in
// which one side carried out what the other refused is over: its table and
// stream are not compared. Such cases are counted, and a full run fails where
// there are too many of them.
//
// What AWS leaves open is made alike first (see canonical): the order of sets, of
// a batch's answers, and of a scan. Messages of errors are compared and counted,
// and the most frequent pairs are shown, but they decide nothing: AWS does not
// promise them, and its regions differ.
package tables
