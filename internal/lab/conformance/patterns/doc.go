// Package patterns is EventBridge's event patterns as a table: what each
// operator matches, what it does not, and what is refused. It follows AWS's
// page on comparison operators and the README of event-ruler, and goes where
// these end.
//
// It runs against internal/localaws/pattern itself and over the SDK (TestEventPattern);
// and against event-ruler, an endpoint and AWS where BOTPREFS_CONFORMANCE
// names these.
package patterns
