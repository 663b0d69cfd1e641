package queues_test

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

var errorCodes = []conformance.Case{
	scenario("errors/codes of the query protocol", func(s *scene) {
		name := conformance.Name("nobody")
		_, err := s.GetQueueUrl(s.ctx, &sqs.GetQueueUrlInput{QueueName: &name})
		var e smithy.APIError
		if !errors.As(err, &e) {
			s.fail("no error of the API: %w", err)
		}
		equal(s, "code", noQueue, e.ErrorCode())
	}),
	scenario("errors/have the SDK's types", func(s *scene) {
		q := s.queue()
		name := conformance.Name("nobody")
		_, err := s.GetQueueUrl(s.ctx, &sqs.GetQueueUrlInput{QueueName: &name})
		typedAs[*types.QueueDoesNotExist](s, err)
		_, err = q.trySendBatch(items(11, 1)...)
		typedAs[*types.TooManyEntriesInBatchRequest](s, err)
		typedAs[*types.ReceiptHandleIsInvalid](s, q.tryDelete(notAHandle))
		typedAs[*types.InvalidAttributeName](s, q.set("Colour", "blue"))
	}),
}

func typedAs[T error](s *scene, err error) {
	var want T
	if !errors.As(err, &want) {
		s.fail("%w is no %T", err, want)
	}
}
