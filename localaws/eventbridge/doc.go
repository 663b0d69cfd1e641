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
// Duties of the caller (the driver): one goroutine at a time; a clock that
// never goes back; and to make the deliveries: Pending lists them with the
// time at which each is due, Deliver attempts one. The bus itself delivers
// once; who wants duplicates or another order chooses so from outside.
//
// Known difference from AWS: an entry of PutEvents for a bus that does not
// exist fails with InvalidArgument. AWS takes it, answers an event ID and
// loses the event; here nobody is meant to overlook that.
//
// A delivery to an API destination is an HTTP request, which a machine without
// goroutines cannot make: CallsDue hands it out, and the driver reports what was
// answered by Finish. Retries, their delays, the rate limit and the dead letters
// are the machine's.
//
// Left out, and refused by name: schedules, targets that are neither standard
// queues nor API destinations, archives, replays, connections with OAuth,
// permissions, global endpoints, partner events and encryption with own keys.
// API destinations come with the stack; there are no calls to make them.
package eventbridge
