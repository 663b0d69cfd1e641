package tracing

import (
	"context"

	"github.com/bot-preferences/bot-preferences/events"
)

// Sampled is the traceparent of an X-Ray header whose trace is recorded, else
// empty. API Gateway and Lambda give every request a header. Where nobody
// records its trace, it is not worth its bytes in an item.
func Sampled(header string) string {
	if w3c := FromXRay(header); w3c != "" && isSampled(w3c) {
		return w3c
	}
	return ""
}

// OfRequest is the trace that an HTTP request belongs to: that of its
// traceparent header; else the one that X-Ray records of this invocation; else
// the one of its X-Amzn-Trace-Id header, where that is recorded. Empty: none.
func OfRequest(ctx context.Context, header func(name string) string) string {
	if w3c, ok := events.ParseTraceparent(header("traceparent")); ok {
		return w3c
	}
	if w3c := Sampled(invocation(ctx)); w3c != "" {
		return w3c
	}
	return Sampled(header("X-Amzn-Trace-Id"))
}

// invocation is the header that Lambda gave this invocation; empty outside of
// Lambda. The key is aws-lambda-go's, and that of the SDK's own middleware.
func invocation(ctx context.Context) string {
	header, _ := ctx.Value("x-amzn-trace-id").(string)
	return header
}
