// Package tracing converts between the two forms of a trace that the pipeline
// meets: the traceparent of W3C, which the contract keeps, and the trace header
// of AWS X-Ray, which EventBridge, SQS, API Gateway and Lambda carry.
//
//	W3C    00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01
//	X-Ray  Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9;Parent=00f067aa0ba902b7;Sampled=1
//
// Both have a trace id of 128 bits and a parent id of 64 bits, so nothing is
// lost on the way to X-Ray and back but the flags that X-Ray does not have.
//
// Specifications: https://www.w3.org/TR/trace-context/ and "Tracing header" of
// the AWS X-Ray developer guide.
package tracing
