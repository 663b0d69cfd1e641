package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// notFound are the error codes for a table, a bus or a queue that does not exist. SQS
// calls the URL of another region's queue an invalid address.
var notFound = map[string]bool{
	"ResourceNotFoundException": true, "InvalidAddress": true,
	"AWS.SimpleQueueService.NonExistentQueue": true, "QueueDoesNotExist": true,
}

// kinds are what the flags name.
var kinds = map[string]string{"--table": "table", "--bus": "bus", "--queue": "queue", "--dead-letters": "queue", "--stage": "queue"}

// missing says in one sentence why the resource that a flag names cannot be used, and
// what to do. It returns nil if err is nil.
func (o *targetOptions) missing(flag, name string, cfg aws.Config, err error) error {
	return o.unusable(flag, name, o.or(flag), cfg, err)
}

// unusable is missing for every command. or names further flags that may be wrong.
func (o *clientOptions) unusable(flag, name, or string, cfg aws.Config, err error) error {
	var api smithy.APIError
	var absent *stackref.NotFoundError
	text := ""
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &absent):
		text = fmt.Sprintf("%s has no stack %s: correct %s%s", o.service(cfg), name, flag, or)
	case unreachable(err):
		text = o.unanswered(cfg, err)
	case o.endpoint != "" && foreign(err):
		return o.notAWS(err)
	case !errors.As(err, &api):
		return brief(err)
	case notFound[api.ErrorCode()]:
		text = fmt.Sprintf("%s has no %s %s: correct %s%s", o.service(cfg), kinds[flag], name, flag, or)
	case unknownCaller[api.ErrorCode()]:
		text = fmt.Sprintf("%s does not take these credentials (%s): sign in again, or choose others by --profile", o.service(cfg), api.ErrorCode())
	default:
		text = fmt.Sprintf("%s %s: %s: %s", flag, name, api.ErrorCode(), api.ErrorMessage())
	}
	return &briefError{text, err}
}

// notAWS is the error of an endpoint at which another program listens.
func (o *clientOptions) notAWS(err error) error {
	if isHTTPAPI(err) {
		return &briefError{o.endpoint + " is an HTTP API, and not AWS: --api takes it, where a command has that flag; --endpoint is the AWS endpoint, such as http://127.0.0.1:4566 for botprefs dev", err}
	}
	return &briefError{o.endpoint + " does not answer as AWS does: correct --endpoint to the AWS endpoint, which is not the HTTP API", err}
}

// isHTTPAPI tells whether API Gateway has answered, by the header that all its answers have.
func isHTTPAPI(err error) bool {
	var answer *awshttp.ResponseError
	return errors.As(err, &answer) && answer.Response != nil && answer.Response.Header.Get("Apigw-Requestid") != ""
}

// foreign tells whether the answer was none of an AWS service: another program listens
// there. The SDK calls an error that it cannot read UnknownError.
func foreign(err error) bool {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode() == "UnknownError"
	}
	var unread *smithy.DeserializationError
	var answer *awshttp.ResponseError
	return errors.As(err, &unread) || errors.As(err, &answer)
}

// forbidden tells whether the caller lacks the permission to ask. The resource may
// exist then.
func forbidden(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (strings.HasPrefix(api.ErrorCode(), "AccessDenied") || api.ErrorCode() == "AWS.SimpleQueueService.AccessDenied")
}

// or names the other flags that may be wrong if a name is unknown.
func (o *targetOptions) or(flag string) string {
	text := ""
	if flag == "--table" || flag == "--bus" && o.bus == o.names().Bus {
		text = " or --stage"
	}
	return text + o.orRegion()
}

// orRegion names the flags that decide which AWS is asked, where they do.
func (o *clientOptions) orRegion() string {
	if o.endpoint == "" {
		return ", or --region or --profile"
	}
	return ""
}

// reason is the code of a service's error, which is enough in a note; else the error.
func reason(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return err.Error()
}

// unknownCaller are the error codes for credentials that AWS does not accept at all.
var unknownCaller = map[string]bool{
	"UnrecognizedClientException": true, "InvalidClientTokenId": true, "InvalidSignatureException": true,
	"ExpiredToken": true, "ExpiredTokenException": true,
}

// unanswered says what to do if nothing listens.
func (o *clientOptions) unanswered(cfg aws.Config, err error) string {
	if o.endpoint == "" {
		return fmt.Sprintf("nothing answers for %s: correct --region, or see whether this machine reaches AWS (%v)", o.service(cfg), dialing(err))
	}
	return fmt.Sprintf("nothing answers there: correct --endpoint %s, or start botprefs dev (%v)", o.endpoint, dialing(err))
}

// credentials looks for credentials before the first request. Without them the SDK
// would list every place in which it has looked.
func (o *clientOptions) credentials(ctx context.Context, cfg aws.Config) error {
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("there are no AWS credentials for %s: give --profile, or sign in; against botprefs dev give --endpoint http://127.0.0.1:4566", o.service(cfg))
	}
	return ctx.Err()
}

// A briefError is an error of the SDK, shortened to its code and message.
type briefError struct {
	text string
	err  error
}

func (e *briefError) Error() string { return e.text }
func (e *briefError) Unwrap() error { return e.err }

// brief shortens the SDK's text within an error.
func brief(err error) error {
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		return err
	}
	var api smithy.APIError
	var short string
	switch {
	case errors.As(operation, &api):
		short = fmt.Sprintf("%s: %s: %s", operation.Operation(), api.ErrorCode(), api.ErrorMessage())
	case unreachable(operation):
		short = fmt.Sprintf("%s: %v", operation.Operation(), dialing(operation))
	default:
		return err
	}
	return &briefError{strings.Replace(err.Error(), operation.Error(), short, 1), err}
}
