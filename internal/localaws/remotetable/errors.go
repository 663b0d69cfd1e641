package remotetable

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// errNoDynamoDB is the error for answers that DynamoDB would not give.
var errNoDynamoDB = errors.New("what answers there does not speak DynamoDB")

// unknown is the code that the SDK gives to an error without one.
const unknown = "UnknownError"

// explain says in one line what is wrong with an endpoint. The SDK's text describes how
// it found out. Other errors are returned unchanged.
func explain(ctx context.Context, err error) error {
	var unsent *smithyhttp.RequestSendError
	var coded smithy.APIError
	var answered *smithyhttp.ResponseError
	var unread *smithy.DeserializationError
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("it cannot be reached: no answer within %v", answersWithin)
	case errors.As(err, &unsent):
		return fmt.Errorf("it cannot be reached: %w", cause(unsent))
	case errors.As(err, &coded) && coded.ErrorCode() == "UnknownOperationException":
		return fmt.Errorf("it does not know %s, which DynamoDB with its streams does", operation(err))
	case errors.As(err, &coded) && coded.ErrorCode() != unknown:
		return fmt.Errorf("it refuses %s: %s: %s", operation(err), coded.ErrorCode(), coded.ErrorMessage())
	case errors.As(err, &answered) && answered.HTTPStatusCode() != http.StatusOK:
		return fmt.Errorf("%w: status %d to %s", errNoDynamoDB, answered.HTTPStatusCode(), operation(err))
	case errors.As(err, &unread):
		return fmt.Errorf("%w: its answer to %s cannot be read", errNoDynamoDB, operation(err))
	}
	return err
}

// cause returns the system's reason why a request was not sent.
func cause(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err // without the address, which the caller names
	}
	return err
}

func operation(err error) string {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return operation.Operation()
	}
	return "a request"
}

// Lost reports that a table disappeared while its stream was followed: an endpoint in
// memory was restarted, or the table was deleted.
type Lost struct {
	Table    string
	Replaced bool // by another table of that name
}

// Error names the table.
func (l *Lost) Error() string {
	if l.Replaced {
		return "table " + l.Table + " was deleted and made anew"
	}
	return "table " + l.Table + " is not there any more"
}

// lost looks for the table after a read of its stream failed or reached its end. It
// returns a *Lost, or err if the table is unchanged or cannot be checked.
func (t *Table) lost(ctx context.Context, err error) error {
	found, failed := describe(ctx, t.db, t.name)
	var absent *types.ResourceNotFoundException
	switch {
	case errors.As(failed, &absent):
		return &Lost{Table: t.name}
	case failed == nil && aws.ToString(found.LatestStreamArn) != t.arn:
		return &Lost{Table: t.name, Replaced: true}
	}
	return err
}
