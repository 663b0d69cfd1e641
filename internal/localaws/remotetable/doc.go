// Package remotetable keeps a table of the stack at another endpoint that has DynamoDB
// and its streams. It brings the records of its stream to the local cloud, as Lambda's
// pollers do on AWS.
//
// Delivery: every record of the stream reaches its mapping at least once, and the
// records of one item keep their order. Reading begins at the oldest record of the
// stream, so that writes of an earlier run that were not announced are announced now.
// Those that were announced are announced again, and subscribers ignore them by their
// revision. After a read that finds nothing it waits up to 200 ms.
//
// A read that finds nothing counts as the end of the stream. That is correct if a write
// shows in the stream at once, as in emulators. AWS may take a moment, and the pipeline
// may then seem idle too early. No record is lost by that.
//
// Duties of the caller: Follow must run for as long as the cloud is driven.
package remotetable
