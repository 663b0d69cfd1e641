// Package pattern compiles and matches EventBridge event patterns with the
// semantics of AWS's event-ruler, the library that EventBridge itself runs.
//
// Formally: a pattern is an object whose leaves are arrays of tests; an event
// matches when, for every leaf path, some value of the event at that path
// passes some test of the array. `$or` multiplies a pattern into branches, of
// which one has to match whole. Where the values of two paths lie in arrays of
// objects, the matched ones must lie in the same elements of the arrays that
// they share (array consistency).
//
// Less formally, what surprises people:
//
//   - only leaves count: {"exists": true} on an object or on an empty array is
//     false, and paths reach through arrays as if these were not there;
//   - paths are joined with dots, so {"a.b": ...} and {"a": {"b": ...}} are one;
//   - "anything-but" needs the field to exist, and passes for values of every
//     other type;
//   - numbers compare by value (1, 1.0 and 1e0 are equal), but only those that
//     a float64 holds exactly in decimal; others match by their text alone. So
//     event-ruler does; EventBridge's guide says that all match by their text;
//   - of several lists of tests for one path the last counts, and none is refused;
//   - a string test that is an IP address matches every spelling of it.
//
// Everything that event-ruler does not know is refused by name. Beyond it, as
// EventBridge does, a pattern has at most 2,048 characters and 1,000 branches,
// and its wildcards a complexity of at most 10. Where the two are known to
// differ, and why, is declared and counted in
// internal/lab/conformance/differential/patterns. Not imitated, and not compared,
// is one thing more: event-ruler makes a question mark of an escaped lone
// surrogate.
//
// A Pattern is immutable and safe for concurrent use, and so is an Event.
package pattern
