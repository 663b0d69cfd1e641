package lambda

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// The conditions under which Lambda gives up an event, as its record names them.
const (
	asyncConditionRetries = "RetriesExhausted"
	asyncConditionAge     = "EventAgeExceeded"
)

// asyncRecord is what the failure destination gets of an event that was given up.
// Developer guide, "Capturing records of Lambda asynchronous invocations"; LocalStack
// recorded one at AWS (tests/aws/services/lambda_/test_lambda_destinations.snapshot.json).
type asyncRecord struct {
	Version   string           `json:"version"`
	Timestamp string           `json:"timestamp"`
	Request   requestContext   `json:"requestContext"`
	Payload   jsontext.Value   `json:"requestPayload"`
	Response  *responseContext `json:"responseContext,omitzero"`
	Answer    any              `json:"responsePayload,omitzero"`
}

// giveUp ends an event. r is the last attempt's result; nil if the function did not run.
func (q *AsyncQueue) giveUp(e *asyncEvent, condition string, r *Result) {
	fact := GivenUp{Function: q.cfg.Function, ID: e.id, Condition: condition}
	if q.onFailure != nil {
		fact.Message = string(encode("failure record", q.record(e, condition, r)))
		fact.Err = q.onFailure.Send(fact.Message)
	}
	q.w.Tell(fact)
}

func (q *AsyncQueue) record(e *asyncEvent, condition string, r *Result) asyncRecord {
	record := asyncRecord{
		Version: "1.0", Timestamp: q.w.Now().UTC().Format("2006-01-02T15:04:05.000Z"), Payload: e.payload,
		Request: requestContext{
			RequestID: e.id, FunctionARN: q.cfg.FunctionARN + ":$LATEST", Condition: condition, Invokes: e.attempts,
		},
	}
	if r != nil {
		record.Response = &responseContext{StatusCode: 200, ExecutedVersion: "$LATEST", FunctionError: "Unhandled"}
		record.Answer = answerOf(r.Err)
	}
	return record
}

// answerOf returns the error object that Lambda has of a failed invocation: the
// function's own, or one made of the error.
func answerOf(err error) any {
	var failed *FunctionError
	if !errors.As(err, &failed) {
		return map[string]string{"errorMessage": err.Error()}
	}
	if own := jsontext.Value(failed.Payload); own.IsValid() {
		return own
	}
	return map[string]string{"errorType": failed.Type, "errorMessage": failed.Message}
}
