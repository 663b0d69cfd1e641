package sqs

import (
	"net/http"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// queryError is an error with its modern shape and the code that the older
// query protocol had for it. SDKs show the latter.
func queryError(shape, query, format string, args ...any) *wire.Error {
	e := wire.Errorf(shape, format, args...)
	e.Query = query
	return e
}

func invalidParameter(format string, args ...any) *wire.Error {
	return queryError("InvalidParameterValueException", "InvalidParameterValue", format, args...)
}

func invalidValue(value any, parameter, format string, args ...any) *wire.Error {
	e := invalidParameter(format, args...)
	e.Message = wire.Errorf("", "Value %v for parameter %s is invalid. Reason: %s", value, parameter, e.Message).Message
	return e
}

func missingParameter(name string) *wire.Error {
	return queryError("MissingRequiredParameterException", "MissingParameter", "The request must contain the parameter %s.", name)
}

func unknownAttribute(name string) *wire.Error {
	return queryError("InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute %s.", name)
}

func invalidAttribute(name, reason string) *wire.Error {
	return queryError("InvalidAttributeValue", "InvalidAttributeValue", "Invalid value for the parameter %s. Reason: %s", name, reason)
}

func errNoQueue() *wire.Error {
	return queryError("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}

func errReceipt(handle string) *wire.Error {
	e := queryError("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle %q is not a valid receipt handle.", handle)
	e.Status = http.StatusNotFound
	return e
}

func errNotFound(format string, args ...any) *wire.Error {
	e := queryError("ResourceNotFoundException", "ResourceNotFoundException", format, args...)
	e.Status = http.StatusNotFound
	return e
}
