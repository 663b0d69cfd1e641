package lambda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

func queueMapping(cfg lambda.QueueMappingConfig) (*bench, *heap, *lambda.QueueMapping) {
	b := newBench()
	h := &heap{b: b}
	cfg.ID, cfg.Function, cfg.QueueARN = "mapping", "apply", "arn:aws:sqs:us-east-1:123456789012:changes"
	return b, h, lambda.NewQueueMapping(b.World, cfg, h)
}

func names(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("m%02d", i))
	}
	return all
}

func TestQueueReport(t *testing.T) {
	all := []string{"a", "b", "c"}
	tests := []struct {
		name   string
		report bool
		result lambda.Result
		left   []string // still in the queue
	}{
		{"a null answer is a success", true, succeeded, nil},
		{"an absent answer is a success", true, lambda.Result{}, nil},
		{"an empty list as the answer is a success", true, lambda.Result{Payload: []byte(` [ ]`)}, nil},
		{"an empty string is a success", true, lambda.Result{Payload: []byte("\"\"\n")}, nil},
		{"a list that is not empty fails all", true, lambda.Result{Payload: []byte(`["b"]`)}, all},
		{"a string fails all", true, lambda.Result{Payload: []byte(`"b"`)}, all},
		{"an empty object is a success", true, lambda.Result{Payload: []byte(`{}`)}, nil},
		{"an empty list is a success", true, failing(), nil},
		{"a null list is a success", true, lambda.Result{Payload: []byte(`{"batchItemFailures":null}`)}, nil},
		{"one failure keeps one message", true, failing("b"), []string{"b"}},
		{"a failure named twice keeps one message", true, failing("b", "b"), []string{"b"}},
		{"a null id fails all", true, lambda.Result{Payload: []byte(`{"batchItemFailures":[{"itemIdentifier":null}]}`)}, all},
		{"an empty id fails all", true, failing(""), all},
		{"an unknown id fails all", true, failing("b", "z"), all},
		{"a bad key name fails all", true, lambda.Result{Payload: []byte(`{"batchItemFailures":[{"itemIdentifer":"b"}]}`)}, all},
		{"another case of the key fails all", true, lambda.Result{Payload: []byte(`{"batchItemFailures":[{"ItemIdentifier":"b"}]}`)}, all},
		{"a number as id fails all", true, lambda.Result{Payload: []byte(`{"batchItemFailures":[{"itemIdentifier":1}]}`)}, all},
		{"a list that is none fails all", true, lambda.Result{Payload: []byte(`{"batchItemFailures":"b"}`)}, all},
		{"an answer that is not JSON fails all", true, lambda.Result{Payload: []byte(`ok`)}, all},
		{"a function error fails all", true, crashed, all},
		{"without the response type a report is ignored", false, failing("b"), nil},
		{"without the response type a function error fails all", false, crashed, all},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b, h, m := queueMapping(lambda.QueueMappingConfig{ReportBatchItemFailures: test.report})
			h.send(all...)
			inv := next(t, m)
			b.turn(2 * time.Second)
			m.Finish(inv, test.result)
			if diff := cmp.Diff(test.left, h.left()); diff != "" {
				t.Errorf("left in the queue (-want +got):\n%s", diff)
			}
			f := factsOf[lambda.Finished](b)[0]
			if len(f.Failures) < len(test.left) || f.Duration != 2*time.Second || (f.Reason == "") != (test.left == nil) {
				t.Errorf("fact: failures %v, duration %v, reason %q", f.Failures, f.Duration, f.Reason)
			}
		})
	}
}

func TestQueueFailedMessageComesBackWhenVisible(t *testing.T) {
	b, h, m := queueMapping(lambda.QueueMappingConfig{})
	h.send("a")
	m.Finish(next(t, m), crashed)
	none(t, m)
	at, ok := m.Wake()
	if want := start.Add(30 * time.Second); !ok || !at.Equal(want) {
		t.Fatalf("Wake = %v, %v; want %v", at, ok, want)
	}
	b.now = at
	if inv := next(t, m); !slices.Equal(inv.Items, []string{"a"}) {
		t.Errorf("redelivered %v", inv.Items)
	}
}

func TestQueueBatchSize(t *testing.T) {
	tests := []struct {
		name   string
		size   int
		window time.Duration
		sent   int
		asked  []int
		sizes  []int
	}{
		{"the default is ten", 0, 0, 12, []int{10, 10}, []int{10, 2}},
		{"three at a time", 3, 0, 7, []int{3, 3, 3, 2}, []int{3, 3, 1}},
		{"twenty-five are received ten by ten", 25, time.Second, 25, []int{10, 10, 5}, []int{25}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, h, m := queueMapping(lambda.QueueMappingConfig{BatchSize: test.size, Window: test.window})
			h.send(names(test.sent)...)
			var sizes []int
			for range test.sizes {
				sizes = append(sizes, len(next(t, m).Items))
			}
			if diff := cmp.Diff(test.sizes, sizes); diff != "" {
				t.Errorf("batches (-want +got):\n%s", diff)
			}
			if got := h.asked[:min(len(h.asked), len(test.asked))]; test.window > 0 && !slices.Equal(got, test.asked) {
				t.Errorf("receives asked for %v, want %v", h.asked, test.asked)
			}
			if slices.Max(h.asked) > 10 {
				t.Errorf("a receive asked for %d messages", slices.Max(h.asked))
			}
		})
	}
}

