package consumers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type prefs = events.Preferences

func stampAt(ms int) events.Stamp {
	s, err := events.DeriveStamp(now.Add(time.Duration(ms)*time.Millisecond), "x")
	if err != nil {
		panic(err)
	}
	return s
}

func change(user string, ms int, p prefs) events.PreferenceChange {
	return events.PreferenceChange{ID: stampAt(ms), UserID: user, Preferences: p}
}

func body(c events.PreferenceChange) string {
	e := events.ChangeEnvelope("test", &c, now)
	return string(e.AppendJSON(nil))
}

// batchOf numbers messages m0, m1, ...
func batchOf(bodies ...string) awsevents.SQSEvent {
	var e awsevents.SQSEvent
	for i, b := range bodies {
		e.Records = append(e.Records, awsevents.SQSMessage{MessageId: fmt.Sprintf("m%d", i), Body: b})
	}
	return e
}

// A fakeStore keeps the merge in memory, with a limit of its own.
type fakeStore struct {
	mu       sync.Mutex
	profiles map[string]events.State
	traces   map[string]events.Traces // of each user's last merge
	merges   []string                 // users, in order
	limit    int                      // keys of a profile; 0: none
	fail     func(user string) error  // before anything is stored; may panic
}

func (f *fakeStore) merge(ctx context.Context, user string, delta events.State, traces events.Traces) (Merged, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.merges = append(f.merges, user)
	if err := ctx.Err(); err != nil {
		return Merged{}, err
	}
	if f.fail != nil {
		if err := f.fail(user); err != nil {
			return Merged{}, err
		}
	}
	old := f.profiles[user]
	merged := old.Clone()
	merged.Merge(delta)
	if f.limit > 0 && len(merged.Entries) > f.limit {
		return Merged{}, &events.Refusal{Code: events.ProfileTooLarge, Field: "preferences", Rule: "is too large"}
	}
	if f.profiles == nil {
		f.profiles = map[string]events.State{}
	}
	f.profiles[user] = merged
	if f.traces == nil {
		f.traces = map[string]events.Traces{}
	}
	f.traces[user] = traces
	return Merged{Stored: old.Winners(delta), After: merged}, nil
}

// A mailbox is a dead-letter queue; full is its error.
type mailbox struct {
	mu      sync.Mutex
	letters []deadletter.Letter
	full    error
}

func (m *mailbox) Put(_ context.Context, l deadletter.Letter) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full != nil {
		return m.full
	}
	m.letters = append(m.letters, l)
	return nil
}

func (m *mailbox) codes() (codes []events.Code) {
	for _, l := range m.letters {
		codes = append(codes, l.Code)
	}
	return codes
}

type applying struct {
	Apply
	store   fakeStore
	letters mailbox
	log     bytes.Buffer
	metrics bytes.Buffer
}

func newApplying() *applying {
	a := &applying{}
	a.Apply = Apply{
		Merge: a.store.merge, DeadLetters: &a.letters, Now: func() time.Time { return now },
		Logger: slog.New(slog.NewTextHandler(&a.log, nil)), Concurrency: 1,
		Telemetry: &telemetry.Reporter{Stage: "dev", StackID: "stack", Out: &a.metrics},
	}
	return a
}

