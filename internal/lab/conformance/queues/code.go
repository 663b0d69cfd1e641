package queues

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Code is the code of an error as SQS's SDKs show it, which is the one of the
// older query protocol. An implementation that sends only the name of the error
// shape, with or without its namespace, shows that: both name the same error,
// and the case "errors/codes of the query protocol" looks at the difference
// once instead of everywhere.
func Code(err error) string {
	var e smithy.APIError
	if !errors.As(err, &e) {
		return fmt.Sprint("none: ", err)
	}
	return QueryCode(e.ErrorCode())
}

// QueryCode is the code of the query protocol for any way to name an error.
func QueryCode(code string) string {
	shape := strings.TrimPrefix(code, "com.amazonaws.sqs#")
	if query, ok := queryCodes[shape]; ok {
		return query
	}
	return shape
}

// queryCodes has the shapes whose code in the query protocol is another.
var queryCodes = map[string]string{
	"QueueDoesNotExist":                 "AWS.SimpleQueueService.NonExistentQueue",
	"QueueNameExists":                   "QueueAlreadyExists",
	"QueueDeletedRecently":              "AWS.SimpleQueueService.QueueDeletedRecently",
	"PurgeQueueInProgress":              "AWS.SimpleQueueService.PurgeQueueInProgress",
	"EmptyBatchRequest":                 "AWS.SimpleQueueService.EmptyBatchRequest",
	"TooManyEntriesInBatchRequest":      "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
	"BatchEntryIdsNotDistinct":          "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
	"InvalidBatchEntryId":               "AWS.SimpleQueueService.InvalidBatchEntryId",
	"BatchRequestTooLong":               "AWS.SimpleQueueService.BatchRequestTooLong",
	"UnsupportedOperation":              "AWS.SimpleQueueService.UnsupportedOperation",
	"InvalidParameterValueException":    "InvalidParameterValue",
	"MissingRequiredParameterException": "MissingParameter",
}
