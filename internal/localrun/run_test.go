package localrun

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func options(out *bytes.Buffer) RunOptions {
	return RunOptions{Options: Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0"}, Out: out}
}

func TestInterruptedBeforeItRunsIsACleanEnd(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt() // while it compiles
	var out bytes.Buffer
	o := options(&out)
	o.Build = build.Binaries
	if err := Run(ctx, o); err != nil {
		t.Errorf("error %v, want none after Ctrl-C", err)
	}
	o.Once = true
	if err := Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context: with --once there was more to come", err)
	}
}

func TestWithoutTheSampleOnceEndsAtOnce(t *testing.T) {
	var out bytes.Buffer
	o := options(&out)
	o.Once = true
	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"running after", "no signatures, no IAM", "stopped; nothing is left running"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output does not say %q:\n%s", want, &out)
		}
	}
	for line := range strings.Lines(out.String()) {
		if len(line) > 100 {
			t.Errorf("too wide for a terminal: %s", line)
		}
	}
}

// "botprefs dev | head -1" ends when head does.
func TestOutputThatNobodyReadsEndsTheRun(t *testing.T) {
	o := options(nil)
	o.Out = &closed{n: 1}
	if err := Run(t.Context(), o); !errors.Is(err, errGone) {
		t.Errorf("error %v, want that of the output", err)
	}
}

func TestErrorsOfTheStartAreTold(t *testing.T) {
	var out bytes.Buffer
	o := options(&out)
	o.Dir = "/"
	if err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "the pipeline is not in / or above it") {
		t.Errorf("error %v", err)
	}
}

func TestTrouble(t *testing.T) {
	result := func(err error) world.Fact {
		return lambda.Finished{Invocation: &lambda.Invocation{Function: "apply"}, Result: lambda.Result{Err: err}}
	}
	delivery := func(detailType, detail string) eventbridge.Delivery {
		return eventbridge.Delivery{
			Rule: "r", Attempts: 2, Target: eventbridge.TargetConfig{MaximumRetryAttempts: 4},
			Event: eventbridge.Event{ID: "e", Source: "s", DetailType: detailType, Detail: detail, Time: time.Unix(0, 0)},
		}
	}
	announcement, change := delivery(events.DetailTypeUpdated, updated("mia", "a", "b")), delivery(events.DetailTypeChange, `{"user_id":"noor","preferences":{"tone":null}}`)
	for _, c := range []struct {
		name string
		fact world.Fact
		want string
	}{
		{"a crash", result(errors.New("exit status 1")), "apply: exit status 1"},
		{"a crash with control characters", result(errors.New("a\x1b[2J\nb")), "apply: a\uFFFD[2J\uFFFDb"},
		{"a success", result(nil), ""},
		{"cut off by the end of the run", result(runtime.ErrClosed), ""},
		{"cut off by Ctrl-C", result(context.Canceled), ""},
		{"given up", lambda.Discarded{Items: []string{"1", "2"}, Condition: "RecordAgeExceeded"}, "to have 2 records of the stream taken, given up: RecordAgeExceeded"},
		{"one given up", lambda.Discarded{Items: []string{"1"}, Condition: "RecordAgeExceeded"}, "to have 1 record of the stream taken, given up: RecordAgeExceeded"},
		{"a delivery that failed", eventbridge.Failed{Delivery: announcement, Err: errors.New("down")}, "delivery of mia a,b by the rule r, attempt 2 of 5, tried again later: down"},
		{"an event that is lost", eventbridge.Dropped{Delivery: change, Reason: "no queue"}, "delivery of noor tone by the rule r, the event is lost: no queue"},
		{"an unreadable change", eventbridge.Dropped{Delivery: delivery(events.DetailTypeChange, `{}`), Reason: "x"}, "delivery of unreadable change by the rule r, the event is lost: x"},
		{"another event", eventbridge.Dropped{Delivery: delivery("Sold\n", `{}`), Reason: "x"}, "delivery of Sold\uFFFD by the rule r, the event is lost: x"},
		{"anything else", sqs.Sent{}, ""},
	} {
		if got := trouble(c.fact); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLogShowsWhatIsNotRoutine(t *testing.T) {
	for _, c := range []struct {
		name, text string
		all, shown bool
	}{
		{"routine", `{"level":"INFO","msg":"applied"}`, false, false},
		{"routine, when all was asked for", `{"level":"INFO","msg":"applied"}`, true, true},
		{"a warning", `{"level":"WARN","msg":"refused"}`, false, true},
		{"a panic", `panic: runtime error`, false, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			r := newRun(RunOptions{Out: &out, Logs: c.all}, nil)
			r.log(runtime.Line{Function: "apply", Text: c.text})
			r.echoes.flush()
			if shown := strings.Contains(out.String(), c.text); shown != c.shown {
				t.Errorf("%s: shown is %v", c.name, shown)
			}
		})
	}
}

func TestDetailOf(t *testing.T) {
	for body, want := range map[string]string{
		`{"version":"0","id":"1","detail-type":"PreferenceChange","detail":{"user_id":"u"}}`: `{"user_id":"u"}`,
		"not JSON": "not JSON",
	} {
		if got := detailOf(body); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := abbreviate("ééé", 3); got != "é ..." {
		t.Errorf("%q", got)
	}
}
