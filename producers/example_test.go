package producers_test

import (
	"context"
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/producers"
)

// busy takes nothing the first times.
type busy struct{ times int }

func (b *busy) Send(_ context.Context, envelopes []events.Envelope) []error {
	errs := make([]error, len(envelopes))
	if b.times > 0 {
		b.times--
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

// One change, until it is accepted. PublishOne tries again by itself: here the bus is
// busy the first time.
func ExamplePublisher_PublishOne() {
	p, err := producers.NewPublisher("telegram-bot", &busy{times: 1})
	if err != nil {
		panic(err)
	}
	id, err := p.PublishOne(context.Background(), events.PreferenceChange{
		UserID: "u1", Preferences: events.Preferences{"tone": events.Text("formal")},
	})
	fmt.Println(!id.IsZero(), err)
	// Output: true <nil>
}

// A change that was not accepted in time is kept with its id, and published as it is
// when the bot has time again, perhaps after a restart. However often it arrives, it
// counts once.
func ExamplePublisher_PublishOne_later() {
	twice := producers.WithRetry(events.Retry{Attempts: 2})
	p, err := producers.NewPublisher("telegram-bot", &busy{times: 2}, twice)
	if err != nil {
		panic(err)
	}
	change := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"tone": events.Text("formal")}}
	id, err := p.PublishOne(context.Background(), change)
	if events.Retryable(err) {
		fmt.Println("later:", err)
		change.ID = id // of the change that is kept
	}
	again, err := p.PublishOne(context.Background(), change)
	fmt.Println(again == id, err)
	// Output:
	// later: not sent (ThrottlingException)
	// true <nil>
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
