package subscriber_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

func TestBothShapesAndBothBodiesAreTaken(t *testing.T) {
	u := speaks("u1", 7, "de")
	bare := string(u.AppendJSON(nil))
	for name, payload := range map[string][]byte{
		"an event":                        []byte(enveloped(u)),
		"an event's detail":               []byte(bare),
		"a message":                       batchOf(enveloped(u)),
		"a message with the detail alone": batchOf(bare),
	} {
		var r recorder
		text, err := r.handler().Invoke(t.Context(), payload)
		want := "null"
		if strings.Contains(name, "message") {
			want = `{"batchItemFailures":[]}`
		}
		if err != nil || string(text) != want {
			t.Errorf("%s: %s, %v", name, text, err)
		}
		if diff := cmp.Diff([]events.PreferencesUpdated{u}, r.given); diff != "" {
			t.Errorf("%s (-sent +given):\n%s", name, diff)
		}
	}
}

func TestOtherPayloadsAreErrorsThatNameWhatWasSeen(t *testing.T) {
	record := func(source string) string {
		return `{"Records":[{"messageId":"1","body":"{}","eventSource":"` + source + `"}]}`
	}
	for payload, reason := range map[string]string{
		``:                             "no JSON",
		`{"Records":`:                  "no JSON",
		`null`:                         "JSON that is no object",
		`42`:                           "JSON that is no object",
		` "` + secret + `"`:            "a JSON string",
		` [{}]`:                        "a JSON array",
		`{}`:                           "an object without fields",
		`{"b":"` + secret + `","a":1}`: `an object with "a", "b"`,
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`:   `"h" and 2 more`,
		`{"` + strings.Repeat("x", 99) + `":1}`:                           `x"...`,
		`{"é\n":1}`:                                                       `"\u00e9\n"`,
		`{"Records":null}`:                                                "Records is no list",
		`{"Records":"` + secret + `"}`:                                    "Records is no list",
		`{"Records":["` + secret + `"]}`:                                  "Records is no list",
		`{"Records":{"body":"` + secret + `"}}`:                           "Records is no list",
		`{"Records":[{"body":{"a":"` + secret + `"}}]}`:                   "Records is no list",
		`{"Records":[{"eventSource":"aws:sns","body":"` + secret + `"}]}`: `eventSource of record 0 is "aws:sns"`,
		`{"Records":[{"eventSource":"aws:sqs","body":"` + secret + `"}]}`: "record 0 has no messageId",
		`{"Records":{}}`:                                                  "Records is no list",
		`{"Records":["x"]}`:                                               "Records is no list",
		`{"Records":[{"body":7}]}`:                                        "Records is no list",
		record("aws:sns"):                                                 `eventSource of record 0 is "aws:sns"`,
		record(""):                                                        `eventSource of record 0 is ""`,
		`{"Records":[{"eventSource":"aws:dynamodb"}]}`:                    `"aws:dynamodb"`,
		`{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}`:             "record 0 has no messageId",
	} {
		var r recorder
		text, err := r.handler().Invoke(t.Context(), []byte(payload))
		if err == nil || !strings.Contains(err.Error(), reason) || len(err.Error()) > 500 || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %s, %v; want an error with %s", payload, text, err, reason)
		}
		if len(r.given) > 0 || strings.Contains(r.log.String(), secret) {
			t.Errorf("%s: the Func was given %v, log\n%s", payload, r.given, &r.log)
		}
	}
}

