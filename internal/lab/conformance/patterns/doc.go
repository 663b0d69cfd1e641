// Package patterns describes EventBridge's event patterns as a table: what each
// operator matches, what it does not match, and what is refused. It follows AWS's page
// on comparison operators and the README of event-ruler, and covers more cases than
// they do.
//
// It runs against internal/localaws/pattern itself and over the SDK (TestEventPattern).
// It also runs against event-ruler, an endpoint and AWS if BOTPREFS_CONFORMANCE names
// them.
package patterns
