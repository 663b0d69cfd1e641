// Package conformance checks that localaws answers like AWS. It has one suite of cases,
// written against the SDK's clients. The suite runs against localaws and against
// independent software.
//
// The packages below hold the cases, one for each service: tables, queues, buses and
// patterns. Each runs
//
//   - always against localaws, in virtual time and without a network;
//   - against the peers that BOTPREFS_CONFORMANCE names (see package peers); `make
//     conformance` installs and names all of them;
//   - against any endpoint, if it names "endpoint". The SDK's own variables
//     AWS_ENDPOINT_URL_DYNAMODB, _DYNAMODB_STREAMS, _SQS and _EVENTBRIDGE, or
//     AWS_ENDPOINT_URL for all of them, say where;
//   - against AWS itself, if it names "aws" and the SDK finds credentials. The cases
//     create tables, queues and buses with names of their own, and remove them.
//
// If an implementation is known to answer differently, a Difference says so with the
// reason. The case still runs, and fails if the difference no longer exists.
package conformance
