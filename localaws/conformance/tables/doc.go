// Package tables holds the conformance cases of DynamoDB and DynamoDB Streams.
package tables
