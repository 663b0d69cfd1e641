// Package throughput measures how many changes a second one core applies, and
// who takes the time: the project's own share (from the text of the queue's
// messages to the UpdateItem request, and from its answer to the end), the SDK's
// (from the request to its bytes, and back), and what stores the profile.
//
// The floor beside it is encoding/json: what it takes to read the same texts into
// structs of the same shape, without one rule checked and nothing done with them.
//
// Everything runs on one core (GOMAXPROCS 1, collection of garbage included), in
// short rounds that take turns, and a ratio is the median of the rounds' ratios:
// whatever else the machine does meanwhile, it does to both sides. What the
// Lambda runtime does around the handler (package aws-lambda-go reads the event's
// own JSON) is left out of every row.
package throughput
