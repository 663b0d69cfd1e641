package batch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
)

func TestFailure(t *testing.T) {
	answered := func(status int, code string) error {
		return &smithy.OperationError{Err: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: code},
		}}
	}
	sending := func(err error) error { return &smithyhttp.RequestSendError{Err: err} }
	for name, tt := range map[string]struct {
		err          error
		outcome      events.Outcome
		again, whole bool
	}{
		"throttled":                   {answered(400, "ThrottlingException"), events.NotSent, true, false},
		"throttled, SQS":              {answered(403, "RequestThrottled"), events.NotSent, true, false},
		"throttled, key service":      {answered(400, "KMS.ThrottlingException"), events.NotSent, true, false},
		"429 without a known code":    {answered(429, "UnknownError"), events.NotSent, true, false},
		"503 that is throttling":      {answered(503, "SlowDown"), events.NotSent, true, false},
		"validation":                  {answered(400, "ValidationException"), events.Rejected, false, true},
		"prefixed code":               {answered(400, "AWS.SimpleQueueService.BatchRequestTooLong"), events.Rejected, false, true},
		"413":                         {answered(413, "UnknownError"), events.Rejected, false, true},
		"no permission":               {answered(400, "AccessDeniedException"), events.NotSent, false, false},
		"no such queue":               {answered(400, "AWS.SimpleQueueService.NonExistentQueue"), events.NotSent, false, false},
		"expired credentials":         {answered(403, "ExpiredTokenException"), events.NotSent, false, false},
		"the clock is off":            {answered(403, "RequestTimeTooSkewed"), events.NotSent, true, false},
		"internal":                    {answered(500, "InternalException"), events.Uncertain, true, false},
		"unavailable":                 {answered(503, "UnknownError"), events.Uncertain, true, false},
		"gateway that names no error": {answered(502, "UnknownError"), events.Uncertain, true, false},
		"error without an answer":     {&smithy.GenericAPIError{Code: "SomethingNew"}, events.Uncertain, true, false},
		"no connection":               {sending(&net.OpError{Op: "dial", Err: errors.New("refused")}), events.NotSent, true, false},
		"connection lost":             {sending(&net.OpError{Op: "read", Err: errors.New("reset")}), events.Uncertain, true, false},
		"timed out":                   {sending(context.DeadlineExceeded), events.Uncertain, true, false},
		"broken answer":               {&smithy.DeserializationError{Err: errors.New("eof")}, events.Uncertain, true, false},
		"an address that is none":     {sending(&url.Error{Op: "parse", URL: "127.0.0.1:4566", Err: errors.New("first path segment")}), events.NotSent, false, false},
		"not signed":                  {&v4.SigningError{Err: errors.New("no credentials")}, events.NotSent, false, false},
		"not encoded":                 {&smithy.SerializationError{Err: errors.New("nil")}, events.NotSent, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := batch.Failure(tt.err)
			if a.Err.Outcome != tt.outcome || a.Again != tt.again || a.Whole != tt.whole || a.Err.Persistent != (tt.outcome == events.NotSent && !tt.again) {
				t.Errorf("got %s, again %t, whole %t; want %s, %t, %t", a.Err.Outcome, a.Again, a.Whole, tt.outcome, tt.again, tt.whole)
			}
			if !errors.Is(a.Err, tt.err) {
				t.Error("the cause is lost")
			}
		})
	}
}
