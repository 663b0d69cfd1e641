package consumers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

// fakeHistory keeps batches in memory.
type fakeHistory struct {
	mu      sync.Mutex
	batches map[string]history.Batch
	fail    func(user string) error // may panic
	fences  map[string]events.Stamp
}

func (f *fakeHistory) keep(_ context.Context, user string, b *history.Batch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		if err := f.fail(user); err != nil {
			return err
		}
	}
	if f.batches == nil {
		f.batches = map[string]history.Batch{}
	}
	f.batches[user] = *b
	return nil
}

func (f *fakeHistory) fence(_ context.Context, user string) (events.Stamp, error) {
	fence, ok := f.fences[user]
	if !ok {
		return events.Stamp{}, errors.New("no such profile")
	}
	return fence, nil
}

func (f *fakeHistory) handle(t *testing.T, e awsevents.SQSEvent) (failed []string, log string) {
	t.Helper()
	var out bytes.Buffer
	h := History{Keep: f.keep, Fence: f.fence, Now: func() time.Time { return now }, Logger: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	response, err := h.Handle(t.Context(), e)
	if err != nil || response.BatchItemFailures == nil {
		t.Fatalf("%+v %v", response, err)
	}
	for _, item := range response.BatchItemFailures {
		failed = append(failed, item.ItemIdentifier)
	}
	return failed, out.String()
}

func announcement(u events.PreferencesUpdated) string {
	e := events.Envelope{ID: "a", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Time: now, Detail: u.AppendJSON(nil)}
	return string(e.AppendJSON(nil))
}

func updated(user string, revision int64, after ...events.PreferenceChange) events.PreferencesUpdated {
	return events.Announce(&events.Profile{}, &events.Profile{UserID: user, Revision: revision, UpdatedAt: now, State: events.Fold(after...)})
}

func TestHistoryKeepsWhatTheBusCarried(t *testing.T) {
	var f fakeHistory
	said, other := change("u", 1, prefs{"tone": events.Text("x")}), change("v", 2, prefs{"tone": events.Unset})
	e := batchOf(body(said), body(other), announcement(updated("u", 7, said)))
	e.Records[0].Attributes = map[string]string{"SentTimestamp": strconv.FormatInt(now.Add(-time.Minute).UnixMilli(), 10)}
	failed, log := f.handle(t, e)
	if len(failed) > 0 || !strings.Contains(log, `"users":2,"not_kept":0,"failed":0`) {
		t.Fatalf("failed %v: %s", failed, log)
	}
	for _, want := range []string{`"change kept","event_id":"` + said.ID.String(), `"announcement kept"`, `"revision":7`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has not %s: %s", want, log)
		}
	}
	u, v := f.batches["u"], f.batches["v"]
	if len(u.Changes) != 1 || u.Changes[0].Said.Preferences["tone"] != events.Text("x") || u.Changes[0].Source != "test" ||
		!slices.Equal(u.Changes[0].Envelopes, []string{said.ID.UUID()}) || !u.Changes[0].ReceivedAt.Equal(now.Add(-time.Minute)) {
		t.Errorf("change %+v", u.Changes)
	}
	if len(u.Announcements) != 1 || u.Announcements[0].Revision != 7 || !slices.Equal(u.Announcements[0].CausedBy, []events.Stamp{said.ID}) {
		t.Errorf("announcement %+v", u.Announcements)
	}
	if len(v.Changes) != 1 || !v.Changes[0].ReceivedAt.Equal(now) || !u.Forget.IsZero() || !v.Forget.IsZero() {
		t.Errorf("%+v, %+v", u, v)
	}
}

