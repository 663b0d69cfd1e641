package awsconfig

import (
	"context"
	"io"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// keepAnswers keeps answers from being lost on a fast network, such as one machine.
// net/http looks for the end of a request's body once all of it is sent. By then the
// server may have answered, and smithy-go closes the body as soon as an answer begins.
// Its body (safeWriteToReadCloser, in 1.28.8) then gives io.EOF as an error of WriteTo.
// net/http takes that for an unreadable body and closes the connection while the answer
// is being read. The SDK repeats the request, and an SQS message that the lost answer
// carried stays hidden for the queue's visibility timeout. Read returns io.EOF correctly,
// so this leaves a body only Read and Seek.
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
