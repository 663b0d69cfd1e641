package localaws_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// shard is a shard as a driver makes it.
type shard []lambda.Record

func (s shard) Records(after string, max int) []lambda.Record {
	first := 1 + slices.IndexFunc(s, func(r lambda.Record) bool { return r.SequenceNumber == after })
	return s[first:min(first+max, len(s))]
}

// mapped is a cloud whose only stream mapping reads a shard with four records.
func mapped(t *testing.T, c *clock, change func(*stack.StreamMapping)) *localaws.Cloud {
	t.Helper()
	s := service()
	s.QueueMappings, s.StreamMappings = nil, nil
	cloud := mustBuild(t, c, s)
	m := stack.StreamMapping{
		Function: "republish", Table: "profiles", BatchSize: 4, StartingPosition: "TRIM_HORIZON", ParallelizationFactor: 1,
		MaximumRetryAttempts: 2, MaximumRecordAgeSeconds: -1, ReportBatchItemFailures: true, OnFailureARN: queueARN("zz-letters"),
	}
	change(&m)
	if err := cloud.MapShard(m, "shard-7", shard(localaws.LambdaRecords(records("1", "2", "3", "4")))); err != nil {
		t.Fatal(err)
	}
	return cloud
}

// invocations returns the invocations of the mapping, each with its time and records,
// until all are done, followed by the letters. The first attempt at a batch fails, and
// the others report its last record.
func invocations(t *testing.T, change func(*stack.StreamMapping)) string {
	t.Helper()
	var lines []string
	c := newClock()
	began := c.now
	cloud := mapped(t, c, change)
	m := cloud.Mappings()[0]
	for !cloud.Drained() {
		var running []*lambda.Invocation
		for inv, ok := m.Next(); ok; inv, ok = m.Next() {
			running = append(running, inv)
			lines = append(lines, fmt.Sprint(c.now.Sub(began), " ", strings.Join(inv.Items, "")))
		}
		for _, inv := range running {
			r := lambda.Result{Err: errors.New("failed")}
			if inv.Attempt > 1 {
				r = lambda.Result{Payload: fmt.Appendf(nil, `{"batchItemFailures":[{"itemIdentifier":%q}]}`, inv.Items[len(inv.Items)-1])}
			}
			cloud.Finish(m, inv, r)
		}
		if at, ok := cloud.Wake(); ok && at.After(c.now) {
			c.now = at
		}
	}
	letters, _ := cloud.Queues.Queue("zz-letters")
	for _, l := range letters.Messages() {
		lines = append(lines, letter(t, l.Body))
	}
	return strings.Join(lines, ", ")
}

func letter(t *testing.T, body string) string {
	t.Helper()
	var l struct {
		Request struct{ Condition string }                               `json:"requestContext"`
		Batch   struct{ ShardID, StreamARN, StartSequenceNumber string } `json:"DDBStreamBatchInfo"`
	}
	if err := json.Unmarshal([]byte(body), &l); err != nil {
		t.Fatal(err)
	}
	if b := l.Batch; b.ShardID != "shard-7" || !strings.Contains(b.StreamARN, ":table/profiles/stream/") {
		t.Errorf("a letter about shard %q of the stream %q", b.ShardID, b.StreamARN)
	}
	return l.Request.Condition + " " + l.Batch.StartSequenceNumber
}

// Each setting of a mapping in the stack has an effect on the function's invocations.
func TestAStreamIsReadAsTheStackSays(t *testing.T) {
	for name, c := range map[string]struct {
		change func(m *stack.StreamMapping)
		want   string
	}{
		"all but what follows": {func(*stack.StreamMapping) {}, "0s 1234, 1s 1234, 2s 4, 4s 4, RetryAttemptsExhausted 4"},
		"position":             {func(m *stack.StreamMapping) { m.StartingPosition = "LATEST" }, ""},
		"batches":              {func(m *stack.StreamMapping) { m.BatchSize = 3 }, "0s 123, 1s 123, 2s 3, 4s 3, 4s 4, 5s 4, 7s 4, RetryAttemptsExhausted 3, RetryAttemptsExhausted 4"},
		"window":               {func(m *stack.StreamMapping) { m.BatchSize, m.WindowSeconds = 5, 7 }, "7s 1234, 8s 1234, 9s 4, 11s 4, RetryAttemptsExhausted 4"},
		"lanes":                {func(m *stack.StreamMapping) { m.ParallelizationFactor = 2 }, "0s 13, 0s 24, 1s 13, 1s 24, 2s 3, 2s 4, 4s 3, 4s 4, RetryAttemptsExhausted 3, RetryAttemptsExhausted 4"},
		"bisection":            {func(m *stack.StreamMapping) { m.BisectBatchOnFunctionError = true }, "0s 1234, 1s 12, 2s 2, 4s 2, 8s 2, 8s 34, 9s 4, 11s 4, 15s 4, RetryAttemptsExhausted 2, RetryAttemptsExhausted 4"},
		"retries":              {func(m *stack.StreamMapping) { m.MaximumRetryAttempts = 0 }, "0s 1234, RetryAttemptsExhausted 1"},
		"age":                  {func(m *stack.StreamMapping) { m.MaximumRetryAttempts, m.MaximumRecordAgeSeconds = -1, 60 }, "0s 1234, 1s 1234, 2s 4, 4s 4, 8s 4, 16s 4, 32s 4, RecordAgeExceeded 4"},
		"no report":            {func(m *stack.StreamMapping) { m.ReportBatchItemFailures = false }, "0s 1234, 1s 1234"},
		"filter": {func(m *stack.StreamMapping) {
			m.FilterPatterns = []string{`{"dynamodb":{"SequenceNumber":["2"]}}`, `{"dynamodb":{"SequenceNumber":["3"]}}`}
		}, "0s 23, 1s 23, 2s 3, 4s 3, RetryAttemptsExhausted 3"},
		"no letters": {func(m *stack.StreamMapping) { m.OnFailureARN = "" }, "0s 1234, 1s 1234, 2s 4, 4s 4"},
	} {
		if got := invocations(t, c.change); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// An invalid mapping is refused like one of the stack.
func TestAShardThatCannotBeMapped(t *testing.T) {
	for want, spoil := range map[string]func(*stack.StreamMapping){
		"table none, shard 7: there is no such table":                                       func(m *stack.StreamMapping) { m.Table = "none" },
		"table profiles, shard 7: stream mapping of republish: ParallelizationFactor is 11": func(m *stack.StreamMapping) { m.ParallelizationFactor = 11 },
	} {
		s := service()
		m := s.StreamMappings[0]
		s.StreamMappings = nil
		spoil(&m)
		cloud := mustBuild(t, newClock(), s)
		if err := cloud.MapShard(m, "7", shard{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}
