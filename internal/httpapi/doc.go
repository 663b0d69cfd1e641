// Package httpapi has the handlers of the HTTP API: a [Reader] answers GET, and a
// [Writer] answers POST, PATCH, PUT and DELETE. Requests and answers are API
// Gateway's payload format 2.0.
//
// # What an answer promises
//
//   - 200 to a GET is the stored profile. What was accepted before may still be on
//     its way.
//   - 202 to a write means that the bus took the change. It will be applied at least
//     once, and it has an event_id. 200 to a write means that the profile reflects it.
//   - 503 means that trying again may help. Its text says whether the change may have
//     been taken: then send it again with the same event_id as its id.
//   - 400, 405 and 413 name the field and the rule, and nothing was sent.
//
// Writes carry no precondition, and changes of one user count in the order of their
// ids, not of their answers. The handlers check no permissions: the API's routes are
// closed by IAM.
//
// # Duties of the caller
//
// A main sets the function fields: Read, and for a Writer Publish and Observe. The
// package imports neither producers nor consumers, so that it can be linked by the
// functions of both.
//
// # Errors and caching
//
// Every error that a reading function of this package returns is a *events.Refusal,
// which [Refused] turns into the right answer. Errors are {"message": "..."}, as API
// Gateway's own are. They name the field and the rule, never a value, and nothing
// internal.
//
// Every answer forbids content sniffing. A profile is about one person: only its
// reader may keep it, and only to revalidate it (Cache-Control: private, no-cache).
// Nothing else may be kept at all (no-store).
package httpapi

import awsevents "github.com/aws/aws-lambda-go/events"

// A Request is API Gateway's payload format 2.0.
type Request = awsevents.APIGatewayV2HTTPRequest

// A Response is the answer in the same format.
type Response = awsevents.APIGatewayV2HTTPResponse
