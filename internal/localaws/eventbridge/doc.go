// Package eventbridge is the classic Amazon EventBridge bus as a passive state machine.
// It has buses, rules with event patterns, targets, PutEvents, delivery with retries
// and dead-letter queues, and the wire operations with their error codes.
//
// Promises: an accepted event makes one Delivery for each target of each enabled rule
// that matches it at that moment. A Delivery stays pending until its target accepts it,
// its dead-letter queue accepts it, or it is dropped. A fact reports each of these
// ends. The text of `detail` is carried byte by byte.
//
// Archives are in memory, with at most 64 MiB of events each; beyond that the oldest
// are removed. A replay delivers events again unchanged, including id and time, with
// replay-name added. It goes minute by minute of their time, and within a minute in any
// order.
//
// Duties of the caller (the driver):
//
//   - Call from one goroutine at a time, with a clock that never goes back.
//   - Continue replays by ReplayEvents.
//   - Make the deliveries: Pending lists them with their due times, and Deliver
//     attempts one. The bus itself delivers once. A driver that wants duplicates or
//     another order makes them.
//
// Differences from AWS: an entry of PutEvents for a bus that does not exist fails with
// InvalidArgument. AWS accepts it, answers an event ID and loses the event; here the
// mistake must be noticed. A replay to a rule that does not exist is refused for the
// same reason. An archive stores and counts an event at once; AWS may take ten minutes
// and a day. The rule that AWS manages for an archive is not shown.
//
// A delivery to an API destination is an HTTP request, which a machine without
// goroutines cannot make. CallsDue returns it, and the driver reports the answer by
// Finish. The machine handles retries, their delays, the rate limit and dead letters.
// It also has two limits that AWS does not have. At most 100 calls to one destination
// are under way at a time; beyond that, deliveries wait, in no particular order. At
// most 64 MiB of events wait; beyond that, a new one becomes a dead letter at once.
//
// A delivery to a function ends when Lambda accepts the event; see lambda.AsyncQueue for
// what happens then.
//
// Left out, and refused by name: schedules, targets that are neither standard queues nor
// functions nor API destinations, versions and aliases of functions, connections with OAuth, permissions, global endpoints, partner
// events and encryption with own keys. API destinations come with the stack; there are
// no calls to create them.
package eventbridge
