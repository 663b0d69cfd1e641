// Package httpapi is what the Lambdas behind the HTTP API share: reading the
// parts of a request that mean the same on every route, and writing answers of
// one shape. Requests and answers are API Gateway's payload format 2.0.
//
// Every error that a reading function returns is an *events.Refusal, which
// [Refused] turns into the right answer. Errors are {"message": "..."}, as API
// Gateway's own are; they name the field and the rule, never a value and
// nothing of the inside.
//
// Every answer forbids content sniffing. A profile is about one person: only
// its reader may keep it, and only to revalidate it (Cache-Control: private,
// no-cache). Nothing else may be kept at all (no-store).
package httpapi

import awsevents "github.com/aws/aws-lambda-go/events"

// A Request is API Gateway's payload format 2.0.
type Request = awsevents.APIGatewayV2HTTPRequest

// A Response is the answer in the same format.
type Response = awsevents.APIGatewayV2HTTPResponse
