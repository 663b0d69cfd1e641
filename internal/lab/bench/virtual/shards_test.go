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

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/race"
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

// A shard is read like a whole stream, with the same batches at the same times, even if
// they fail until they are discarded.
func TestAShardIsReadAsAStreamIs(t *testing.T) {
	whole, shard := trace(t, 0), trace(t, 2)
	if diff := cmp.Diff(whole, shard); diff != "" {
		t.Errorf("-whole +shard:\n%s", diff)
	}
}

// trace returns what republish's mapping does with the records of one shard.
func trace(t *testing.T, shards int) (lines []string) {
	t.Helper()
	var c *virtual.Cloud
	c, err := virtual.New(virtual.Options{
		Root: "../../../..", Start: start, SideBySide: true, Shards: shards,
		Change: func(s *stack.Stack) {
			m := &s.StreamMappings[0]
			m.BatchSize, m.WindowSeconds, m.MaximumRetryAttempts = 2, 1, 1
		},
		Observe: func(f world.Fact) {
			if line := told(f); line != "" {
				lines = append(lines, c.Now().Sub(start).String()+" "+line)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Replace(virtual.Republish, func(context.Context, []byte) ([]byte, error) { return nil, errors.New("failed") })
	publish(t, c, 0, together(12)...)
	publish(t, c, 2*time.Second, together(3)...) // which have an old image, too
	run(t, c)
	q, _ := c.Queues.QueueByARN(c.Stack.StreamMappings[0].OnFailureARN)
	letters := q.Messages()
	if len(letters) != 15 {
		t.Errorf("%d shards: %d letters, want one of each record", shards, len(letters))
	}
	for _, m := range letters {
		lines = append(lines, condition(t, m.Body))
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

// together returns users of the same shard, of two.
func together(n int) (all []string) {
	for i := 0; len(all) < n; i++ {
		if user := fmt.Sprintf("u%d", i); virtual.Partition(user, 2) == 1 {
			all = append(all, user)
		}
	}
	return all
}

// eventID is by chance.
var eventID = regexp.MustCompile(`"eventID":"[^"]+"`)

// told describes a fact about republish, without its ids.
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
	case lambda.Discarded:
		return fmt.Sprint("discarded ", f.Condition, f.Items, f.Err)
	}
	return ""
}

// condition returns the condition in a message about discarded records.
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

// A batch that failed is retried a second later, independent of the polls.
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

// An invalid mapping is an error when the cloud is made, whatever the number of shards.
func TestShardsNeedAMappingThatCanBe(t *testing.T) {
	for want, change := range map[string]func(m *stack.StreamMapping){
		"filter":                func(m *stack.StreamMapping) { m.FilterPatterns = []string{`{"eventName":"none"}`} },
		"destination none":      func(m *stack.StreamMapping) { m.OnFailureARN = "none" },
		"table none":            func(m *stack.StreamMapping) { m.Table = "none" },
		"ParallelizationFactor": func(m *stack.StreamMapping) { m.ParallelizationFactor = 11 },
	} {
		for _, shards := range []int{1, 2} {
			_, err := virtual.New(virtual.Options{Root: "../../../..", Shards: shards, Change: func(s *stack.Stack) { change(&s.StreamMappings[0]) }})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%d shards: error %v, want one of the %s", shards, err, want)
			}
		}
	}
}
