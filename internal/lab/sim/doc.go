// Package sim tests the pipeline's own handlers with random histories over localaws. A
// seed decides what happens in a history:
//
//   - Requests fail before or after they took effect.
//   - Functions die between a write and its answer.
//   - Services accept only half of a batch.
//   - Messages arrive twice, late or in any order.
//   - Stream batches are retried and split.
//   - Clocks disagree. Some producers are seconds or minutes ahead.
//   - There are malformed messages, redrives, replays and erasures.
//   - Callers write over HTTP, several at once, and wait for what they wrote.
//   - Somebody deletes items in the table by hand.
//   - Profiles come near their limits, and many writers write one profile at once. That
//     costs much, so few histories have it.
//
// Package oracle checks each history against the guarantees of the design.
//
// The seed decides everything: the clock is virtual, each step has one source of
// randomness, and one thing runs at a time. A task (a function in flight, a publisher's
// call) is a coroutine that stops at every request. It uses the SDK's real clients, and
// localaws answers them over its real wire formats. A seed therefore gives the same
// history on any machine. Leaving out a step does not change the choices of the others,
// except for the ids that are drawn. That makes it possible to shrink a failure.
//
// Limits: localaws stands in for AWS (internal/lab/conformance compares it with other
// software). The goroutines within one handler are not interleaved: apply merges users
// one after the other here. Nobody deletes an item by hand while a consumer is at work,
// or within two minutes after a write: a new item's revision comes from the clock of the
// consumer that makes it.
package sim
