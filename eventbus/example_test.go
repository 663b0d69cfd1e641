package eventbus_test

import (
	"context"
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
)

// Two attempts instead of five, and 3 s for each where the caller's context has no
// deadline. What a Retry does not say stays the default.
func ExampleWithRetry() {
	throttled := &wire{steps: []step{refuse(400, "ThrottlingException")}}
	client := clientOver(throttled) // of a bot: eventbridge.NewFromConfig(cfg)

	bus := eventbus.New(client, "bot-preferences-dev",
		eventbus.WithRetry(eventbus.Retry{Attempts: 2}),
		eventbus.WithTimeout(3*time.Second),
	)
	change := events.PreferenceChange{ID: events.NewClock().Next(), UserID: "sam", Replace: true}
	for _, err := range bus.Send(context.Background(), []events.Envelope{events.ChangeEnvelope("my-bot", &change, time.Now())}) {
		fmt.Println(len(throttled.requests), "attempts, worth another one later:", events.Retryable(err))
	}
	// Output: 2 attempts, worth another one later: true
}