func (a *applying) handle(t *testing.T, e awsevents.SQSEvent) (failed []string) {
	t.Helper()
	r, err := a.Handle(t.Context(), e)
	if all := len(e.Records) > 0 && len(r.BatchItemFailures) == len(e.Records); (err != nil) != all || r.BatchItemFailures == nil {
		t.Fatalf("list %v (it must not be null), error %v", r.BatchItemFailures, err)
	}
	for _, f := range r.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

func TestChangesOfOneUserAreOneMerge(t *testing.T) {
	a := newApplying()
	failed := a.handle(t, batchOf(
		body(change("u", 2, prefs{"a": events.JSON("2")})), body(change("v", 1, prefs{"a": events.JSON("1")})),
		body(change("u", 1, prefs{"a": events.JSON("1"), "b": events.JSON("1")})), body(change("u", 2, prefs{"a": events.JSON("2")}))))
	if failed != nil || !cmp.Equal(a.store.merges, []string{"u", "v"}) {
		t.Errorf("failed %v, merges of %v", failed, a.store.merges)
	}
	u := a.store.profiles["u"]
	if diff := cmp.Diff(prefs{"a": events.JSON("2"), "b": events.JSON("1")}, u.Visible()); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedChangesAreDeadLetteredAndTheRestIsApplied(t *testing.T) {
	good := body(change("u", 1, prefs{"a": events.Text("s3cret")}))
	for name, test := range map[string]struct {
		body string
		code events.Code
	}{
		"not JSON":               {"hello s3cret", events.Malformed},
		"empty":                  {"", events.Malformed},
		"not UTF-8":              {"{\"detail\":\"\xff\xfe\"}", events.Malformed},
		"another event":          {strings.Replace(good, events.DetailTypeChange, "Other", 1), events.Malformed},
		"no user":                {strings.Replace(good, `"user_id":"u"`, `"user_id":""`, 1), events.Malformed},
		"a bad key":              {strings.Replace(good, `{"a":`, `{"s p":`, 1), events.Malformed},
		"a later version":        {strings.Replace(good, `"version":1`, `"version":2`, 1), events.UnknownVersion},
		"from the future":        {body(change("u", int(events.MaxAhead/time.Millisecond)+1, prefs{"a": events.JSON("1")})), events.FromTheFuture},
		"too old":                {body(change("u", -int(events.Horizon/time.Millisecond)-1, prefs{"a": events.JSON("1")})), events.TooOld},
		"over the limit of SQS":  {strings.Repeat(" ", 2<<20) + good + strings.Repeat("x", 2<<20), events.Malformed},
		"a change over 128 KiB":  {strings.Replace(good, `"user_id"`, `"x":"`+strings.Repeat("x", events.MaxChangeBytes)+`","user_id"`, 1), events.TooLarge},
		"one value over 16 KiB":  {body(change("u", 1, prefs{"a": events.JSON(`"` + strings.Repeat("x", 16<<10) + `"`)})), events.TooLarge},
		"a value that is absent": {strings.Replace(good, `"\"s3cret\""`, ``, 1) + "}", events.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			a := newApplying()
			failed := a.handle(t, batchOf(good, test.body, body(change("w", 1, prefs{"a": events.JSON("1")}))))
			if failed != nil || !cmp.Equal(a.store.merges, []string{"u", "w"}) {
				t.Errorf("G7 Poison isolates: failed %v, merges of %v", failed, a.store.merges)
			}
			if len(a.letters.letters) != 1 {
				t.Fatalf("%d letters", len(a.letters.letters))
			}
			l := a.letters.letters[0]
			if l.Body != test.body || l.Code != test.code || l.Message == "" {
				t.Errorf("code %s, message %q, body kept: %v", l.Code, l.Message, l.Body == test.body)
			}
			if log := a.log.String(); strings.Contains(log, "s3cret") || !strings.Contains(log, "message_id=m1 code="+string(test.code)) {
				t.Error(log)
			}
			want := emf.Series{"Accepted dev": {2}, "Merged dev": {2}, "Refused dev": {1}, "DeadLettered dev": {1}, "DeadLettered dev " + string(test.code): {1}}
			if diff := cmp.Diff(want, counted(t, &a.metrics)); diff != "" || !strings.Contains(a.metrics.String(), `"messages":3,"users":2,"_aws"`) {
				t.Errorf("%s\n%s", diff, &a.metrics)
			}
		})
	}
}

func TestStampsAtTheEdgesAreApplied(t *testing.T) {
	a := newApplying()
	a.handle(t, batchOf(body(change("u", int(events.MaxAhead/time.Millisecond), prefs{"a": events.JSON("1")})), body(change("v", -int(events.Horizon/time.Millisecond), prefs{"a": events.JSON("1")}))))
	if len(a.letters.letters) != 0 || len(a.store.merges) != 2 {
		t.Errorf("letters %v, merges %v", a.letters.codes(), a.store.merges)
	}
}

func TestWhatTheDeadLetterQueueDoesNotTakeIsRedelivered(t *testing.T) {
	a := newApplying()
	a.letters.full = errors.New("no")
	a.store.limit = 1
	failed := a.handle(t, batchOf("poison", body(change("u", 1, prefs{"a": events.JSON("1")})), body(change("v", 1, prefs{"a": events.JSON("1"), "b": events.JSON("1")}))))
	if !cmp.Equal(failed, []string{"m0", "m2"}) {
		t.Errorf("failed %v", failed)
	}
}

func TestFailuresAreThoseOfTheUser(t *testing.T) {
	for name, fail := range map[string]func(string) error{
		"an error": func(user string) error {
			if user == "u" {
				return errors.New("throttled")
			}
			return nil
		},
		"a panic": func(user string) error {
			if user == "u" {
				panic("s3cret")
			}
			return nil
		},
	} {
		for _, concurrency := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s, concurrency %d", name, concurrency), func(t *testing.T) {
				a := newApplying()
				a.Concurrency = concurrency
				a.store.fail = fail
				failed := a.handle(t, batchOf(
					body(change("v", 1, prefs{"a": events.JSON("1")})), body(change("u", 1, prefs{"a": events.JSON("1")})),
					body(change("w", 1, prefs{"a": events.JSON("1")})), "poison", body(change("u", 2, prefs{"a": events.JSON("2")}))))
				if !cmp.Equal(failed, []string{"m1", "m4"}) {
					t.Errorf("failed %v", failed)
				}
				if len(a.store.profiles) != 2 || len(a.letters.letters) != 1 {
					t.Errorf("profiles %v, letters %v", a.store.profiles, a.letters.codes())
				}
				if strings.Contains(a.log.String(), "s3cret") {
					t.Error(a.log.String())
				}
			})
		}
	}
}

