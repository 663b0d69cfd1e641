package profilestore

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// ErrContended is Merge's error after other writers have got in between too
// often. Merging again later is right and loses nothing.
var ErrContended = errors.New("profilestore: other writers changed the profile during each of the tries")

// An Error is a request that DynamoDB did not answer as hoped.
type Error struct {
	Operation string // "GetItem", "UpdateItem", "Scan" or "DescribeTable"
	Err       error  // the SDK's
}

// Error names the operation and the SDK's error.
func (e *Error) Error() string { return "profilestore: " + e.Operation + ": " + e.Err.Error() }

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// Unavailable tells whether the same request may succeed later: throttled, a
// fault of the service, or no answer. Otherwise the request itself, a permission
// or the table is wrong.
func (e *Error) Unavailable() bool {
	if errors.Is(e.Err, context.Canceled) {
		return false // the caller has gone
	}
	var api smithy.APIError
	if !errors.As(e.Err, &api) {
		return true
	}
	_, throttled := retry.DefaultThrottleErrorCodes[api.ErrorCode()]
	return throttled || api.ErrorFault() == smithy.FaultServer || serverCodes[api.ErrorCode()]
}

// serverCodes are faults of the service by code: an error that the SDK does not
// model says nothing about whose fault it is.
var serverCodes = map[string]bool{
	"InternalServerError": true, "InternalFailure": true, "ServiceUnavailable": true,
	"ReplicatedWriteConflictException": true, "TransactionConflictException": true,
}

// refusedBy is the item as it was where the error is a failed condition.
func refusedBy(err error) (map[string]types.AttributeValue, bool) {
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return failed.Item, true
	}
	return nil, false
}

// tooLarge tells whether DynamoDB refused to make an item of more than 400 KB.
// It has no code of its own for that.
func tooLarge(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationException" &&
		strings.Contains(strings.ToLower(api.ErrorMessage()), "item size")
}
