// Package pattern compiles and matches EventBridge event patterns with the semantics of
// AWS's event-ruler, the library that EventBridge itself runs.
//
// Formally: a pattern is an object whose leaves are arrays of tests. An event matches
// when, for every leaf path, some value of the event at that path passes some test of
// the array. `$or` expands a pattern into branches, and one whole branch must match. If
// the values of two paths are in arrays of objects, the matched values must be in the
// same elements of the arrays that they share (array consistency).
//
// Less formally, what surprises people:
//
//   - Only leaves count: {"exists": true} on an object or on an empty array is false,
//     and paths go through arrays as if these did not exist.
//   - Paths are joined with dots, so {"a.b": ...} and {"a": {"b": ...}} are the same.
//   - "anything-but" needs the field to exist, and passes for values of every other
//     type.
//   - Numbers compare by value (1, 1.0 and 1e0 are equal), but only those that a
//     float64 holds exactly in decimal; others match by their text alone. That is
//     event-ruler's behaviour. EventBridge's guide says that all match by their text.
//   - If one path has several lists of tests, the last one counts, and none is refused.
//   - A string test that is an IP address matches every spelling of it.
//
// Everything that event-ruler does not know is refused by name. Like EventBridge, the
// package limits a pattern to 2,048 characters and 1,000 branches, and its wildcards to
// a complexity of 10. internal/lab/conformance/differential/patterns declares the known
// differences between event-ruler and this package, with their reasons, and counts
// them. One more difference is not compared: event-ruler turns an escaped lone
// surrogate into a question mark.
//
// A Pattern is immutable and safe for concurrent use, and so is an Event.
package pattern
