package deadletter_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
	"github.com/bot-preferences/bot-preferences/queue"
)

// browse lists the letters in a form to compare.
func browse(t *testing.T, letters *deadletter.Queue) []string {
	t.Helper()
	list, err := letters.Browse(t.Context(), 100, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, letter := range list {
		got = append(got, letter.UserID+" "+string(letter.Code)+" "+letter.Message)
	}
	slices.Sort(got)
	return got
}

func TestDeadLettersOutliveEverythingButDiscard(t *testing.T) {
	queues := wiretest.NewQueues(t, "dlq", "changes")
	letters, changes := deadletter.New(queues.Client, queues.URL("dlq")), queue.New(queues.Client, queues.URL("changes"))
	body := func(user string) string { return `{"detail":{"user_id":"` + user + `"}}` }
	var want []string
	for i := range 25 { // more than one request receives
		user := "u" + string(rune('a'+i))
		if err := letters.Put(t.Context(), deadletter.Letter{Body: body(user), Code: events.TooOld, Message: "id: is old"}); err != nil {
			t.Fatal(err)
		}
		want = append(want, user+" too_old id: is old")
	}
	for range 3 {
		if diff := cmp.Diff(want, browse(t, letters)); diff != "" {
			t.Fatalf("browsed: %s", diff)
		}
		if hidden := browse(t, letters); hidden != nil {
			t.Fatalf("browsed twice at once: %q", hidden)
		}
		queues.Now = queues.Now.Add(2 * time.Minute)
	}

	list, err := letters.Browse(t.Context(), 2, time.Minute)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d letters, %v", len(list), err)
	}
	if err := errors.Join(letters.Redrive(t.Context(), list[0], changes), letters.Discard(t.Context(), list[1])); err != nil {
		t.Fatal(err)
	}
	if back := queues.Messages("changes"); len(back) != 1 || back[0].Body != list[0].Body || back[0].Attributes[deadletter.AttributeRedriven].StringValue != "true" {
		t.Errorf("sent back: %v", back)
	}
	queues.Now = queues.Now.Add(2 * time.Minute)
	if left := browse(t, letters); len(left) != 23 {
		t.Errorf("%d letters left, want 23", len(left))
	}
}
