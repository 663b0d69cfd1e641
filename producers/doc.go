// Package producers is the way into the pipeline for bots written in Go: a
// [Publisher] publishes what a bot learned. It imports no SDK client: a [Route]
// carries the events, eventbus.Bus or queue.Queue. The folders below are the
// Lambda functions behind the writing routes of the HTTP API.
//
// # Delivery
//
// [Publisher.PublishOne] publishes one change. It tries again by itself, always with
// the same id, until the change is accepted, another try cannot help, or its time is
// over. [Publisher.Publish] offers many changes once and reports on each by itself. The
// route retries for a moment in either.
//
// A change reported as accepted is delivered at least once; one reported as Uncertain
// is delivered at least once or not at all. The profile follows later, usually within
// a second.
//
// A process that publishes for many users at a time wraps the queue's route in
// [Linger]: ten changes in one request cost a tenth of ten requests.
//
// # Time
//
// No call waits for ever, with context.Background() either. PublishOne ends after
// [DefaultTimeout] where its context has no deadline. A Publish without one ends by its
// route: eventbus.Bus and queue.Queue wait 10 s for an answer and then give up the rest.
// The clients of package awsconfig's configuration wait less, and so leave time to try
// again.
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
//   - Decide by events.Retryable(err). Where it is true, keep the change and send it
//     again later as it was, with the id that PublishOne returned or its [Result] has.
//     One id names one change: the same change under a new id counts as another, later
//     one. Where it is false, mend the change or the program.
//   - Store a change that must outlive the process before it is published, with an id
//     from events.Clock.
//   - After reading a profile, [Publisher.Observe] its as_of, so that what is
//     said next counts as later than what was seen, even where a clock is behind.
//   - Use one Publisher (or one events.Clock) per process and source.
//
// Less formally: PublishOne. Where it fails and events.Retryable says so, set the
// change's ID to what it returned, and PublishOne again.
package producers