// What is no announcement of the pipeline is acknowledged; what is one and cannot
// be read is not.
func TestWhatIsNotHandled(t *testing.T) {
	u := speaks("u1", 7, secret)
	good := enveloped(u)
	change := events.PreferenceChange{ID: events.Stamp{1}, UserID: "u1", Preferences: u.Preferences}
	e := events.ChangeEnvelope("some-bot", &change, updatedAt)
	sns, _ := json.Marshal(map[string]string{"Type": "Notification", "TopicArn": "arn:aws:sns:::t", "Message": good})
	for name, row := range map[string]struct{ body, code string }{
		"a change":             {string(e.AppendJSON(nil)), ""},
		"another's":            {strings.Replace(good, `"bot-preferences"`, `"some-bot"`, 1), ""},
		"of another type":      {strings.Replace(good, `"PreferencesUpdated"`, `"Other"`, 1), ""},
		"a later version":      {strings.Replace(good, `"version":1`, `"version":2`, 1), "unknown_version"},
		"a field is missing":   {strings.Replace(good, `"user_id"`, `"userid"`, 1), "malformed"},
		"wrong type":           {strings.Replace(good, `"revision":7`, `"revision":"`+secret+`"`, 1), "malformed"},
		"text behind":          {good + secret, "malformed"},
		"nothing":              {"", "malformed"},
		"an empty object":      {"{}", "malformed"},
		"wrapped by SNS":       {string(sns), "malformed"},
		"a bare later version": {strings.Replace(string(u.AppendJSON(nil)), `"version":1`, `"version":2`, 1), "unknown_version"},
	} {
		var r recorder
		got := failures(t, r.handler(), batchOf(enveloped(speaks("u2", 1, "fr")), row.body))
		want := []string{"m1"}
		if row.code == "" {
			want = []string{}
		}
		if !slices.Equal(got, want) || !slices.Equal(r.revisions(), []int64{1}) {
			t.Errorf("%s: failed %v, want %v; given %v", name, got, want, r.revisions())
		}
		if row.code != "" && !strings.Contains(r.log.String(), `"message_id":"m1","code":"`+row.code+`"`) {
			t.Errorf("%s: no line with the id and the code %s in the log:\n%s", name, row.code, &r.log)
		}
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%s: the log shows a value:\n%s", name, &r.log)
		}
		// The same from EventBridge.
		if !strings.HasPrefix(row.body, "{") || name == "wrapped by SNS" || name == "an empty object" || name == "text behind" {
			continue
		}
		if _, err := r.handler().Invoke(t.Context(), []byte(row.body)); (err != nil) != (row.code != "") || err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s as an event: %v", name, err)
		}
	}
}

// refuse fails user u1's announcements, in each way there is.
var ways = map[string]func(u events.PreferencesUpdated) error{
	"failed":   func(events.PreferencesUpdated) error { return errors.New("no") },
	"panicked": func(u events.PreferencesUpdated) error { panic("of " + u.Preferences["language"].JSON()) },
}

// One message that fails does not fail others, and it alone is redelivered.
func TestFailuresAreOfExactlyTheirMessages(t *testing.T) {
	for code, fail := range ways {
		for concurrency := range 3 {
			var r recorder
			r.fail = func(u events.PreferencesUpdated) error {
				if u.Revision == 2 {
					return fail(u)
				}
				return nil
			}
			got := failures(t, r.handler(subscriber.WithConcurrency(concurrency)), batchOf(
				enveloped(speaks("u1", 1, "de")), enveloped(speaks("u1", 2, secret)), enveloped(speaks("u1", 3, "fr")), enveloped(speaks("u2", 9, "es"))))
			if !slices.Equal(got, []string{"m1"}) || len(r.given) != 4 {
				t.Errorf("%s: failed %v, given %v", code, got, r.revisions())
			}
			if log := r.log.String(); !strings.Contains(log, `"message_id":"m1","code":"`+code+`"`) || !strings.Contains(log, `"handled":3`) || strings.Contains(log, secret) {
				t.Errorf("%s: log\n%s", code, log)
			}
		}
	}
}

func TestAnEventThatFailsIsAnError(t *testing.T) {
	for code, fail := range ways {
		r := recorder{fail: fail}
		_, err := r.handler().Invoke(t.Context(), []byte(enveloped(speaks("u1", 1, secret))))
		if err == nil || !strings.Contains(err.Error(), code) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", code, err)
		}
		if log := r.log.String(); !strings.Contains(log, `"message_id":"e1","code":"`+code+`"`) || strings.Contains(log, secret) {
			t.Errorf("%s: log\n%s", code, log)
		}
	}
	// The caller can still find the error that the Func returned.
	r := recorder{fail: func(events.PreferencesUpdated) error { return context.Canceled }}
	if _, err := r.handler().Invoke(t.Context(), []byte(enveloped(speaks("u1", 1, "de")))); !errors.Is(err, context.Canceled) {
		t.Errorf("the cause is lost: %v", err)
	}
}

