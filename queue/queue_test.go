package queue_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
	"github.com/bot-preferences/bot-preferences/queue"
)

type batchRequest struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []struct {
		ID          string `json:"Id"`
		MessageBody string

		MessageAttributes map[string]struct{ DataType, StringValue string }
	}
}

type failedEntry struct {
	ID          string `json:"Id"`
	Code        string
	Message     string
	SenderFault bool
}

type takenEntry struct {
	ID  string `json:"Id"`
	MD5 string `json:"MD5OfMessageBody"`
	Msg string `json:"MessageId"`
}

type batchAnswer struct {
	Successful []takenEntry
	Failed     []failedEntry
}

// A script answers SendMessageBatch requests by one word per message: "" is
// taken, "-" is not named, "!code" is a fault of the sender, "code" is not. The
// last line serves over and over, and what it does not name is taken.
type script struct {
	t        *testing.T
	lines    [][]string
	requests [][]string // bodies
	redriven []bool     // messages, over all requests
}

func (s *script) answer(body []byte) (int, any, error) {
	in := wiretest.Decode[batchRequest](s.t, body)
	if in.QueueURL != queueURL {
		s.t.Errorf("queue %q", in.QueueURL)
	}
	var line []string
	if len(s.lines) > 0 {
		line = s.lines[0]
	}
	if len(s.lines) > 1 {
		s.lines = s.lines[1:]
	}
	var out batchAnswer
	var bodies []string
	for i, e := range in.Entries {
		bodies = append(bodies, e.MessageBody)
		mark := e.MessageAttributes["REDRIVEN"]
		s.redriven = append(s.redriven, mark.DataType == "String" && mark.StringValue == "true")
		word := ""
		if i < len(line) {
			word = line[i]
		}
		switch code, fault := strings.CutPrefix(word, "!"); {
		case word == "-":
		case word == "":
			out.Successful = append(out.Successful, takenEntry{ID: e.ID, MD5: wiretest.MD5(e.MessageBody), Msg: "m"})
		default:
			out.Failed = append(out.Failed, failedEntry{ID: e.ID, Code: code, Message: "because", SenderFault: fault})
		}
	}
	s.requests = append(s.requests, bodies)
	return 200, out, nil
}

func (s *script) sizes() []int {
	var n []int
	for _, r := range s.requests {
		n = append(n, len(r))
	}
	return n
}