// A fold that overflows is tried change by change, oldest first.
func TestOverflowRefusesExactlyWhatOverflows(t *testing.T) {
	a := newApplying()
	a.store.limit = 2
	bodies := []string{
		body(change("u", 3, prefs{"c": events.JSON("1")})), body(change("u", 1, prefs{"a": events.JSON("1")})), body(change("u", 2, prefs{"b": events.JSON("1")})),
		body(change("u", 4, prefs{"a": events.JSON("2")})), body(change("u", 5, prefs{"d": events.JSON("1"), "a": events.JSON("3")})), body(change("v", 1, prefs{"a": events.JSON("1")})),
	}
	if failed := a.handle(t, batchOf(bodies...)); failed != nil {
		t.Errorf("failed %v", failed)
	}
	var got []string
	for _, l := range a.letters.letters {
		if l.Code != events.ProfileTooLarge || l.UserID != "u" {
			t.Errorf("code %s, user %q", l.Code, l.UserID)
		}
		got = append(got, l.Body)
	}
	if diff := cmp.Diff([]string{bodies[0], bodies[4]}, got); diff != "" {
		t.Error(diff)
	}
	u := a.store.profiles["u"]
	if diff := cmp.Diff(prefs{"a": events.JSON("2"), "b": events.JSON("1")}, u.Visible()); diff != "" {
		t.Error(diff)
	}
}

