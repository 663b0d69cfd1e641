// Package producers is the way into the pipeline for bots written in Go: a
// [Publisher] publishes what a bot learned. It imports no SDK client: a [Route]
// carries the events, eventbus.Bus or queue.Queue. The folders below are the
// Lambda functions behind the writing routes of the HTTP API.
//
// # Delivery
//
// Publish returns after the route has answered for every change, and reports on
// each by itself. A change reported as accepted is delivered at least once; one
// reported as Uncertain is delivered at least once or not at all. The profile
// follows later, usually within a second.
//
// A process that publishes for many users at a time wraps the queue's route in
// [Linger]: ten changes in one request cost a tenth of ten requests.
//
// # Order
//
// Changes count in the order of their ids, however they travel. A Publisher
// gives ids in the order of the arguments, each greater than all that it gave
// or observed before. Retries and packing may carry a later argument before an
// earlier one; the profile ends the same.
//
// # Duties of the caller
//
//   - Send a change again as it was, with the id from its [Result]. One id names
//     one change: the same change under a new id counts as another, later one.
//   - After reading a profile, [Publisher.Observe] its as_of, so that what is
//     said next counts as later than what was seen, even where a clock is behind.
//   - Use one Publisher (or one events.Clock) per process and source.
//
// Less formally: publish; where that fails, publish the same again until it
// does not, or until an *events.Refusal or the outcome Rejected says that it
// never will.
package producers