func TestQueueWindowCountsFromTheFirstMessage(t *testing.T) {
	b, h, m := queueMapping(lambda.QueueMappingConfig{BatchSize: 20, Window: 5 * time.Second})
	h.send("a")
	none(t, m)
	if at, ok := m.Wake(); !ok || !at.Equal(start.Add(5*time.Second)) {
		t.Fatalf("Wake = %v, %v", at, ok)
	}
	b.turn(4 * time.Second)
	h.send("b")
	none(t, m)
	if s := m.State(); s.Buffered != 2 || len(s.InFlight) != 0 {
		t.Errorf("state %+v", s)
	}
	b.turn(time.Second)
	inv := next(t, m)
	if !slices.Equal(inv.Items, []string{"a", "b"}) {
		t.Errorf("batch %v", inv.Items)
	}
	if s := m.State(); s.Buffered != 0 || !slices.Equal(s.InFlight, []*lambda.Invocation{inv}) {
		t.Errorf("state %+v", s)
	}
}

func TestQueueFullBatchDoesNotWaitForTheWindow(t *testing.T) {
	_, h, m := queueMapping(lambda.QueueMappingConfig{BatchSize: 2, Window: time.Minute})
	h.send("a", "b", "c")
	if inv := next(t, m); len(inv.Items) != 2 {
		t.Errorf("batch %v", inv.Items)
	}
	none(t, m)
}

func TestQueuePayloadStaysUnderSixMegabytes(t *testing.T) {
	_, h, m := queueMapping(lambda.QueueMappingConfig{BatchSize: 100, Window: time.Minute})
	for _, id := range names(8) {
		h.put(lambda.Message{ID: id, Body: strings.Repeat("x", 1<<20)})
	}
	inv := next(t, m)
	if len(inv.Items) != 5 || len(inv.Payload) > 6<<20 {
		t.Errorf("%d messages in %d bytes, want 5", len(inv.Items), len(inv.Payload))
	}
	none(t, m) // the other three wait for their window
	if s := m.State(); s.Buffered != 3 {
		t.Errorf("%d buffered, want 3", s.Buffered)
	}
}

func TestQueueConcurrency(t *testing.T) {
	for _, test := range []struct{ maximum, want int }{{0, 5}, {2, 2}, {7, 7}} {
		_, h, m := queueMapping(lambda.QueueMappingConfig{BatchSize: 1, MaximumConcurrency: test.maximum})
		h.send(names(9)...)
		var flying []*lambda.Invocation
		for range test.want {
			flying = append(flying, next(t, m))
		}
		asked := len(h.asked)
		none(t, m)
		if len(h.asked) != asked {
			t.Errorf("maximum %d: messages were taken although no batch may start", test.maximum)
		}
		if _, ok := m.Wake(); ok {
			t.Errorf("maximum %d: Wake although only Finish can help", test.maximum)
		}
		m.Finish(flying[1], succeeded)
		next(t, m)
		none(t, m)
	}
}

func TestQueueFinishTwiceIsIgnored(t *testing.T) {
	b, h, m := queueMapping(lambda.QueueMappingConfig{})
	h.send("a")
	inv := next(t, m)
	m.Finish(inv, crashed)
	m.Finish(inv, succeeded)
	if got := len(factsOf[lambda.Finished](b)); got != 1 || len(h.left()) != 1 {
		t.Errorf("%d finished, left %v", got, h.left())
	}
}

func TestQueueConfig(t *testing.T) {
	tests := []struct {
		name string
		cfg  lambda.QueueMappingConfig
		want string // part of the error
	}{
		{"defaults", lambda.QueueMappingConfig{Function: "f"}, ""},
		{"no function", lambda.QueueMappingConfig{}, "Function"},
		{"batch too large", lambda.QueueMappingConfig{Function: "f", BatchSize: 10_001, Window: time.Second}, "BatchSize"},
		{"large batch without a window", lambda.QueueMappingConfig{Function: "f", BatchSize: 11}, "MaximumBatchingWindowInSeconds"},
		{"window too long", lambda.QueueMappingConfig{Function: "f", Window: 301 * time.Second}, "MaximumBatchingWindowInSeconds"},
		{"concurrency of one", lambda.QueueMappingConfig{Function: "f", MaximumConcurrency: 1}, "MaximumConcurrency"},
	}
	for _, test := range tests {
		err := test.cfg.Validate()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v, want one about %q", test.name, err, test.want)
		}
	}
}
