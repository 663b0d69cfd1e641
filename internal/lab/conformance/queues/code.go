package queues

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Code returns the code of an error as SQS's SDKs show it, which is that of the older
// query protocol. An implementation may send only the name of the error shape, with or
// without its namespace. Code treats both as the same error. The case "errors/codes of
// the query protocol" checks the difference once, instead of every case.
func Code(err error) string {
	var e smithy.APIError
	if !errors.As(err, &e) {
		return fmt.Sprint("none: ", err)
	}
	return QueryCode(e.ErrorCode())
}

// QueryCode returns the code of the query protocol for any name of an error.
func QueryCode(code string) string {
	shape := strings.TrimPrefix(code, "com.amazonaws.sqs#")
	if query, ok := queryCodes[shape]; ok {
		return query
	}
	return shape
}

// queryCodes lists the shapes whose code in the query protocol is different.
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