func TestHistoryKeepsOfARefusalCodeAndField(t *testing.T) {
	id := stampAt(1).String()
	detail := func(text string) string {
		e := events.Envelope{ID: "e", Source: "test", DetailType: events.DetailTypeChange, Time: now, Detail: []byte(text)}
		return string(e.AppendJSON(nil))
	}
	old := change("u", 0, prefs{"a": events.Text("secret")})
	old.ID = events.Stamp{1}
	for name, c := range map[string]struct {
		body  string
		want  history.Refusal
		noID  bool
		owner string
	}{
		"a bad key":       {detail(`{"id":"` + id + `","user_id":"u","preferences":{"x!":"secret"}}`), history.Refusal{At: stampAt(1), HasID: true, Code: events.Malformed, Field: "preferences.*"}, false, "u"},
		"no preferences":  {detail(`{"id":"` + id + `","user_id":"u"}`), history.Refusal{At: stampAt(1), HasID: true, Code: events.Malformed, Field: "preferences"}, false, "u"},
		"a bad id":        {detail(`{"id":"x","user_id":"u","preferences":{"a":"secret"}}`), history.Refusal{Code: events.Malformed, Field: "id"}, true, "u"},
		"another version": {detail(`{"id":"` + id + `","user_id":"u","preferences":{"a":"secret"},"version":2}`), history.Refusal{At: stampAt(1), HasID: true, Code: events.UnknownVersion, Field: "version"}, false, "u"},
		"too old":         {body(old), history.Refusal{At: old.ID, HasID: true, Code: events.TooOld, Field: "id"}, false, "u"},
		"no user":         {detail(`{"id":"` + id + `","preferences":{"a":"secret"}}`), history.Refusal{}, false, ""},
		"a bad user":      {detail(`{"id":"` + id + `","user_id":5,"preferences":{"a":"secret"}}`), history.Refusal{}, false, ""},
		"no envelope":     {`{"user_id":"u","preferences":{"a":"secret"}}`, history.Refusal{}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var f fakeHistory
			failed, log := f.handle(t, batchOf(c.body))
			if len(failed) > 0 || strings.Contains(log+fmt.Sprint(f.batches), "secret") {
				t.Fatalf("failed %v, kept %+v, logged %s", failed, f.batches, log)
			}
			got := f.batches[c.owner].Refusals
			if c.owner == "" {
				if len(f.batches) > 0 || !strings.Contains(log, `"not_kept":1`) {
					t.Errorf("kept %+v: %s", f.batches, log)
				}
				return
			}
			c.want.Source, c.want.ReceivedAt = "test", now
			if c.noID && len(got) == 1 {
				if got[0].At.IsZero() || !got[0].At.Time().Equal(now) {
					t.Errorf("kept under %s", got[0].At)
				}
				got[0].At = events.Stamp{}
			}
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// What a batch erases is below a replace, below the stored fence where an announcement
// says that it rose, and all that a deleted profile knew.
func TestHistoryForgets(t *testing.T) {
	reset := change("u", 5, nil)
	reset.Replace = true
	erased := updated("u", 9, reset)
	removed := events.AnnounceRemoval(&events.Profile{}, &events.Profile{UserID: "u", Revision: 8, State: events.Fold(change("u", 3, prefs{"a": events.Text("x")}))}, now)
	snapshot := erased
	snapshot.Snapshot = true
	for name, c := range map[string]struct {
		body string
		want history.Mark
	}{
		"a replace":               {body(reset), history.Mark{Cleared: stampAt(5)}},
		"the fence rose":          {announcement(erased), history.Mark{Cleared: stampAt(6), Revision: 9}},
		"a deletion by hand":      {announcement(removed), history.Mark{Cleared: history.Above(stampAt(3)), Revision: 9}},
		"a snapshot says nothing": {announcement(snapshot), history.Mark{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := fakeHistory{fences: map[string]events.Stamp{"u": stampAt(6)}}
			if failed, log := f.handle(t, batchOf(c.body)); len(failed) > 0 || f.batches["u"].Forget != c.want {
				t.Errorf("failed %v, forgets %+v, want %+v: %s", failed, f.batches["u"].Forget, c.want, log)
			}
		})
	}
}

func TestHistoryTakesAnnouncementsOfThePipelineAlone(t *testing.T) {
	var f fakeHistory
	f.handle(t, batchOf(strings.Replace(announcement(updated("u", 9)), `"bot-preferences"`, `"somebody"`, 1)))
	if len(f.batches) > 0 {
		t.Errorf("kept %+v", f.batches)
	}
}

// Exactly the messages of the users that failed are delivered again.
func TestHistoryFailsUserByUser(t *testing.T) {
	f := fakeHistory{fail: func(user string) error {
		if user == "bad" {
			return errors.New("throttled")
		}
		if user == "worse" {
			panic("secret")
		}
		return nil
	}}
	erased := updated("unknown", 9, func() events.PreferenceChange { c := change("unknown", 1, nil); c.Replace = true; return c }())
	p := prefs{"a": events.Text("secret")}
	failed, log := f.handle(t, batchOf(body(change("good", 1, p)), body(change("bad", 2, p)), body(change("worse", 3, p)), body(change("bad", 4, p)), announcement(erased), "{"))
	if want := []string{"m1", "m2", "m3", "m4"}; !slices.Equal(failed, want) {
		t.Errorf("failed %v, want %v", failed, want)
	}
	if strings.Contains(log, "secret") || strings.Contains(log, "good") || strings.Contains(log, `"bad"`) {
		t.Errorf("logged %s", log)
	}
}

func TestHistoryFailsWhatItCannotJudge(t *testing.T) {
	h := History{Keep: (&fakeHistory{}).keep, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { panic("no clock") }}
	response, err := h.Handle(t.Context(), batchOf(body(change("u", 1, prefs{"a": events.Text("x")}))))
	if err == nil || len(response.BatchItemFailures) != 1 {
		t.Errorf("%+v %v: a panic must not lose a message", response, err)
	}
}
