// Package conformance is what every implementation of AWS has to answer alike:
// one suite of cases, written once against the SDK's clients, and run against
// localaws and against software that others wrote.
//
// The cases are in the packages below, one for each service: tables, queues,
// buses and patterns. Each runs
//
//   - always against localaws, in virtual time and without a network;
//   - against the peers that BOTPREFS_CONFORMANCE names (see package peers),
//     which `make conformance` installs and names all of;
//   - against any endpoint where it names "endpoint": the SDK's own
//     AWS_ENDPOINT_URL_DYNAMODB, _DYNAMODB_STREAMS, _SQS and _EVENTBRIDGE, or
//     AWS_ENDPOINT_URL for all of them, say where;
//   - against AWS itself where it names "aws" and the SDK finds credentials. The
//     cases make tables, queues and buses with names of their own, and remove
//     them.
//
// Where an implementation is known to answer differently, a Difference says so
// with the reason. The case runs all the same, and fails where the difference
// is no longer there.
package conformance
