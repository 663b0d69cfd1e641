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

const streamARN = "arn:aws:dynamodb:us-east-1:123456789012:table/profiles/stream/2026-11-23T00:00:00.000"

func streamMapping(cfg lambda.StreamMappingConfig) (*bench, *tape, *letters, *lambda.StreamMapping) {
	b := newBench()
	s, l := &tape{b: b}, &letters{}
	return b, s, l, startStream(b, s, l, cfg)
}

func startStream(b *bench, s *tape, l *letters, cfg lambda.StreamMappingConfig) *lambda.StreamMapping {
	cfg.ID, cfg.Function, cfg.StreamARN, cfg.ShardID = "mapping", "republish", streamARN, "shardId-1"
	if cfg.StartingPosition == "" {
		cfg.StartingPosition = lambda.TrimHorizon
	}
	return lambda.NewStreamMapping(b.World, cfg, s, l)
}

// run drives a mapping to its end with a function of the records, and sets the clock to
// each Wake. It returns every batch, with the second it started in.
func run(b *bench, m lambda.Mapping, f func(items []string) lambda.Result) []string {
	var log []string
	for range 100 {
		inv, ok := m.Next()
		if !ok {
			at, ok := m.Wake()
			if !ok {
				return log
			}
			b.now = at
			continue
		}
		log = append(log, fmt.Sprintf("%.0fs %s", b.now.Sub(start).Seconds(), strings.Join(inv.Items, " ")))
		m.Finish(inv, f(inv.Items))
	}
	return append(log, "no end")
}

func crashOn(poison string) func([]string) lambda.Result {
	return func(items []string) lambda.Result {
		if slices.Contains(items, poison) {
			return crashed
		}
		return succeeded
	}
}

func reportOn(poison ...string) func([]string) lambda.Result {
	return func(items []string) lambda.Result {
		var bad []string
		for _, p := range poison {
			if slices.Contains(items, p) {
				bad = append(bad, p)
			}
		}
		return failing(bad...)
	}
}

func TestStreamRetries(t *testing.T) {
	type cfg = lambda.StreamMappingConfig
	tests := []struct {
		name      string
		cfg       cfg
		function  func([]string) lambda.Result
		batches   []string
		discarded []string
	}{
		{
			"a success needs one batch", cfg{MaximumRetryAttempts: 2},
			func([]string) lambda.Result { return succeeded },
			[]string{"0s 101 102 103 104"}, nil,
		},
		{
			"a failed batch is tried again after growing pauses, then discarded whole", cfg{MaximumRetryAttempts: 3}, crashOn("102"),
			[]string{"0s 101 102 103 104", "1s 101 102 103 104", "3s 101 102 103 104", "7s 101 102 103 104"},
			[]string{"101 102 103 104"},
		},
		{
			"no retries: discarded at once", cfg{}, crashOn("102"),
			[]string{"0s 101 102 103 104"}, []string{"101 102 103 104"},
		},
		{
			"bisecting isolates the poison and consumes no retries", cfg{BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1}, crashOn("102"),
			[]string{"0s 101 102 103 104", "1s 101 102", "3s 101", "3s 102", "7s 102", "7s 103 104"},
			[]string{"102"},
		},
		{
			"the checkpoint is at the lowest reported record", cfg{ReportBatchItemFailures: true, MaximumRetryAttempts: 1}, reportOn("103", "102"),
			[]string{"0s 101 102 103 104", "1s 102 103 104"}, []string{"102 103 104"},
		},
		{
			"a report without retries discards from the reported record on", cfg{ReportBatchItemFailures: true}, reportOn("103"),
			[]string{"0s 101 102 103 104"}, []string{"103 104"},
		},
		{
			"a report and bisecting together isolate it too", cfg{ReportBatchItemFailures: true, BisectBatchOnFunctionError: true}, reportOn("102"),
			[]string{"0s 101 102 103 104", "1s 102 103 104", "3s 102", "3s 103 104"}, []string{"102"},
		},
		{
			"an unknown sequence number fails the batch", cfg{ReportBatchItemFailures: true},
			func([]string) lambda.Result { return failing("999") },
			[]string{"0s 101 102 103 104"}, []string{"101 102 103 104"},
		},
		{
			"without the response type a report is ignored", cfg{}, reportOn("102"),
			[]string{"0s 101 102 103 104"}, nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b, s, l, m := streamMapping(test.cfg)
			s.put("u1", "u2", "u1", "u3")
			if diff := cmp.Diff(test.batches, run(b, m, test.function)); diff != "" {
				t.Errorf("batches (-want +got):\n%s", diff)
			}
			var discarded []string
			for _, f := range factsOf[lambda.Discarded](b) {
				discarded = append(discarded, strings.Join(f.Items, " "))
			}
			if diff := cmp.Diff(test.discarded, discarded); diff != "" {
				t.Errorf("discarded (-want +got):\n%s", diff)
			}
			if len(l.bodies) != len(test.discarded) || m.State().Checkpoint != "104" {
				t.Errorf("%d messages, checkpoint %q", len(l.bodies), m.State().Checkpoint)
			}
		})
	}
}

