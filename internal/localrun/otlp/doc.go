// Package otlp exports spans over OTLP/HTTP with JSON, the protocol of
// OpenTelemetry's collectors. It is written by hand: OpenTelemetry's SDK would add
// 5 MB to the command line.
//
// An [Exporter] never blocks the code that it is given spans by, and its memory is
// bounded. If the collector does not answer, it says so once, keeps as many spans as
// fit, and tries until it answers.
//
// The JSON follows the mapping of the specification: trace and span ids are
// hexadecimal, 64-bit integers are strings, enums are numbers.
//
// Specification: https://opentelemetry.io/docs/specs/otlp/
package otlp
