package localrun

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/build"
)

// What an overload may cost.
const (
	// A partition takes 1,000 write units a second.
	maxHotUnits = 1_000
	// About 30 changes of a batch of 100 are the hot user's. Under load, several
	// concurrent batches share the messages.
	minFold = 4
	// botprefs dev holds the backlog and, as a stream does, both images of every
	// write of the last 24 hours: a few KB each.
	maxDevBytes = 1 << 30
	// One function process, of any function.
	maxFunctionBytes = 96 << 20
	// overloadPatience is far above what it takes.
	overloadPatience = 8 * time.Minute
)

// The test publishes BOTPREFS_OVERLOAD changes, fifty thousand in make overload, as
// fast as this machine can, 30 % of them for one user. Memory stays within bounds and
// nothing is lost (G1, G2, G4). The writes to the hot item stay below the limit of one
// partition, because the changes of a batch are folded.
func TestOverload(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("BOTPREFS_OVERLOAD"))
	if err != nil {
		t.Skip("takes minutes and all of the machine: make overload runs it")
	}
	for _, stage := range []string{"dev", "prod"} {
		t.Run(stage, func(t *testing.T) { overload(t, stage, n) })
	}
}

func overload(t *testing.T, stage string, n int) {
	ctx, cancel := context.WithTimeout(t.Context(), overloadPatience)
	defer cancel()
	process := startOverloaded(t, stage)
	memory := watchMemory(process.command.Process.Pid)
	env := seenFromOutside(t, process.url, stage)
	subscriber, err := subscribe(ctx, env)
	if err != nil {
		t.Fatal(err)
	}
	changes := overloadLoad(12, n)
	began := time.Now()
	if err := offer(ctx, env, changes); err != nil {
		t.Fatal(err)
	}
	offered := time.Since(began)
	stored := settle(ctx, t, env, subscriber)
	settled := time.Since(began)
	memory.end()
	counted, err := process.stop()
	if err != nil {
		t.Fatal(err)
	}
	checkNothingLost(t, folded(changes), stored)
	checkMemory(t, memory)
	if stage == "prod" {
		checkHotItem(t, &counted, hotChanges(changes))
	}
	t.Log("stage " + stage + "\n" + table(offered, settled, changes, subscriber, memory, &counted))
}

// seenFromOutside is the part of an Environment that a client in another process needs.
func seenFromOutside(t *testing.T, url, stage string) *Environment {
	t.Helper()
	place, err := build.Pipeline(t.Context(), ".")
	if err != nil {
		t.Fatal(err)
	}
	env := &Environment{place: place, AWSURL: url, TablesURL: url}
	if err := env.loadStacks(Options{Stage: stage}, newWorld()); err != nil {
		t.Fatal(err)
	}
	return env
}

// settle waits until every queue is empty and the subscriber has received every stored
// profile in its current state. It returns the profiles.
func settle(ctx context.Context, t *testing.T, env *Environment, s *copier) map[string]events.Profile {
	t.Helper()
	for ctx.Err() == nil {
		if err := s.drain(ctx); err != nil {
			t.Fatal(err)
		}
		if left := messagesLeft(ctx, t, env); left == "" {
			if stored := storedProfiles(t, env); s.upToDate(stored) {
				return stored
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("not at rest after %s: %s", overloadPatience, messagesLeft(t.Context(), t, env))
	return nil
}

// messagesLeft tells of the queues that are not empty; a dead letter never goes
// away by itself.
func messagesLeft(ctx context.Context, t *testing.T, env *Environment) string {
	t.Helper()
	var left []string
	client := sqs.NewFromConfig(config(env))
	for _, q := range env.Stack.Queues {
		out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(env.AWSURL + "/" + env.Stack.Account + "/" + q.Name), AttributeNames: []types.QueueAttributeName{"All"},
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"} {
			count, _ := strconv.Atoi(out.Attributes[name])
			n += count
		}
		if n > 0 {
			left = append(left, fmt.Sprintf("%s holds %d messages", q.Name, n))
		}
	}
	return strings.Join(left, ", ")
}

func checkNothingLost(t *testing.T, want map[string]events.State, stored map[string]events.Profile) {
	t.Helper()
	got := map[string]events.State{}
	for user, p := range stored {
		got[user] = p.State
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("profiles differ from the fold of all changes (-want +got):\n%s", abbreviate(diff, 4000))
	}
}

func checkMemory(t *testing.T, m *memory) {
	t.Helper()
	if m.dev == 0 || m.dev > maxDevBytes {
		t.Errorf("botprefs dev: %s at its peak, want at most %s", mebibytes(m.dev), mebibytes(maxDevBytes))
	}
	if n := m.largest(); n == 0 || n > maxFunctionBytes {
		t.Errorf("a function: %s at its peak, want at most %s", mebibytes(n), mebibytes(maxFunctionBytes))
	}
}

// checkHotItem is for a stage with large batches. The stage dev takes batches of ten at
// once, so there the speed of this machine decides.
func checkHotItem(t *testing.T, w *writes, changes int) {
	t.Helper()
	if units, _ := w.busiest(); units == 0 || units >= maxHotUnits {
		t.Errorf("%.0f write units within one second on the hot item, want fewer than %d", units, maxHotUnits)
	}
	if fold := float64(changes) / float64(len(w.Hot)); fold < minFold {
		t.Errorf("%.1f changes of the hot user for one write, want at least %d", fold, minFold)
	}
}

// busiest returns the units and requests of the hot item in its busiest second, which
// may begin at any time.
func (w *writes) busiest() (units float64, requests int) {
	sum, first := 0.0, 0
	for i, h := range w.Hot {
		sum += h.Units
		for ; h.At-w.Hot[first].At >= time.Second; first++ {
			sum -= w.Hot[first].Units
		}
		if sum > units {
			units, requests = sum, i-first+1
		}
	}
	return units, requests
}

func hotChanges(changes []events.PreferenceChange) (n int) {
	for _, c := range changes {
		if c.UserID == hotUser {
			n++
		}
	}
	return n
}

func table(offered, settled time.Duration, changes []events.PreferenceChange, s *copier, m *memory, w *writes) string {
	hot := hotChanges(changes)
	units, requests := w.busiest()
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"changes, of these the hot user's", fmt.Sprintf("%d, %d", len(changes), hot)},
		{"offered within", fmt.Sprintf("%.1f s (%.0f a second)", offered.Seconds(), float64(len(changes))/offered.Seconds())},
		{"stored and announced within", fmt.Sprintf("%.1f s (%.0f a second)", settled.Seconds(), float64(len(changes))/settled.Seconds())},
		{"writes of the table", fmt.Sprintf("%d (%.1f changes each)", w.Requests, float64(len(changes))/float64(w.Requests))},
		{"writes of the hot item", fmt.Sprintf("%d (fold factor %.1f)", len(w.Hot), float64(hot)/float64(len(w.Hot)))},
		{"its busiest second", fmt.Sprintf("%d writes, %.0f write units of %d", requests, units, maxHotUnits)},
		{"announcements", strconv.Itoa(s.announced)},
		{"peak memory of botprefs dev", mebibytes(m.dev)},
		{"of that still in use at the end", mebibytes(int64(w.Heap))},
		{"peak memory of a function", mebibytes(m.largest())},
		{"function processes at a time", fmt.Sprintf("%d, %s together", m.most, mebibytes(m.together))},
	} {
		fmt.Fprintf(out, "  %s\t%s\n", row[0], row[1])
	}
	_ = out.Flush()
	return b.String()
}
