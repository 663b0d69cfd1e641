// Command subscriber is a subscriber that does nothing with what it is told: the
// time of a delivery is then that of the delivery.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

func main() {
	lambda.Start(subscriber.NewHandler(func(context.Context, events.PreferencesUpdated) error { return nil }))
}
