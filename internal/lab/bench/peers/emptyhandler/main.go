// Command emptyhandler is a Lambda function that answers {} and does nothing: no
// function in Go on this machine starts faster.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) (struct{}, error) { return struct{}{}, nil })
}
