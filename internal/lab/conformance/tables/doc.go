// Package tables holds the conformance cases of DynamoDB and DynamoDB Streams:
// what localaws has to do as AWS does, one concern per file.
//
// Each case makes its own table. AWS takes some seconds for one, so a run
// against it takes one to two hours and needs go test's -timeout.
//
// Errors are compared by their codes. Messages are compared only where a client
// has nothing else to go by.
package tables
