// Command update publishes what callers of the HTTP API say about a user: POST,
// PATCH and PUT of /preferences. Package wiring names its environment.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/bot-preferences/bot-preferences/producers/internal/wiring"
)

func main() {
	log := lambdacontext.NewLogger()
	writer, err := wiring.Writer(log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(writer.Update)
}
