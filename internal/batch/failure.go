package batch

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/bot-preferences/bot-preferences/events"
)

// Failure judges the error of a whole call to an AWS service.
//
//   - An answer that the content is not acceptable: Rejected, and Whole.
//   - Throttled, or the caller's clock is off: NotSent, and worth another try.
//   - Every other answer of the 400s is about the caller and not about the
//     entries: no permission, no such queue, expired credentials. It is NotSent,
//     and Persistent.
//   - No connection was made: NotSent, and worth another try.
//   - An answer of the 500s, a broken one or none: Uncertain.
func Failure(err error) Answer {
	var api smithy.APIError
	if errors.As(err, &api) {
		return judge(api.ErrorCode(), status(err), err)
	}
	var dial *net.OpError
	var unsigned *v4.SigningError
	var unserialized *smithy.SerializationError
	var address *url.Error
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return failed(events.NotSent, "", err, true)
	case errors.As(err, &unsigned), errors.As(err, &unserialized), errors.As(err, &address) && address.Op == "parse":
		return failed(events.NotSent, "", err, false)
	}
	return failed(events.Uncertain, "", err, true)
}

func judge(code string, status int, err error) Answer {
	switch {
	case IsThrottle(code) || status == http.StatusTooManyRequests || clockIsOff[plain(code)]:
		return failed(events.NotSent, code, err, true)
	case status >= 500 || status < 400:
		return failed(events.Uncertain, code, err, true)
	case aboutContent[plain(code)] || status == http.StatusRequestEntityTooLarge:
		a := failed(events.Rejected, code, err, false)
		a.Whole = true
		return a
	}
	return failed(events.NotSent, code, err, false)
}

func failed(o events.Outcome, code string, err error, again bool) Answer {
	return Answer{Err: &events.SendError{Outcome: o, Code: code, Persistent: o == events.NotSent && !again, Err: err}, Again: again}
}

// status is the HTTP status of the answer that err stands for; 0: there was none.
func status(err error) int {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		return answer.HTTPStatusCode()
	}
	return 0
}

// IsThrottle tells whether an error code, of a call or of an entry, says that
// there were too many requests.
func IsThrottle(code string) bool {
	_, ok := retry.DefaultThrottleErrorCodes[plain(code)]
	return ok || plain(code) == "OverLimit"
}

// plain is a code without the prefix that SQS writes for the sake of its older
// protocol, as in AWS.SimpleQueueService.BatchRequestTooLong.
func plain(code string) string { return code[strings.LastIndexByte(code, '.')+1:] }

// aboutContent are the codes by which EventBridge and SQS refuse what a request
// holds, whoever sends it.
var aboutContent = map[string]bool{
	"BatchRequestTooLong": true, "InvalidMessageContents": true, // SQS
	"InvalidParameterValue": true, "InvalidParameterCombination": true, "MissingParameter": true,
	"InvalidAttributeValue": true, "RequestEntityTooLarge": true, "RequestEntityTooLargeException": true,
	"SerializationException": true, "ValidationError": true, "ValidationException": true,
	"InvalidArgument": true, "MalformedDetail": true, // EventBridge
}

// clockIsOff are codes after which the SDK has learned the service's time.
var clockIsOff = map[string]bool{
	"RequestTimeTooSkewed": true, "RequestExpired": true, "RequestInTheFuture": true,
}
