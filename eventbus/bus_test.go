package eventbus_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
)

func envelopes(n int) []events.Envelope {
	list := make([]events.Envelope, n)
	for i := range list {
		list[i] = events.Envelope{Source: "bot", DetailType: events.DetailTypeChange, Detail: []byte(`{}`)}
	}
	return list
}

func outcomes(errs []error) []string {
	list := make([]string, len(errs))
	for i, err := range errs {
		list[i] = "taken"
		var failure *events.SendError
		if errors.As(err, &failure) {
			list[i] = strings.TrimSpace(failure.Outcome.String() + " " + failure.Code)
		} else if err != nil {
			list[i] = "not a SendError: " + err.Error()
		}
	}
	return list
}

func TestEntryOnTheWire(t *testing.T) {
	w := &wire{t: t, steps: []step{takeAll}}
	errs := w.bus().Send(t.Context(), []events.Envelope{
		{ID: "not sent", Source: "bot", DetailType: "PreferenceChange", Time: time.Unix(1700000000, 0), Detail: []byte(`{"a":1.0}`)},
		{Source: "bot", DetailType: "PreferenceChange", Detail: []byte(`{}`), Traceparent: "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"},
	})
	at := 1700000000.0
	want := [][]entry{{
		{EventBusName: "bus-name", Source: "bot", DetailType: "PreferenceChange", Detail: `{"a":1.0}`, Time: &at},
		{EventBusName: "bus-name", Source: "bot", DetailType: "PreferenceChange", Detail: `{}`, TraceHeader: "Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9;Parent=00f067aa0ba902b7;Sampled=1"},
	}}
	if diff := cmp.Diff(want, w.requests); diff != "" {
		t.Error(diff)
	}
	if errs[0] != nil || errs[1] != nil {
		t.Error(errs)
	}
}

// sendCases are what the bus answers, request by request, and what the caller is told.
var sendCases = map[string]struct {
	n        int
	steps    []step
	requests []int
	outcomes []string
}{
	"nothing": {outcomes: []string{}},
	"more than one request takes": {
		n: 12, steps: []step{takeAll}, requests: []int{10, 2}, outcomes: slices.Repeat([]string{"taken"}, 12),
	},
	"half failed: exactly the throttled one again": {
		n: 3, steps: []step{results("", "ThrottlingException", ""), takeAll},
		requests: []int{3, 1}, outcomes: []string{"taken", "taken", "taken"},
	},
	"permanent and passing failures": {
		n: 5, steps: []step{results("MalformedDetail", "InternalFailure", "NotAuthorizedForSourceException", "AccessDeniedException", "InternalException"), results("", "NewCode"), results("NewCode")},
		requests: []int{5, 2, 1}, outcomes: []string{"rejected MalformedDetail", "taken", "rejected NotAuthorizedForSourceException", "not sent AccessDeniedException", "not sent NewCode"},
	},
	"throttled throughout": {
		n: 2, steps: []step{refuse(400, "ThrottlingException")},
		requests: []int{2, 2, 2}, outcomes: []string{"not sent ThrottlingException", "not sent ThrottlingException"},
	},
	"one bad entry refuses the request": {
		n: 3, steps: []step{refuse(400, "ValidationException"), takeAll, refuse(400, "ValidationException"), takeAll},
		requests: []int{3, 1, 1, 1}, outcomes: []string{"taken", "rejected ValidationException", "taken"},
	},
	"no permission": {
		n: 2, steps: []step{refuse(400, "AccessDeniedException")},
		requests: []int{2}, outcomes: []string{"not sent AccessDeniedException", "not sent AccessDeniedException"},
	},
	"server error, then throttled": {
		n: 1, steps: []step{refuse(500, "InternalException"), refuse(400, "ThrottlingException")},
		requests: []int{1, 1, 1}, outcomes: []string{"uncertain InternalException"},
	},
	"lost answer, then throttled": {
		n: 1, steps: []step{fail(lostAnswer), refuse(400, "ThrottlingException")},
		requests: []int{1, 1, 1}, outcomes: []string{"uncertain"},
	},
	"lost answer, then taken": {
		n: 1, steps: []step{fail(lostAnswer), takeAll},
		requests: []int{1, 1}, outcomes: []string{"taken"},
	},
	"no connection": {
		n: 1, steps: []step{fail(noConnection)},
		requests: []int{1, 1, 1}, outcomes: []string{"not sent"},
	},
	"fewer results than entries": {
		n: 2, steps: []step{answer(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`)},
		requests: []int{2, 2, 2}, outcomes: []string{"uncertain", "uncertain"},
	},
	"a failure that is not counted": {
		n: 2, steps: []step{answer(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"},{"ErrorCode":"InvalidArgument"}]}`)},
		requests: []int{2}, outcomes: []string{"taken", "rejected InvalidArgument"},
	},
	"a result that says nothing": {
		n: 1, steps: []step{answer(`{"FailedEntryCount":0,"Entries":[{}]}`)},
		requests: []int{1, 1, 1}, outcomes: []string{"uncertain"},
	},
	"an answer cut off": {
		n: 1, steps: []step{answer(`{"FailedEntryCount":0,"Entr`), takeAll},
		requests: []int{1, 1}, outcomes: []string{"taken"},
	},
}

func TestSend(t *testing.T) {
	for name, tt := range sendCases {
		t.Run(name, func(t *testing.T) {
			w := &wire{t: t, steps: tt.steps}
			got := outcomes(w.bus().Send(t.Context(), envelopes(tt.n)))
			if diff := cmp.Diff(tt.requests, w.sizes()); diff != "" {
				t.Errorf("requests: %s", diff)
			}
			if diff := cmp.Diff(tt.outcomes, got); diff != "" {
				t.Errorf("outcomes: %s", diff)
			}
		})
	}
}

func TestRequestsStayUnderTheByteLimit(t *testing.T) {
	// 14 bytes for the time, 3 and 16 for source and detail-type.
	const overhead = 14 + 3 + 16
	at := func(size int) events.Envelope {
		e := envelopes(1)[0]
		e.Time = time.Unix(1, 0)
		e.Detail = []byte(`"` + strings.Repeat("x", size-overhead-2) + `"`)
		return e
	}
	w := &wire{t: t, steps: []step{takeAll}}
	got := outcomes(w.bus().Send(t.Context(), []events.Envelope{
		at(eventbus.MaxBytes - 100), at(100), at(100), at(eventbus.MaxBytes + 1), at(eventbus.MaxBytes),
	}))
	if diff := cmp.Diff([]int{2, 1, 1}, w.sizes()); diff != "" {
		t.Errorf("requests: %s", diff)
	}
	if diff := cmp.Diff([]string{"taken", "taken", "taken", "rejected too_large", "taken"}, got); diff != "" {
		t.Error(diff)
	}
}

// hang never answers.
type hang struct{ requests int }

func (h *hang) RoundTrip(r *http.Request) (*http.Response, error) {
	h.requests++
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestTimeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hang{}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		got := outcomes(eventbus.New(clientOver(h), "bus").Send(ctx, envelopes(11)))
		if time.Since(start) != 2*time.Second || h.requests != 1 {
			t.Errorf("took %s and %d requests", time.Since(start), h.requests)
		}
		want := append(slices.Repeat([]string{"uncertain"}, 10), "not sent")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