// A Func that ends its goroutine, as a failed assertion does, must not pass for
// one that returned nil.
func TestAFuncThatDoesNotReturnHasFailed(t *testing.T) {
	r := recorder{fail: func(u events.PreferencesUpdated) error {
		if u.Revision == 1 {
			runtime.Goexit()
		}
		return nil
	}}
	got := failures(t, r.handler(subscriber.WithConcurrency(2)), batchOf(enveloped(speaks("u1", 1, "de")), enveloped(speaks("u2", 2, "de"))))
	if !slices.Equal(got, []string{"m0"}) || !strings.Contains(r.log.String(), `"message_id":"m0","code":"not_returned"`) {
		t.Errorf("failed %v, log\n%s", got, &r.log)
	}
}

func TestOneUsersAnnouncementsAreHandledByRevision(t *testing.T) {
	snapshot := speaks("u1", 3, "snapshot")
	snapshot.Snapshot = true
	bodies := []string{
		enveloped(snapshot), enveloped(speaks("u1", 3, "live")), enveloped(cut(speaks("u1", 3, "cut"))),
		enveloped(speaks("u1", 1, "first")), enveloped(speaks("u1", 2, "second")),
	}
	var r recorder
	if got := failures(t, r.handler(), batchOf(bodies...)); len(got) > 0 {
		t.Errorf("failed %v", got)
	}
	var order []string
	for _, u := range r.given {
		order = append(order, u.Changes["language"].JSON())
	}
	if want := []string{`"first"`, `"second"`, `"cut"`, `"live"`, `"snapshot"`}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

func TestWithNewestTheOthersShareItsFate(t *testing.T) {
	batch := batchOf(enveloped(speaks("u1", 3, "c")), enveloped(speaks("u1", 1, "a")), enveloped(speaks("u2", 2, "b")), enveloped(speaks("u1", 2, "b")))
	for _, fail := range []bool{false, true} {
		r := recorder{fail: func(u events.PreferencesUpdated) error {
			if fail && u.UserID == "u1" {
				return errors.New("no")
			}
			return nil
		}}
		got := failures(t, r.handler(subscriber.WithNewest()), batch)
		want := []string{}
		if fail {
			want = []string{"m0", "m1", "m3"}
		}
		if !slices.Equal(got, want) || !slices.Equal(r.revisions(), []int64{3, 2}) {
			t.Errorf("failed %v, want %v; given %v", got, want, r.revisions())
		}
		if !fail && !strings.Contains(r.log.String(), `"handled":2,"superseded":2`) {
			t.Errorf("log\n%s", &r.log)
		}
	}
}

// A newest one that is truncated is completed by those before it, unless a reader
// completes it.
func TestWithNewestATruncatedAnnouncementIsNotAlone(t *testing.T) {
	first, second := said(1, 0, both, both), cut(said(2, 1, a2, nil))
	want := preferences{"a": events.JSON(`2`), "b": events.JSON(`2`)}
	read := func(context.Context, string) (subscriber.Copy, error) {
		return subscriber.Copy{Revision: 2, Preferences: want}, nil
	}
	for name, row := range map[string]struct {
		options []subscriber.Option
		given   []int64
	}{
		"by default":    {nil, []int64{1, 2}},
		"newest":        {[]subscriber.Option{subscriber.WithNewest()}, []int64{1, 2}},
		"with a reader": {[]subscriber.Option{subscriber.WithNewest(), subscriber.WithReader(read)}, []int64{2}},
	} {
		p := subscriber.NewProjection(subscriber.NewMemory())
		r := recorder{fail: func(u events.PreferencesUpdated) error { return p.Apply(t.Context(), u) }}
		if got := failures(t, r.handler(row.options...), batchOf(enveloped(second), enveloped(first))); len(got) > 0 {
			t.Errorf("%s: failed %v", name, got)
		}
		c, err := p.Get(t.Context(), "u1")
		if err != nil || c.Stale || c.Revision != 2 || !cmp.Equal(c.Preferences, want) || !slices.Equal(r.revisions(), row.given) {
			t.Errorf("%s: copy %+v, %v; given %v", name, c, err, r.revisions())
		}
	}
}

// As many users at a time as was said, and never two announcements of one user.
func TestConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		busy := map[string]*atomic.Int64{}
		var bodies []string
		for i := range 8 {
			user := fmt.Sprintf("u%d", i%4)
			busy[user] = new(atomic.Int64)
			bodies = append(bodies, enveloped(speaks(user, int64(i+1), "de")))
		}
		r := recorder{fail: func(u events.PreferencesUpdated) error {
			most.Store(max(most.Load(), now.Add(1)))
			if busy[u.UserID].Add(1) > 1 {
				t.Errorf("two announcements of %s at a time", u.UserID)
			}
			time.Sleep(time.Second)
			busy[u.UserID].Add(-1)
			now.Add(-1)
			return nil
		}}
		begun := time.Now()
		if got := failures(t, r.handler(subscriber.WithConcurrency(3)), batchOf(bodies...)); len(got) > 0 {
			t.Errorf("failed %v", got)
		}
		if took := time.Since(begun); most.Load() != 3 || took != 4*time.Second {
			t.Errorf("%d at a time, %v", most.Load(), took)
		}
	})
}

