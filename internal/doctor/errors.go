package doctor

import (
	"errors"
	"net"
	"strings"

	"github.com/aws/smithy-go"
)

// prefixes are how IAM calls the services of the SDK's clients.
var prefixes = map[string]string{
	"STS": "sts", "EventBridge": "events", "SQS": "sqs", "Lambda": "lambda", "DynamoDB": "dynamodb", "CloudWatch": "cloudwatch",
}

// failed ends a check whose request failed. A permission that the caller lacks, or a
// service that the endpoint does not have, is no finding.
func (e *Examination) failed(r *Result, err error) {
	code := codeOf(err)
	switch {
	case denied(code):
		r.skip("not checked: needs " + action(err))
	case code == "LocalAWSUnsupported", code == "UnknownOperationException", code == "InvalidAction":
		r.skip("not checked: the endpoint does not answer " + action(err))
	case errors.Is(err, errNotNow):
		r.skip("not checked: " + err.Error())
	default:
		r.find("no-answer", action(err)+" failed: "+brief(err), "This could not be examined.", "Run it again; if it stays, see whether this machine reaches AWS.")
	}
}

// errNotNow is wrapped by errors that say why something could not be looked at.
var errNotNow = errors.New("not possible")

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func denied(code string) bool {
	return strings.HasPrefix(code, "AccessDenied") || strings.HasSuffix(code, ".AccessDenied") || code == "AuthorizationError" || code == "NotAuthorized"
}

// action is the IAM action of a failed request, such as events:DescribeRule.
func action(err error) string {
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		return "the request"
	}
	prefix := prefixes[operation.Service()]
	if prefix == "" {
		prefix = strings.ToLower(operation.Service())
	}
	return prefix + ":" + operation.Operation()
}

// brief is an error without what the SDK says around it.
func brief(err error) string {
	var api smithy.APIError
	var dial *net.OpError
	switch {
	case errors.As(err, &api):
		return api.ErrorCode() + ": " + api.ErrorMessage()
	case errors.As(err, &dial):
		return dial.Error()
	}
	return err.Error()
}

// missing tells whether the service does not know what it was asked for.
func missing(err error) bool {
	switch code := codeOf(err); code {
	case "ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue":
		return true
	default:
		return strings.HasSuffix(code, "NotFoundException")
	}
}