func envelopes(n int) []events.Envelope {
	list := make([]events.Envelope, n)
	for i := range list {
		list[i] = events.Envelope{ID: "e", Source: "bot", DetailType: events.DetailTypeChange, Detail: []byte(`{}`)}
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

func TestBodyIsTheEnvelope(t *testing.T) {
	s := &script{t: t}
	now := func() time.Time { return time.Unix(1700000000, 0) }
	change := events.PreferenceChange{ID: events.Stamp{1}, UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1.0")}}
	e := events.ChangeEnvelope("bot", &change, time.Unix(1600000000, 0))
	undated := e
	undated.Time = time.Time{}
	errs := newQueue(over(t, s.answer), queue.WithClock(now)).Send(t.Context(), []events.Envelope{e, undated})
	if errs[0] != nil || errs[1] != nil {
		t.Fatal(errs)
	}
	for i, want := range []string{"2020-09-13T12:26:40Z", "2023-11-14T22:13:20Z"} {
		body := s.requests[0][i]
		got, err := events.DecodeChange([]byte(body))
		if diff := cmp.Diff(change, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
		if !strings.Contains(body, `"time":"`+want+`"`) {
			t.Errorf("no time %s in %s", want, body)
		}
	}
}

func TestSend(t *testing.T) {
	for name, tt := range map[string]struct {
		n        int
		script   [][]string
		requests []int
		outcomes []string
	}{
		"nothing": {outcomes: []string{}},
		"more than one request takes": {
			n: 21, requests: []int{10, 10, 1}, outcomes: slices.Repeat([]string{"taken"}, 21),
		},
		"half failed: exactly the failed one again": {
			n: 3, script: [][]string{{"", "InternalError", ""}, {}},
			requests: []int{3, 1}, outcomes: []string{"taken", "taken", "taken"},
		},
		"a fault of the sender is final": {
			n: 2, script: [][]string{{"!InvalidParameterValue"}},
			requests: []int{2}, outcomes: []string{"rejected InvalidParameterValue", "taken"},
		},
		"throttling is no fault of the message": {
			n: 1, script: [][]string{{"!RequestThrottled"}, {"!KMS.ThrottlingException"}, {}},
			requests: []int{1, 1, 1}, outcomes: []string{"taken"},
		},
		"nor are permissions, but trying at once is no use": {
			n: 2, script: [][]string{{"!AccessDenied", "!KMS.AccessDeniedException"}},
			requests: []int{2}, outcomes: []string{"not sent AccessDenied", "not sent KMS.AccessDeniedException"},
		},
		"a message that the answer does not name": {
			n: 2, script: [][]string{{"", "-"}, {"InternalError"}},
			requests: []int{2, 1, 1}, outcomes: []string{"taken", "uncertain"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{t: t, lines: tt.script}
			got := outcomes(newQueue(over(t, s.answer)).Send(t.Context(), envelopes(tt.n)))
			if diff := cmp.Diff(tt.requests, s.sizes()); diff != "" {
				t.Errorf("requests: %s", diff)
			}
			if diff := cmp.Diff(tt.outcomes, got); diff != "" {
				t.Errorf("outcomes: %s", diff)
			}
		})
	}
}

func TestSendWholeCallFails(t *testing.T) {
	for name, tt := range map[string]struct {
		answer   wiretest.Operation
		calls    int
		outcomes []string
	}{
		"throttled":           {wiretest.Refuse(403, "RequestThrottled"), 3, []string{"not sent RequestThrottled", "not sent RequestThrottled"}},
		"no such queue":       {wiretest.Refuse(400, "QueueDoesNotExist"), 1, []string{"not sent QueueDoesNotExist", "not sent QueueDoesNotExist"}},
		"too long, and alone": {wiretest.Refuse(400, "BatchRequestTooLong"), 3, []string{"rejected BatchRequestTooLong", "rejected BatchRequestTooLong"}},
		"server error":        {wiretest.Refuse(500, "InternalFailure"), 3, []string{"uncertain InternalFailure", "uncertain InternalFailure"}},
		"lost answer":         {wiretest.Fail(wiretest.ErrLostAnswer), 3, []string{"uncertain", "uncertain"}},
		"checksum that differs": {func([]byte) (int, any, error) {
			return 200, batchAnswer{Successful: []takenEntry{{"0", wiretest.MD5("other"), "m"}, {"1", wiretest.MD5("other"), "m"}}}, nil
		}, 3, []string{"uncertain", "uncertain"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := over(t, tt.answer)
			got := outcomes(newQueue(w).Send(t.Context(), envelopes(2)))
			if diff := cmp.Diff(tt.outcomes, got); diff != "" || len(w.Calls) != tt.calls {
				t.Errorf("%d calls, want %d; %s", len(w.Calls), tt.calls, diff)
			}
		})
	}
}

func TestBadEnvelopesHoldUpNobody(t *testing.T) {
	big, odd := envelopes(1)[0], envelopes(1)[0]
	big.Detail = []byte(`"` + strings.Repeat("x", queue.MaxBytes) + `"`)
	odd.Detail = []byte("\"\uFFFF\"")
	s := &script{t: t}
	got := outcomes(newQueue(over(t, s.answer)).Send(t.Context(), []events.Envelope{big, envelopes(1)[0], odd, envelopes(1)[0]}))
	want := []string{"rejected too_large", "taken", "rejected InvalidMessageContents", "taken"}
	if diff := cmp.Diff(want, got) + cmp.Diff([]int{2}, s.sizes()); diff != "" {
		t.Error(diff)
	}
}

func TestRequestsStayUnderTheByteLimit(t *testing.T) {
	half := envelopes(1)[0]
	frame := len(half.AppendJSON(nil)) + len(`"time":"2023-11-14T22:13:20Z",`)
	half.Detail = []byte(`"` + strings.Repeat("x", queue.MaxBytes/2-frame) + `"`)
	half.Time = time.Unix(1700000000, 0)
	if n := len(half.AppendJSON(nil)); n != queue.MaxBytes/2 {
		t.Fatalf("the envelope has %d bytes", n)
	}
	s := &script{t: t}
	got := outcomes(newQueue(over(t, s.answer)).Send(t.Context(), []events.Envelope{half, half, half}))
	if diff := cmp.Diff([]int{2, 1}, s.sizes()) + cmp.Diff(slices.Repeat([]string{"taken"}, 3), got); diff != "" {
		t.Error(diff)
	}
}

func TestSendBodySendsItAsItIs(t *testing.T) {
	for name, tt := range map[string]struct {
		lines [][]string
		want  string
	}{
		"taken":                      {nil, "taken"},
		"rejected":                   {[][]string{{"!InvalidParameterValue"}}, "rejected InvalidParameterValue"},
		"not sent":                   {[][]string{{"!RequestThrottled"}}, "not sent RequestThrottled"},
		"the answer does not say so": {[][]string{{"-"}}, "uncertain"},
	} {
		s := &script{t: t, lines: tt.lines}
		err := newQueue(over(t, s.answer)).SendBody(t.Context(), "not JSON")
		if got := outcomes([]error{err})[0]; got != tt.want || s.requests[0][0] != "not JSON" || slices.Contains(s.redriven, false) {
			t.Errorf("%s: %s, sent %q, marked as redriven: %v", name, got, s.requests, s.redriven)
		}
	}
}

// Only what was a dead letter is marked, and the mark counts toward the limit.
func TestTheMarkOfARedrivenMessage(t *testing.T) {
	s := &script{t: t}
	q := newQueue(over(t, s.answer))
	q.Send(t.Context(), envelopes(2))
	if diff := cmp.Diff([]bool{false, false}, s.redriven); diff != "" {
		t.Error(diff)
	}
	mark := len("REDRIVEN" + "String" + "true")
	for size, want := range map[int]string{queue.MaxBytes - mark: "taken", queue.MaxBytes - mark + 1: "rejected too_large"} {
		err := q.SendBody(t.Context(), strings.Repeat("x", size))
		if got := outcomes([]error{err})[0]; got != want {
			t.Errorf("%d bytes: %s, want %s", size, got, want)
		}
	}
}