func TestAnErrorAmongSinglesLeavesTheRest(t *testing.T) {
	a := newApplying()
	a.store.limit = 2
	n := 0
	a.store.fail = func(string) error {
		if n++; n == 3 {
			return errors.New("throttled")
		}
		return nil
	}
	failed := a.handle(t, batchOf(body(change("u", 3, prefs{"c": events.JSON("1")})), body(change("u", 1, prefs{"a": events.JSON("1")})), body(change("u", 2, prefs{"b": events.JSON("1")}))))
	if !cmp.Equal(failed, []string{"m0", "m2"}) || len(a.letters.letters) != 0 {
		t.Errorf("failed %v, letters %v", failed, a.letters.codes())
	}
}

// A change is accepted or refused whole: no merge is wider than one change may
// be, and none is cut inside a change.
func TestWideFoldsAreCutBetweenChanges(t *testing.T) {
	a := newApplying()
	var bodies []string
	for i := range 5 {
		p := prefs{}
		for j := range 60 {
			p[fmt.Sprintf("k%d-%d", i, j)] = events.JSON("1")
		}
		bodies = append(bodies, body(change("u", 5-i, p)))
	}
	widest := 0
	a.Merge = func(ctx context.Context, user string, delta events.State, traces events.Traces) (Merged, error) {
		widest = max(widest, len(delta.Entries))
		return a.store.merge(ctx, user, delta, traces)
	}
	if failed := a.handle(t, batchOf(bodies...)); failed != nil || len(a.store.merges) != 5 || widest != 60 {
		t.Errorf("failed %v, %d merges, widest %d", failed, len(a.store.merges), widest)
	}
	if u := a.store.profiles["u"]; len(u.Entries) != 300 {
		t.Errorf("%d entries", len(u.Entries))
	}
}

// Near the deadline what is left is reported instead of dying with it.
func TestNoTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newApplying()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		a.store.fail = func(user string) error {
			if user == "v" {
				time.Sleep(4750 * time.Millisecond) // past the time that is kept for answering, before the deadline
			}
			return nil
		}
		r, err := a.Handle(ctx, batchOf(body(change("u", 1, prefs{"a": events.JSON("1")})), body(change("v", 1, prefs{"a": events.JSON("1")})), body(change("w", 1, prefs{"a": events.JSON("1")}))))
		if err != nil || len(r.BatchItemFailures) != 1 || r.BatchItemFailures[0].ItemIdentifier != "m2" || ctx.Err() != nil {
			t.Errorf("%v, %v, context: %v", r, err, ctx.Err())
		}
	})
}

// A store that hangs takes none of the time that dead-lettering needs, and the
// other way round.
func TestAStoreOrAQueueThatHangsHoldsUpOnlyItsOwn(t *testing.T) {
	for _, hanging := range []string{"store", "queue"} {
		t.Run(hanging, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newApplying()
				a.Concurrency = 2
				hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
				want := []string{"m1", "m3", "m5"}
				if hanging == "store" {
					want = []string{"m0", "m2", "m4"}
					a.Merge = func(ctx context.Context, _ string, _ events.State, _ events.Traces) (Merged, error) {
						return Merged{}, hang(ctx)
					}
				} else {
					a.DeadLetters = DeadLettersFunc(func(ctx context.Context, _ deadletter.Letter) error { return hang(ctx) })
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				r, err := a.Handle(ctx, batchOf(
					body(change("u", 1, prefs{"a": events.JSON("1")})), "poison", body(change("v", 1, prefs{"a": events.JSON("1")})), "poison",
					body(change("w", 1, prefs{"a": events.JSON("1")})), "poison"))
				var failed []string
				for _, f := range r.BatchItemFailures {
					failed = append(failed, f.ItemIdentifier)
				}
				if err != nil || !cmp.Equal(failed, want) || ctx.Err() != nil {
					t.Errorf("G7 Poison isolates: failed %v, want %v, %v, context: %v", failed, want, err, ctx.Err())
				}
			})
		})
	}
}

func TestEmptyBatch(t *testing.T) {
	if failed := newApplying().handle(t, awsevents.SQSEvent{}); failed != nil {
		t.Errorf("failed %v", failed)
	}
}
