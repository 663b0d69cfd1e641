package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

const (
	changesQueue = "bot-preferences-dev-changes"
	letterQueue  = "bot-preferences-dev-changes-dlq"
)

// built is shared by all tests of this package: nobody edits the sources meanwhile.
var built = build.Once(build.Binaries)

// start runs the pipeline for one test, which then runs in parallel with others. Most of
// its time is waiting: for a process to start, or for a queue to be empty.
func start(t *testing.T) *localrun.Environment {
	t.Helper()
	t.Parallel()
	env, err := localrun.Start(t.Context(), localrun.Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(); err != nil {
			t.Error(err)
		}
	})
	return env
}

// botprefs runs the command line and returns what it printed.
func botprefs(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out shared
	err := run(t.Context(), args, strings.NewReader(""), &out, &out)
	return out.String(), err
}

// shared is a buffer for both streams of a command, and of the processes that it starts.
type shared struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write implements io.Writer.
func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(b)
}

// String returns what was written.
func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

// bury puts a letter into the dead-letter queue and returns its id.
func bury(t *testing.T, env *localrun.Environment, body string, attributes map[string]string) (id string) {
	t.Helper()
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(letterQueue)
		with := map[string]sqs.Attribute{}
		for name, value := range attributes {
			with[name] = sqs.Attribute{DataType: "String", StringValue: value}
		}
		m, err := q.Send(body, with, 0)
		if err != nil {
			t.Fatal(err)
		}
		id = m.ID
	})
	return id
}

func changeOf(user, tone string) string {
	c := events.PreferenceChange{ID: events.NewClock().Next(), UserID: user, Preferences: events.Preferences{"tone": events.JSON(tone)}}
	e := events.ChangeEnvelope("test", &c, time.Now())
	return string(e.AppendJSON(nil))
}

func buried(env *localrun.Environment) (bodies []string) {
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(letterQueue)
		for _, m := range q.Messages() {
			bodies = append(bodies, m.Body)
		}
	})
	return bodies
}

func TestRedriveListsReasonUserAndAgeAndTakesNothing(t *testing.T) {
	env := start(t)
	bury(t, env, changeOf("u1", `"formal"`), nil)
	bury(t, env, "not JSON", map[string]string{"ERROR_CODE": "malformed", "ERROR_MESSAGE": "is not valid JSON"})
	for range 2 { // the second time shows that the first left everything as it was
		out, err := botprefs(t, "redrive", "--endpoint", env.AWSURL)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"redrive", "u1", "malformed", "is not valid JSON", "(unreadable)", "2 dead letters"} {
			if !strings.Contains(out, want) {
				t.Errorf("the list does not show %q:\n%s", want, out)
			}
		}
	}
}

