package events_test

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
)

// Any order and any duplication of the same changes give the same profile.
func ExampleFold() {
	at := func(id string) events.Stamp {
		s, err := events.ParseStamp(id)
		if err != nil {
			panic(err)
		}
		return s
	}
	first := events.PreferenceChange{
		ID: at("01M83XJ8800000000000000001"), UserID: "u1",
		Preferences: events.Preferences{"language": events.Text("de"), "nickname": events.Text("Sam")},
	}
	second := events.PreferenceChange{
		ID: at("01M83XJ8800000000000000002"), UserID: "u1",
		Preferences: events.Preferences{"language": events.Text("fr"), "nickname": events.Unset},
	}
	late := events.Fold(second, first, second)
	fmt.Printf("%s\n", late.Visible().AppendJSON(nil))
	// Output: {"language":"fr"}
}

func ExampleParseChange() {
	_, err := events.ParseChange([]byte(`{"user_id":"u1","preferences":{"my tone":"warm"}}`))
	fmt.Println(err)
	// Output: preferences.my tone: a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}
}

func ExampleAnnounce() {
	id, err := events.ParseStamp("01M83XJ8800000000000000001")
	if err != nil {
		panic(err)
	}
	before := events.Profile{UserID: "u1", Revision: 1, State: events.State{
		Entries: map[string]events.Entry{"language": {Value: events.Text("de"), Stamp: id}},
	}}
	after := before
	after.Revision, after.State = 2, before.Clone()
	id[15]++
	after.Apply(&events.PreferenceChange{ID: id, UserID: "u1", Replace: true})
	u := events.Announce(&before, &after)
	fmt.Printf("%s erased: %t\n", u.Changes.AppendJSON(nil), u.Erased)
	// Output: {"language":null} erased: true
}

// What a bot does with a change that was not accepted.
func ExampleRetryable() {
	for _, err := range []error{
		&events.SendError{Outcome: events.NotSent, Code: "ThrottlingException"},
		&events.SendError{Outcome: events.Rejected, Code: "MalformedDetail"},
		(&events.PreferenceChange{UserID: "sam"}).Validate(),
	} {
		if events.Retryable(err) {
			fmt.Println("send it again, with the same id:", err)
		} else {
			fmt.Println("mend it:", err)
		}
	}
	// Output:
	// send it again, with the same id: not sent (ThrottlingException)
	// mend it: rejected (MalformedDetail)
	// mend it: preferences: is required unless replace is true
}
