// Package billing counts what a cloud uses as AWS bills it, and prices it: by chunks of
// 64 KB, requests, capacity units and milliseconds.
//
// A Meter observes the facts of a localaws.Cloud. It counts what grows with the
// traffic:
//
//   - events, and queue requests, including Lambda's own receives and deletes
//   - invocations and their time
//   - capacity units, those of indexes included
//   - calls of API destinations and of the HTTP API
//   - bytes that an archive stores
//   - bytes of logs: Lambda's own for each invocation, and the functions' lines, which
//     the caller passes to Meter.Logged
//
// AWS also bills costs that do not depend on the traffic: storage, and the receives
// with which Lambda polls an empty queue; see IdleReceivesPerMonth. Reading a table's
// stream costs a function nothing. The HTTP API's access log is left out.
//
// Prices are those of us-east-1 without the free tier, as published in 2026. Each names
// its page.
package billing