func TestStreamRetriesWithoutEndUntilTheStreamForgets(t *testing.T) {
	b, s, l, m := streamMapping(lambda.StreamMappingConfig{MaximumRetryAttempts: -1})
	s.put("u1")
	for b.now.Before(start.Add(24 * time.Hour)) {
		m.Finish(next(t, m), crashed)
		none(t, m)
		at, _ := m.Wake()
		if pause := at.Sub(b.now); pause < time.Second || pause > time.Minute {
			t.Fatalf("pause of %v", pause)
		}
		b.now = at
	}
	b.turn(time.Second)
	none(t, m)
	if len(l.bodies) != 1 || !strings.Contains(l.bodies[0], "RecordAgeExceeded") {
		t.Errorf("failure messages %v", l.bodies)
	}
}

func TestStreamThrottlingConsumesNoRetries(t *testing.T) {
	b, s, _, m := streamMapping(lambda.StreamMappingConfig{BisectBatchOnFunctionError: true})
	s.put("u1", "u2")
	calls := 0
	got := run(b, m, func([]string) lambda.Result {
		if calls++; calls < 3 {
			return throttled
		}
		return succeeded
	})
	if diff := cmp.Diff([]string{"0s 101 102", "1s 101 102", "3s 101 102"}, got); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
}

func TestStreamRecordAge(t *testing.T) {
	b, s, l, m := streamMapping(lambda.StreamMappingConfig{MaximumRecordAge: time.Minute, MaximumRetryAttempts: -1})
	s.put("old", "old")
	b.turn(time.Minute)
	s.put("fresh")
	b.turn(time.Second)
	if inv := next(t, m); !slices.Equal(inv.Items, []string{"103"}) {
		t.Errorf("batch %v", inv.Items)
	}
	if got := factsOf[lambda.Discarded](b); len(got) != 1 || !slices.Equal(got[0].Items, []string{"101", "102"}) {
		t.Errorf("discarded %+v", got)
	}
	if len(l.bodies) != 1 || strings.Contains(l.bodies[0], "responseContext") || m.State().Checkpoint != "102" {
		t.Errorf("message %v, checkpoint %s", l.bodies, m.State().Checkpoint)
	}
}

func TestStreamStartingPosition(t *testing.T) {
	for position, want := range map[lambda.StartingPosition]string{lambda.TrimHorizon: "101 102", lambda.Latest: "102"} {
		b := newBench()
		s := &tape{b: b}
		s.put("before")
		m := startStream(b, s, nil, lambda.StreamMappingConfig{StartingPosition: position})
		s.put("after")
		if got := strings.Join(next(t, m).Items, " "); got != want {
			t.Errorf("%s: batch %s, want %s", position, got, want)
		}
	}
}

func TestStreamWindow(t *testing.T) {
	b, s, _, m := streamMapping(lambda.StreamMappingConfig{BatchSize: 3, Window: 5 * time.Second})
	s.put("u1")
	none(t, m)
	if at, ok := m.Wake(); !ok || !at.Equal(start.Add(5*time.Second)) {
		t.Fatalf("Wake = %v, %v", at, ok)
	}
	b.turn(5 * time.Second)
	s.put("u2")
	m.Finish(next(t, m), succeeded)
	s.put("u1", "u2", "u3")
	if inv := next(t, m); len(inv.Items) != 3 {
		t.Errorf("a full batch waits: %v", inv.Items)
	}
}

func TestStreamBatchSize(t *testing.T) {
	b, s, _, m := streamMapping(lambda.StreamMappingConfig{BatchSize: 2})
	s.put("u1", "u2", "u3", "u4", "u5")
	want := []string{"0s 101 102", "0s 103 104", "0s 105"}
	if diff := cmp.Diff(want, run(b, m, crashOn(""))); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
}

func TestStreamConfig(t *testing.T) {
	ok := lambda.StreamMappingConfig{Function: "f", StartingPosition: lambda.Latest, MaximumRetryAttempts: -1, MaximumRecordAge: -1}
	if err := ok.Validate(); err != nil {
		t.Errorf("valid: %v", err)
	}
	tests := map[string]func(*lambda.StreamMappingConfig){
		"Function":                       func(c *lambda.StreamMappingConfig) { c.Function = "" },
		"StartingPosition":               func(c *lambda.StreamMappingConfig) { c.StartingPosition = "AT_TIMESTAMP" },
		"BatchSize":                      func(c *lambda.StreamMappingConfig) { c.BatchSize = 10_001 },
		"MaximumBatchingWindowInSeconds": func(c *lambda.StreamMappingConfig) { c.Window = -1 },
		"ParallelizationFactor":          func(c *lambda.StreamMappingConfig) { c.ParallelizationFactor = 11 },
		"MaximumRetryAttempts":           func(c *lambda.StreamMappingConfig) { c.MaximumRetryAttempts = -2 },
		"MaximumRecordAgeInSeconds":      func(c *lambda.StreamMappingConfig) { c.MaximumRecordAge = time.Second },
	}
	for field, spoil := range tests {
		bad := ok
		spoil(&bad)
		if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: error %v", field, err)
		}
	}
}
