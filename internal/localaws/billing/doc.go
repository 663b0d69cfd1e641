// Package billing counts what a cloud uses as AWS bills it, and prices it: in
// chunks of 64 KB, by the request, by the capacity unit, by the millisecond.
//
// A Meter sees the facts of a localaws.Cloud. It counts what grows with the
// traffic: events, queue requests (Lambda's own receives and deletes among them),
// invocations and their time, capacity units, calls of API destinations and of the
// HTTP API, bytes that an archive takes in, and bytes of logs: Lambda's own of each
// invocation, and the functions' lines that Meter.Logged is given. Beside that, AWS
// bills what does not depend on the traffic: storage, and the receives with which
// Lambda asks an empty queue; see IdleReceivesPerMonth. Reading a table's stream
// costs a function nothing. The HTTP API's access log is left out.
//
// Prices are those of us-east-1 without a free tier, as published in 2026; each
// names its page.
package billing