// Shortly before the deadline nothing is begun any more, and the rest is redelivered.
func TestNothingIsBegunNearTheDeadline(t *testing.T) {
	for _, row := range []struct {
		timeout, each time.Duration
		handled       int
	}{
		{10 * time.Second, 4800 * time.Millisecond, 2}, // the second ends after the headroom began
		{10 * time.Second, 4700 * time.Millisecond, 3},
		{time.Second, 310 * time.Millisecond, 3},
		{time.Second, 460 * time.Millisecond, 2}, // a tenth is kept
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), row.timeout)
			defer cancel()
			r := recorder{fail: func(events.PreferencesUpdated) error { time.Sleep(row.each); return nil }}
			got := failuresWithin(t, ctx, r.handler(), batchOf(
				enveloped(speaks("u1", 1, "a")), enveloped(speaks("u1", 2, "b")), enveloped(speaks("u2", 1, "c")), enveloped(speaks("u3", 1, "d"))))
			if want := []string{"m0", "m1", "m2", "m3"}[row.handled:]; !slices.Equal(got, want) || len(r.given) != row.handled {
				t.Errorf("timeout %v, each %v: failed %v, want %v", row.timeout, row.each, got, want)
			}
			if !strings.Contains(r.log.String(), `"code":"no_time"`) {
				t.Errorf("log\n%s", &r.log)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // and an event is an error
		ctx, cancel := context.WithTimeout(t.Context(), 0)
		defer cancel()
		var r recorder
		if _, err := r.handler().Invoke(ctx, []byte(enveloped(speaks("u1", 1, "a")))); err == nil || len(r.given) > 0 {
			t.Errorf("%v, given %v", err, r.given)
		}
	})
}

// The Func's context ends with the time that is kept for answering.
func TestTheFuncsContextEndsEarlier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		h := subscriber.NewHandler(func(ctx context.Context, _ events.PreferencesUpdated) error { <-ctx.Done(); return ctx.Err() },
			subscriber.WithLogger(slog.New(slog.DiscardHandler)))
		if got := failuresWithin(t, ctx, h, batchOf(enveloped(speaks("u1", 1, "a")))); !slices.Equal(got, []string{"m0"}) {
			t.Errorf("failed %v", got)
		}
		if took := time.Since(begun); took != 9500*time.Millisecond {
			t.Errorf("ended after %v", took)
		}
	})
}
