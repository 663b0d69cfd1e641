package queue_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
	"github.com/bot-preferences/bot-preferences/queue"
)

func TestSendToLocalAWS(t *testing.T) {
	queues := wiretest.NewQueues(t, "changes")
	route := queue.New(queues.Client, queues.URL("changes"), queue.WithClock(queues.Clock))
	list := envelopes(23)
	list[4].Detail = []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
	list[7].Detail = []byte("\"\uFFFE\"")
	got := outcomes(route.Send(t.Context(), list))
	want := slices.Repeat([]string{"taken"}, 23)
	want[4], want[7] = "rejected too_large", "rejected InvalidMessageContents"
	if diff := cmp.Diff(want, got); diff != "" || len(queues.Messages("changes")) != 21 {
		t.Errorf("%d messages; %s", len(queues.Messages("changes")), diff)
	}
}
