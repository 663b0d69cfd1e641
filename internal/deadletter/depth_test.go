package deadletter_test

import (
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
)

func TestDepthCountsWhatIsHidden(t *testing.T) {
	queues := wiretest.NewQueues(t, "dlq")
	letters := deadletter.New(queues.Client, queues.URL("dlq"))
	for range 5 {
		if err := letters.Put(t.Context(), deadletter.Letter{Body: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := letters.Browse(t.Context(), 2, time.Minute); err != nil {
		t.Fatal(err)
	}
	got, err := letters.Depth(t.Context())
	if want := (deadletter.Depth{Visible: 3, Hidden: 2, Timeout: 30 * time.Second}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := deadletter.New(queues.Client, queues.URL("dlq")+"x").Depth(t.Context()); err == nil {
		t.Error("a queue that is not there has a depth")
	}
}

// No letter is overlooked where one of the two counts is old.
func TestHiddenByOthers(t *testing.T) {
	depth := func(visible, hidden int) deadletter.Depth { return deadletter.Depth{Visible: visible, Hidden: hidden} }
	for name, c := range map[string]struct {
		before, after deadletter.Depth
		received      int
		more          bool
		want          int
	}{
		"an empty queue":                           {},
		"all were received":                        {before: depth(3, 0), after: depth(0, 3), received: 3},
		"another command has them":                 {before: depth(0, 3), after: depth(0, 3), want: 3},
		"another command has some":                 {before: depth(2, 3), after: depth(0, 5), received: 2, want: 3},
		"the answer was lost":                      {before: depth(3, 0), after: depth(0, 3), want: 3},
		"the count before is old":                  {before: depth(0, 0), after: depth(0, 3), received: 1, want: 2},
		"the count after is old":                   {before: depth(1, 2), after: depth(1, 2), received: 1, want: 2},
		"a command released them, which shows not": {before: depth(0, 3), after: depth(0, 3), received: 3},
		"a letter comes meanwhile":                 {before: depth(1, 0), after: depth(1, 1), received: 1},
		"more than were wanted":                    {before: depth(9, 0), after: depth(7, 2), received: 2, more: true},
		"more than were wanted, and some hidden":   {before: depth(9, 4), after: depth(7, 6), received: 2, more: true, want: 4},
		"the same, and the count after is old":     {before: depth(9, 4), after: depth(9, 4), received: 2, more: true, want: 4},
	} {
		if got := deadletter.HiddenByOthers(c.before, c.after, c.received, !c.more); got != c.want {
			t.Errorf("%s: %d hidden, want %d", name, got, c.want)
		}
	}
}
