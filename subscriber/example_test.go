package subscriber_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// A function that does something with each announcement. In a Lambda:
// lambda.Start(handler).
func ExampleHandle() {
	handler := subscriber.NewHandler(func(_ context.Context, u events.PreferencesUpdated) error {
		if !u.Snapshot { // announced again: no news
			fmt.Println(u.UserID, "now speaks", u.Preferences["language"])
		}
		return nil
	}, quiet)

	announcement := `{"version":"0","id":"1","detail-type":"PreferencesUpdated","source":"bot-preferences","detail":{
		"version":1,"user_id":"mia","revision":3,"previous_revision":2,"changes":{"language":"de"},"changed_keys":["language"],
		"preferences":{"language":"de"},"as_of":"01KQ5B3V00000000000000000A"}}`
	_, err := handler.Invoke(context.Background(), []byte(announcement))
	fmt.Println(err)
	// Output:
	// mia now speaks "de"
	// <nil>
}

// One message of a batch cannot be read: it alone is redelivered.
func ExampleHandler_Invoke() {
	handler := subscriber.NewHandler(func(context.Context, events.PreferencesUpdated) error { return nil }, quiet)
	answer, err := handler.Invoke(context.Background(), batchOf(enveloped(speaks("mia", 3, "de")), "not an announcement"))
	fmt.Println(string(answer), err)
	// Output:
	// {"batchItemFailures":[{"itemIdentifier":"m1"}]} <nil>
}

// A copy of one key. What comes late or twice changes nothing.
func ExampleProjection() {
	ctx := context.Background()
	copies := subscriber.NewProjection(subscriber.NewMemory(), subscriber.Keys("language"))
	for _, u := range []events.PreferencesUpdated{speaks("mia", 3, "fr"), speaks("mia", 2, "de"), speaks("mia", 3, "fr")} {
		if err := copies.Apply(ctx, u); err != nil {
			fmt.Println(err)
		}
	}
	mia, _ := copies.Get(ctx, "mia")
	fmt.Println(mia.Revision, mia.Preferences["language"])
	// Output:
	// 3 "fr"
}

// A copy, and a greeting where the language is new. A snapshot fills the copy and greets
// nobody.
func ExampleBeforeSave() {
	ctx := context.Background()
	greet := func(_ context.Context, u events.PreferencesUpdated, before, after subscriber.Copy) error {
		language, _ := after.Preferences["language"].Text()
		if was, _ := before.Preferences["language"].Text(); !u.Snapshot && language != was {
			fmt.Println("greeting in", language)
		}
		return nil
	}
	copies := subscriber.NewProjection(subscriber.NewMemory(), subscriber.Keys("language"), subscriber.BeforeSave(greet))

	known := speaks("mia", 3, "de")
	known.Snapshot = true // of a backfill
	for _, u := range []events.PreferencesUpdated{known, speaks("mia", 4, "fr")} {
		if err := copies.Apply(ctx, u); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// greeting in fr
}

// A greeting for each new language, once or, where it fails on the way, twice.
func ExampleGuard() {
	ctx := context.Background()
	greet := subscriber.Guard(subscriber.NewMemory(), func(_ context.Context, u events.PreferencesUpdated) error {
		if u.Snapshot {
			return nil // no news
		}
		fmt.Println("greeting in", u.Preferences["language"])
		return nil
	})
	_ = greet(ctx, speaks("mia", 3, "fr"))
	_ = greet(ctx, speaks("mia", 2, "de")) // overtaken
	_ = greet(ctx, speaks("mia", 3, "fr")) // delivered twice
	// Output:
	// greeting in "fr"
}

var quiet = subscriber.WithLogger(slog.New(slog.DiscardHandler))
