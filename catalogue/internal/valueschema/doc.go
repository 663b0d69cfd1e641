// Package valueschema judges values by JSON Schema 2020-12, in a function that starts
// cold. It reads schemas that catalogue/source has checked with a library, and so
// reports no faults of a schema in detail.
//
// It links nothing that a function does not link anyway, and does no work when a
// process starts. docs/decisions/0026-json-schema.md has the measurements.
//
// # What it reads
//
// It reads every keyword of JSON Schema 2020-12 that can refuse a value. A $ref leads
// to another part of the same schema, and never in a circle: so the time to judge a
// value is bounded by the size of the schema and of the value. Regular expressions are
// RE2, which takes linear time. Names of other resources ($id, $anchor, $dynamicRef)
// are not read. format and the content keywords refuse nothing.
//
// Numbers are compared by their exact decimal text, of any size.
package valueschema
