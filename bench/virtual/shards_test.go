package virtual_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/bench/virtual"
	"github.com/bot-preferences/bot-preferences/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/race"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// Each shard has the lanes of a mapping, two in production, and users of its own.
func TestShards(t *testing.T) {
	for shards, most := range map[int]int{0: 2, 3: 6} {
		at, peak := 0, 0
		c, l := newCloud(t, virtual.Options{SideBySide: true, Shards: shards})
		publish(t, c, 0, users(40)...)
		run(t, c)
		for _, f := range l.facts {
			switch f := f.(type) {
			case lambda.Started:
				if f.Invocation.Function == virtual.Republish {
					at++
					peak = max(peak, at)
				}
			case lambda.Finished:
				if f.Invocation.Function == virtual.Republish {
					at--
				}
			}
		}
		if n := announcements(l); peak != most || n != 40 {
			t.Errorf("%d shards: %d at a time, want %d; %d announcements", shards, peak, most, n)
		}
	}
}

// mappings are changes to what the stack says of the mapping of the stream.
var mappings = map[string]func(m *stack.StreamMapping){
	"as deployed":         func(*stack.StreamMapping) {},
	"a window":            func(m *stack.StreamMapping) { m.WindowSeconds = 2 },
	"small batches":       func(m *stack.StreamMapping) { m.BatchSize = 2 },
	"one lane":            func(m *stack.StreamMapping) { m.ParallelizationFactor = 1 },
	"failures are whole":  func(m *stack.StreamMapping) { m.BisectBatchOnFunctionError = false },
	"no report is read":   func(m *stack.StreamMapping) { m.ReportBatchItemFailures = false },
	"few retries":         func(m *stack.StreamMapping) { m.MaximumRetryAttempts = 1 },
	"what is old is lost": func(m *stack.StreamMapping) { m.MaximumRecordAgeSeconds = 60 },
	"nothing is left":     func(m *stack.StreamMapping) { m.MaximumRetryAttempts, m.OnFailureARN = 1, "" },
	"nothing passes":      func(m *stack.StreamMapping) { m.FilterPatterns = []string{`{"eventName":["REMOVE"]}`} },
	"all passes":          func(m *stack.StreamMapping) { m.FilterPatterns = nil },
}

// A shard is read as a whole stream is: with the same batches at the same times, by what
// the stack says of the mapping.
func TestAShardIsReadAsAStreamIs(t *testing.T) {
	race.Skip(t)
	seen := map[string]string{}
	for name, change := range mappings {
		whole, shard := trace(t, change, 0), trace(t, change, 2)
		if diff := cmp.Diff(whole, shard); diff != "" {
			t.Errorf("%s: -whole +shard:\n%s", name, diff)
		}
		all := strings.Join(whole, "\n")
		if other := seen[all]; other != "" && name != "all passes" && other != "all passes" { // nothing else is there
			t.Errorf("%s is not to be told from %s", name, other)
		}
		seen[all] = name
	}
}