func TestRedriveSendsChosenLettersBack(t *testing.T) {
	env := start(t)
	id := bury(t, env, changeOf("u1", `"formal"`), nil)
	other := changeOf("u2", `"brief"`)
	bury(t, env, other, nil)
	out, err := botprefs(t, "redrive", "--endpoint", env.AWSURL, "--send", id[:8])
	if err != nil || !strings.Contains(out, "1 of 2 dead letters sent back") {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := env.Quiet(ctx); err != nil {
		t.Fatal(err)
	}
	if left := buried(env); len(left) != 1 || left[0] != other {
		t.Errorf("left in the dead-letter queue: %q, want only the other letter", left)
	}
	env.Do(func(c *localaws.Cloud) {
		table, _ := c.Tables.Table("bot-preferences-dev")
		if table.Len() != 1 {
			t.Errorf("%d profiles, want that of u1 alone", table.Len())
		}
	})
}

// Ctrl-C leaves the other letters in the queue, visible to everybody.
func TestRedriveThatIsInterruptedReleasesTheRest(t *testing.T) {
	env := start(t)
	for range 3 {
		bury(t, env, changeOf("u1", "1"), nil)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	out := writerFunc(func(b []byte) (int, error) {
		interrupt() // after the first letter
		return len(b), nil
	})
	err := run(ctx, []string{"redrive", "--endpoint", env.AWSURL, "--discard", "--all"}, strings.NewReader(""), out, out)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(letterQueue)
		if visible, inFlight, _ := q.Counts(); visible != 2 || inFlight != 0 {
			t.Errorf("%d letters visible and %d hidden, want 2 and none", visible, inFlight)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestRedriveSaysThatThereMayBeMore(t *testing.T) {
	env := start(t)
	bury(t, env, changeOf("u1", "1"), nil)
	for max, more := range map[string]bool{"1": true, "2": false} {
		out, err := botprefs(t, "redrive", "--endpoint", env.AWSURL, "--max", max)
		if err != nil || strings.Contains(out, "There may be more") != more {
			t.Errorf("--max %s: %v\n%s", max, err, out)
		}
	}
}

func TestRedriveThatLeavesLettersSaysSo(t *testing.T) {
	env := start(t)
	bury(t, env, changeOf("u1", "1"), nil)
	bury(t, env, changeOf("u2", "1"), nil)
	for left := 1; left >= 0; left-- {
		_, err := botprefs(t, "redrive", "--endpoint", env.AWSURL, "--discard", "--all", "--max", "1")
		if err == nil || !strings.Contains(err.Error(), "there may be more than these 1 dead letters") || len(buried(env)) != left {
			t.Fatalf("%v, %d letters left", err, len(buried(env)))
		}
	}
}

func TestRedriveRefusesAnIDThatNoLetterHas(t *testing.T) {
	env := start(t)
	bury(t, env, changeOf("u1", "1"), nil)
	for _, verb := range []string{"--send", "--discard", "--max=9"} {
		if _, err := botprefs(t, "redrive", "--endpoint", env.AWSURL, verb, "mistyped"); err == nil || !strings.Contains(err.Error(), `"mistyped"`) {
			t.Errorf("%s: error %v, want one that names the id", verb, err)
		}
	}
	if left := buried(env); len(left) != 1 {
		t.Errorf("%d letters left", len(left))
	}
}

func TestRedriveDiscardsByCodeAndUser(t *testing.T) {
	env := start(t)
	keep := bury(t, env, changeOf("u2", "1"), map[string]string{"ERROR_CODE": "too_old"})
	bury(t, env, changeOf("u1", "2"), map[string]string{"ERROR_CODE": "too_old"})
	bury(t, env, changeOf("u1", "3"), map[string]string{"ERROR_CODE": "from_the_future"})
	out, err := botprefs(t, "redrive", "--endpoint", env.AWSURL, "--dry-run", "--discard", "--code", "too_old", "--user", "u1")
	if err != nil || !strings.Contains(out, "1 dead letter would be discarded. Nothing was done.") || len(buried(env)) != 3 {
		t.Fatalf("%v, %d letters left\n%s", err, len(buried(env)), out)
	}
	out, err = botprefs(t, "redrive", "--endpoint", env.AWSURL, "--discard", "--code", "too_old", "--user", "u1")
	if err != nil || !strings.Contains(out, "1 of 3 dead letters discarded") || strings.Contains(out, keep) {
		t.Fatalf("%v\n%s", err, out)
	}
	if left := buried(env); len(left) != 2 {
		t.Errorf("%d letters left, want 2", len(left))
	}
}

func TestRedriveOfNoneSaysWhatItWasAskedFor(t *testing.T) {
	env := start(t)
	bury(t, env, "{}", map[string]string{"ERROR_CODE": "malformed"})
	out, err := botprefs(t, "redrive", "--endpoint", env.AWSURL, "--send", "--code", "redrive")
	if err != nil || out != "0 of 1 dead letter sent back\n" {
		t.Errorf("it prints %q, %v", out, err)
	}
}

// One sentence names the flag to correct, and not what the SDK tried.
func TestRedriveSaysWhichFlagIsWrong(t *testing.T) {
	env := start(t)
	for want, args := range map[string][]string{
		env.AWSURL + " has no stack bot-preferences-nope: correct --stage; there is --stage dev": {"--endpoint", env.AWSURL, "--stage", "nope"},
		"nothing answers there: correct --endpoint http://127.0.0.1:1, or start":                 {"--endpoint", "http://127.0.0.1:1"},
		`--endpoint: "127.0.0.1:1" is not a URL such as http://127.0.0.1:4566`:                   {"--endpoint", "127.0.0.1:1"},
		`--region: "x y" is not the name of a region, such as eu-west-1`:                         {"--endpoint", env.AWSURL, "--region", "x y"},
	} {
		if _, err := botprefs(t, append([]string{"redrive"}, args...)...); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}
