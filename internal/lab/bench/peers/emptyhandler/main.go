// Command emptyhandler is a Lambda function that answers {} and does nothing. No Go
// function starts faster on the same machine.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) (struct{}, error) { return struct{}{}, nil })
}
