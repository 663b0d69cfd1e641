// Package tables holds the conformance cases of DynamoDB and DynamoDB Streams, one
// concern per file.
//
// Each case creates its own table. AWS takes some seconds for one, so a run against AWS
// takes one to two hours and needs a longer -timeout of go test.
//
// Errors are compared by their codes. Messages are compared only if a client has
// nothing else to decide by.
package tables
