// Package eventbridge is the classic Amazon EventBridge bus as a passive state
// machine: buses, rules with event patterns, targets, PutEvents, and delivery
// with retries and dead-letter queues, with the wire operations and their
// error codes.
//
// Promises: an accepted event makes one Delivery for each target of each
// enabled rule that matches it at that moment. A Delivery stays pending until
// its target took it, its dead-letter queue took it, or it is dropped, and
// each of these ends is told as a fact. The text of `detail` is carried byte
// by byte.
//
// Archives are in memory, at most 64 MiB of events each: beyond that the oldest
// go. A replay delivers events again as they were, id and time included, with
// replay-name beside them: minute by minute of their time, and within a minute
// in any order.
//
// Duties of the caller (the driver): one goroutine at a time; a clock that
// never goes back; to move replays on by ReplayEvents; and to make the
// deliveries: Pending lists them with the
// time at which each is due, Deliver attempts one. The bus itself delivers
// once; who wants duplicates or another order chooses so from outside.
//
// Known difference from AWS: an entry of PutEvents for a bus that does not
// exist fails with InvalidArgument. AWS takes it, answers an event ID and
// loses the event; here nobody is meant to overlook that. A replay to a rule
// that does not exist is refused for the same reason. An archive has an event,
// and counts it, at once; AWS asks for ten minutes for the one and a day for the
// other. The rule that AWS manages for an archive is not shown.
//
// A delivery to an API destination is an HTTP request, which a machine without
// goroutines cannot make: CallsDue hands it out, and the driver reports what was
// answered by Finish. Retries, their delays, the rate limit and the dead letters
// are the machine's. So are two bounds that AWS does not have: to one destination at
// most 100 calls are out at a time, in no particular order where more wait, and at
// most 64 MiB of events wait; beyond that a new one is a dead letter at once.
//
// Left out, and refused by name: schedules, targets that are neither standard
// queues nor API destinations, connections with OAuth,
// permissions, global endpoints, partner events and encryption with own keys.
// API destinations come with the stack; there are no calls to make them.
package eventbridge
