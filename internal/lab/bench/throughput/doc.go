// Package throughput measures how many changes a second one core applies, and
// who takes the time: the project's own share (from the text of the queue's
// messages to the UpdateItem request; what it takes to read the answer's profile
// is told apart), the SDK's (from the request to its bytes, and back), and what
// stores the profile.
//
// The floor beside it is encoding/json: what it takes to read the same texts into
// structs of the same shape, without one rule checked and nothing done with them.
//
// Times are the processor's for this process, on one core (GOMAXPROCS 1), with
// the collection of garbage: what else the machine does counts as little as can
// be. The shares and the floor do the same batches in short rounds that take
// turns, and a ratio is the median of the rounds' ratios. Handlers that store have
// rounds after them, so that no table lies in the memory that the shares collect.
// The floor takes turns with them again, and their ratios are to that floor.
//
// Of a DynamoDB in another process, as dynoxide is (see Options.WithPeer), only
// this side's time counts, and what is allocated on this side is counted, too. The
// tables of localaws are in this process: allocations there are not told apart.
//
// What the Lambda runtime does around the handler (package aws-lambda-go reads
// the event's own JSON) is left out of every row.
package throughput
