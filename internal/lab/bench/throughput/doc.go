// Package throughput measures how many changes a second one core applies, and which
// part of the code takes the time. The parts are:
//
//   - this project's own share, from the text of the queue's messages to the UpdateItem
//     request; reading the profile in the answer is measured separately
//   - the SDK's share, from the request to its bytes, and back
//   - the database that stores the profile
//
// The floor that they are compared with is encoding/json: it reads the same texts into
// structs of the same shape, and does nothing else.
//
// Times are processor time of this process, on one core (GOMAXPROCS 1), including
// garbage collection. Other load on the machine therefore matters little. The shares
// and the floor process the same batches in short rounds and take turns. A ratio is the
// median of the rounds' ratios. The handlers that store run in later rounds, so that
// the tables do not burden the garbage collection of the shares. In those rounds the
// floor runs again, and the handlers' ratios compare with that floor.
//
// For a DynamoDB in another process, such as dynoxide (see Options.WithPeer), only time
// and allocations of this process count. The tables of localaws are in this process, so
// allocations cannot be separated there.
//
// No row includes what the Lambda runtime does around the handler, such as
// aws-lambda-go reading the event's JSON.
package throughput
