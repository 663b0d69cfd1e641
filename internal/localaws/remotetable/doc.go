// Package remotetable keeps a table of the stack at another endpoint that speaks
// DynamoDB and its streams, and brings the records of its stream to the local
// cloud, as Lambda's pollers do on AWS.
//
// Delivery: every record of the stream reaches its mapping at least once, the
// records of one item in their order. Reading begins at the oldest record that
// the stream has, so that what an earlier run wrote and did not announce is
// announced now; what it did announce is announced again, which subscribers drop
// by its revision. Between reads that find nothing it waits up to 200 ms.
//
// A read that finds nothing is taken for the end of the stream. That holds where
// a write shows in the stream at once, as in emulators; AWS may take a moment, and
// then the pipeline may seem at rest before it is. No record is lost by that.
//
// Duties of the caller: Follow must run for as long as the cloud is driven.
package remotetable
