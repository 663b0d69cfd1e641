package awsconfig

import (
	"context"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// KeepAnswers returns a copy of a configuration whose clients do not lose answers that
// come very fast, such as those of botprefs dev on the same machine. It changes nothing
// else, so it is also for clients that receive from SQS. FromEnvironment and WithTimeouts
// include it, and a second time changes nothing.
//
// Without it up to 2 % of the answers of more than 4 KiB are lost on one machine. The SDK
// repeats the request. The messages that a lost answer of ReceiveMessage carried stay
// hidden for the queue's visibility timeout.
func KeepAnswers(cfg aws.Config) aws.Config {
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), keepAnswers)
	return cfg
}

// keepAnswers leaves a request's body only Read and Seek. net/http sends the body and
// then looks for its end. By then the server may have answered, and smithy-go closes the
// body as soon as an answer begins. Its body (safeWriteToReadCloser, in 1.28.8) then gives
// io.EOF as an error of WriteTo. net/http takes that for an unreadable body and closes the
// connection. What it has not read of the answer is lost. No server can prevent that,
// since it had the whole body when it answered. Read returns io.EOF correctly.
func keepAnswers(stack *middleware.Stack) error {
	const id = "KeepAnswers"
	if _, there := stack.Build.Get(id); there { // of a configuration that had it before WithTimeouts
		return nil
	}
	return stack.Build.Add(middleware.BuildMiddlewareFunc(id, func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
		if r, ok := in.Request.(*smithyhttp.Request); ok {
			if body, ok := r.GetStream().(io.ReadSeeker); ok {
				plain, err := r.SetStream(struct{ io.ReadSeeker }{body})
				if err != nil {
					return middleware.BuildOutput{}, middleware.Metadata{}, err
				}
				in.Request = plain
			}
		}
		return next.HandleBuild(ctx, in)
	}), middleware.After)
}
