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

// A trace goes beside the body, and a redriven body has none there.
func TestTraceHeaders(t *testing.T) {
	queues := wiretest.NewQueues(t, "changes")
	route := queue.New(queues.Client, queues.URL("changes"), queue.WithClock(queues.Clock))
	list := envelopes(3)
	list[1].Traceparent = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"
	list[2].Traceparent = "no trace"
	got := outcomes(append(route.Send(t.Context(), list), route.SendBody(t.Context(), `{}`)))
	var headers []string
	for _, m := range queues.Messages("changes") {
		headers = append(headers, m.System["AWSTraceHeader"])
	}
	want := []string{"", "Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9;Parent=00f067aa0ba902b7;Sampled=1", "", ""}
	if diff := cmp.Diff(want, headers); diff != "" || !slices.Equal(got, slices.Repeat([]string{"taken"}, 4)) {
		t.Errorf("%v; %s", got, diff)
	}
}
