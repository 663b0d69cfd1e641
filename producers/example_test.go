package producers_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/producers"
)

// busy takes nothing the first time.
type busy struct{ called bool }

func (b *busy) Send(_ context.Context, envelopes []events.Envelope) []error {
	errs := make([]error, len(envelopes))
	if !b.called {
		b.called = true
		for i := range errs {
			errs[i] = &events.SendError{Outcome: events.NotSent, Code: "ThrottlingException"}
		}
	}
	return errs
}

func ExamplePublisher() {
	// A real bot uses eventbus.New(client, "bot-preferences-prod") or queue.New.
	p, err := producers.NewPublisher("telegram-bot", &routetest.Route{})
	if err != nil {
		panic(err)
	}
	preferences, err := events.PreferencesOf(map[string]any{"language": "fr", "nickname": nil})
	if err != nil {
		panic(err)
	}
	results, err := p.Publish(context.Background(),
		events.PreferenceChange{UserID: "u1", Preferences: preferences},
		events.PreferenceChange{UserID: "u2", Replace: true}, // forget the user
		events.PreferenceChange{UserID: "u3", Preferences: events.Preferences{"bad key": events.JSON("1")}},
	)
	for i, r := range results {
		fmt.Println(i, r.Err == nil, r.ID.IsZero())
	}
	fmt.Println(err)
	// Output:
	// 0 true false
	// 1 true false
	// 2 false true
	// change 2: preferences.bad key: a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}
}

// What was not confirmed is published again as it was, under its first id:
// however often it arrives, it counts once.
func ExamplePublisher_again() {
	p, err := producers.NewPublisher("telegram-bot", &busy{})
	if err != nil {
		panic(err)
	}
	change := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"tone": events.Text("formal")}}
	for {
		results, err := p.Publish(context.Background(), change)
		if err == nil {
			fmt.Println("accepted")
			return
		}
		var failure *events.SendError
		if !errors.As(results[0].Err, &failure) || failure.Outcome == events.Rejected {
			fmt.Println("never will be:", err)
			return
		}
		fmt.Println("again:", err)
		change.ID = results[0].ID
	}
	// Output:
	// again: change 0: not sent (ThrottlingException)
	// accepted
}

// After reading a profile, what is said next counts as later than what was
// seen, even if another producer's clock is ahead of this one's.
func ExamplePublisher_Observe() {
	p, err := producers.NewPublisher("telegram-bot", &routetest.Route{})
	if err != nil {
		panic(err)
	}
	asOf, err := events.ParseStamp("7ZZZZZZZZY0000000000000000") // of a profile that was read
	if err != nil {
		panic(err)
	}
	p.Observe(asOf)
	results, err := p.Publish(context.Background(), events.PreferenceChange{UserID: "u1", Replace: true})
	if err != nil {
		panic(err)
	}
	fmt.Println(results[0].ID.After(asOf))
	// Output: true
}