// trace is what republish's mapping does with records of one shard.
func trace(t *testing.T, change func(m *stack.StreamMapping), shards int) (lines []string) {
	t.Helper()
	var c *virtual.Cloud
	c, err := virtual.New(virtual.Options{
		Root: "../..", Start: start, SideBySide: true, Shards: shards,
		Change: func(s *stack.Stack) { change(&s.StreamMappings[0]) },
		Observe: func(f world.Fact) {
			if line := told(f); line != "" {
				lines = append(lines, c.Now().Sub(start).String()+" "+line)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Replace(virtual.Republish, failing(c))
	publish(t, c, 0, together(12)...)
	publish(t, c, 2*time.Second, together(3)...) // which have an old image, too
	run(t, c)
	letters := c.Stack.StreamMappings[0].OnFailureARN
	if q, ok := c.Queues.QueueByARN(letters); ok {
		for _, m := range q.Messages() {
			lines = append(lines, condition(t, m.Body))
		}
	}
	return lines
}

// The records of each shard go to all of its lanes.
func TestAllLanesOfAShardHaveRecords(t *testing.T) {
	race.Skip(t)
	c, l := newCloud(t, virtual.Options{Shards: 4}) // of two lanes each, as prod is set
	var users []string
	for i := range 100 {
		users = append(users, workload.User(i))
	}
	publish(t, c, 0, users...)
	run(t, c)
	began := 0
	for _, line := range l.lines {
		if strings.HasSuffix(line, " republishPreferences") {
			began++
		}
	}
	if began != 8 {
		t.Errorf("%d batches were announced, want one in each of two lanes of four shards", began)
	}
}

// together are users of one shard of two.
func together(n int) (all []string) {
	for i := 0; len(all) < n; i++ {
		if user := fmt.Sprintf("u%d", i); virtual.Partition(user, 2) == 1 {
			all = append(all, user)
		}
	}
	return all
}

// failing fails for longer than a minute, and then reports the last of its records for
// as long.
func failing(c *virtual.Cloud) virtual.Handler {
	return func(_ context.Context, payload []byte) ([]byte, error) {
		var event awsevents.DynamoDBEvent
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		switch after := c.Now().Sub(start); {
		case after < 100*time.Second:
			return nil, errors.New("failed")
		case after < 200*time.Second:
			last := event.Records[len(event.Records)-1].Change.SequenceNumber
			return []byte(`{"batchItemFailures":[{"itemIdentifier":"` + last + `"}]}`), nil
		}
		return []byte(`{}`), nil
	}
}

// eventID is by chance.
var eventID = regexp.MustCompile(`"eventID":"[^"]+"`)

// told is a fact about republish, but for the ids in it.
func told(f world.Fact) string {
	switch f := f.(type) {
	case lambda.Started:
		if f.Invocation.Function == virtual.Republish {
			records := eventID.ReplaceAllString(string(f.Invocation.Payload), "")
			return fmt.Sprint("started ", f.Invocation.Attempt, f.Invocation.Items, records)
		}
	case lambda.Finished:
		if f.Invocation.Function == virtual.Republish {
			return fmt.Sprint("finished ", f.Failures, f.Reason)
		}
	case lambda.Filtered:
		return fmt.Sprint("filtered ", f.Items)
	case lambda.Discarded:
		return fmt.Sprint("discarded ", f.Condition, f.Items, f.Err)
	}
	return ""
}

// condition is that of a message about what was given up.
func condition(t *testing.T, message string) string {
	t.Helper()
	var m struct {
		Request struct {
			Condition string `json:"condition"`
		} `json:"requestContext"`
		Batch struct {
			Start string `json:"startSequenceNumber"`
			ARN   string `json:"streamArn"`
		} `json:"DDBStreamBatchInfo"`
	}
	if err := json.Unmarshal([]byte(message), &m); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint("dead letter ", m)
}

// A batch that failed is tried again a second later, whenever the stream is read.
func TestAFailedBatchComesAgainInTime(t *testing.T) {
	for _, o := range []virtual.Options{{}, {SideBySide: true}, {SideBySide: true, Shards: 2}} {
		c, l := newCloud(t, o)
		c.Replace(virtual.Republish, func(context.Context, []byte) ([]byte, error) {
			c.Restore(virtual.Republish)
			return nil, errors.New("failed")
		})
		publish(t, c, 100*time.Millisecond, "u")
		run(t, c)
		want := []string{"1.25s republishPreferences", "1.251s republishPreferences took 1ms", "2.251s republishPreferences"}
		if diff := cmp.Diff(want, l.lines[3:6]); diff != "" {
			t.Errorf("%+v: -want +got:\n%s", o, diff)
		}
	}
}

// What is wrong with a mapping is said when the cloud is made.
func TestShardsNeedAMappingThatCanBe(t *testing.T) {
	for want, change := range map[string]func(m *stack.StreamMapping){
		"filter":     func(m *stack.StreamMapping) { m.FilterPatterns = []string{`{"eventName":"none"}`} },
		"queue none": func(m *stack.StreamMapping) { m.OnFailureARN = "none" },
		"table none": func(m *stack.StreamMapping) { m.Table = "none" },
	} {
		_, err := virtual.New(virtual.Options{Root: "../..", Shards: 2, Change: func(s *stack.Stack) { change(&s.StreamMappings[0]) }})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one of the %s", err, want)
		}
	}
}
