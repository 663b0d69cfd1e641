package consumers

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
)

// measured reads the metrics that were written, and forgets them.
func measured(t *testing.T, from *bytes.Buffer) emf.Series {
	t.Helper()
	series, err := emf.Read(from.String())
	if err != nil {
		t.Error(err)
	}
	return series
}

// counted reads the counters alone.
func counted(t *testing.T, from *bytes.Buffer) emf.Series {
	t.Helper()
	series := measured(t, from)
	maps.DeleteFunc(series, func(name string, _ []int64) bool { return strings.HasPrefix(name, "ChangeTo") })
	return series
}

// A change is counted as what became of it, also beside others of its user.
func TestEveryChangeIsCountedOnce(t *testing.T) {
	set := func(ms int, key string) string { return body(change("u", ms, prefs{key: events.Number(ms)})) }
	erase := func(ms int) string {
		return body(events.PreferenceChange{ID: stampAt(ms), UserID: "u", Replace: true})
	}
	infer := func(ms int, key string) string {
		c := change("u", ms, prefs{key: events.Number(ms)})
		c.Origin = events.Inferred
		return body(c)
	}
	type sums = map[string]int64
	for _, tt := range []struct {
		name   string
		before []string
		batch  []string
		want   sums
	}{
		{"new", nil, []string{set(1, "a")}, sums{"Merged": 1}},
		{"twice in a batch", nil, []string{set(1, "a"), set(1, "a")}, sums{"Merged": 1, "Duplicates": 1, "Folded": 1}},
		{"redelivered", []string{set(1, "a")}, []string{set(1, "a")}, sums{"Duplicates": 1}},
		{"redelivered beside a new one", []string{set(1, "a")}, []string{set(1, "a"), set(2, "b")}, sums{"Merged": 1, "Duplicates": 1, "Folded": 1}},
		{"older than what is stored", []string{set(2, "a")}, []string{set(1, "a")}, sums{"Superseded": 1}},
		{"older than another of the batch", nil, []string{set(2, "a"), set(1, "a")}, sums{"Merged": 1, "Superseded": 1, "Folded": 1}},
		{"below the fence", []string{erase(2)}, []string{set(1, "a")}, sums{"Superseded": 1}},
		{"an erasure below the fence", []string{erase(2)}, []string{erase(1)}, sums{"Superseded": 1}},
		{"an erasure that was redelivered", []string{erase(2)}, []string{erase(2)}, sums{"Duplicates": 1}},
		{"an inference behind a statement", []string{set(1, "a")}, []string{infer(2, "a")}, sums{"Merged": 1}},
		{"an inference before the statement", []string{set(2, "a")}, []string{infer(1, "a")}, sums{"Merged": 1}},
		{"an inference beside its statement", nil, []string{set(2, "a"), infer(1, "a")}, sums{"Merged": 2, "Folded": 1}},
		{"a dead inference that was redelivered", []string{set(2, "a"), infer(1, "a")}, []string{infer(1, "a")}, sums{"Duplicates": 1}},
		{"an inference older than another", []string{infer(2, "a")}, []string{infer(1, "a")}, sums{"Superseded": 1}},
		{"an inference below the fence", []string{erase(2)}, []string{infer(1, "a")}, sums{"Superseded": 1}},
		{"of another user each", nil, []string{set(1, "a"), body(change("v", 1, prefs{"a": events.JSON("1")}))}, sums{"Merged": 2}},
	} {
		a := newApplying()
		a.handle(t, batchOf(tt.before...))
		a.metrics.Reset()
		a.handle(t, batchOf(tt.batch...))
		tt.want["Accepted"] = int64(len(tt.batch))
		got := sums{}
		for series := range counted(t, &a.metrics) {
			name, _, _ := strings.Cut(series, " ")
			got[name] = counted(t, &a.metrics).Sum(series)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// What failed comes again, and is counted as accepted then. Retries are counted at once.
func TestFailedChangesAreCountedApart(t *testing.T) {
	a := newApplying()
	a.Merge = func(context.Context, string, events.State, events.Traces) (Merged, error) {
		return Merged{Retries: 9}, errors.New("contended")
	}
	a.letters.full = errors.New("full")
	a.handle(t, batchOf(body(change("u", 1, prefs{"a": events.JSON("1")})), "malformed"))
	if diff := cmp.Diff(emf.Series{"ChangesFailed dev": {2}, "Contended dev": {9}}, measured(t, &a.metrics)); diff != "" || !strings.Contains(a.metrics.String(), `"failed":2`) {
		t.Errorf("%s\n%s", diff, &a.metrics)
	}
}

// The delay is from the stamp to the end of the merge. Redriven, replayed, redelivered
// and superseded changes have none, and are merged apart from those that have one.
func TestChangeToVisible(t *testing.T) {
	mark := func(name string) map[string]awsevents.SQSMessageAttribute {
		return map[string]awsevents.SQSMessageAttribute{name: {}}
	}
	set := func(user string, ms int) string { return body(change(user, ms, prefs{"a": events.Number(ms)})) }
	a := newApplying()
	late := 0
	a.MergeLate = func(ctx context.Context, user string, delta events.State, traces events.Traces) (Merged, error) {
		late++
		return a.store.merge(ctx, user, delta, traces)
	}
	a.Now = func() time.Time { return now.Add(time.Duration(len(a.store.merges)) * time.Second) }
	e := batchOf(
		set("ahead", 60_000), set("u", 100), set("u", 200), set("u", 200), set("redriven", 1), set("moved", 1),
		strings.Replace(set("replayed", 1), `"id"`, `"replay-name":"recovery","id"`, 1), set("both", 300), body(change("both", 301, prefs{"b": events.JSON("1")})),
	)
	e.Records[4].MessageAttributes = mark(deadletter.AttributeRedriven)
	e.Records[5].MessageAttributes = mark(deadletter.AttributeCode)
	e.Records[7].MessageAttributes = mark(deadletter.AttributeRedriven)
	a.handle(t, e)
	got := measured(t, &a.metrics)
	want := emf.Series{
		"Accepted dev": {9}, "Merged dev": {7}, "Duplicates dev": {1}, "Superseded dev": {1}, "Folded dev": {2},
		"ChangeToVisible dev": {0, 1800, 6699}, // clocks disagree; the second merge; the seventh
	}
	if diff := cmp.Diff(want, got); diff != "" || late != 4 {
		t.Errorf("%d late merges, %s\n%s", late, diff, &a.metrics)
	}
}

// A batch in which every item fails is an error, for Lambda's metric Errors. One in which
// something is done is none, and neither is one in which everything is refused.
func TestABatchInWhichEveryItemFailsIsAnError(t *testing.T) {
	two := batchOf(body(change("u", 1, prefs{"a": events.JSON("1")})), body(change("v", 1, prefs{"a": events.JSON("1")})))
	fails := func(users ...string) func(user string) error {
		return func(user string) error {
			if slices.Contains(users, user) {
				return errors.New("throttled")
			}
			return nil
		}
	}
	for name, tt := range map[string]struct {
		fail  func(string) error
		event awsevents.SQSEvent
		err   bool
	}{
		"every change fails": {fails("u", "v"), two, true},
		"one change fails":   {fails("u"), two, false},
		"all are refused":    {fails("u", "v"), batchOf("{", "}"), false},
		"an empty batch":     {fails("u", "v"), awsevents.SQSEvent{}, false},
	} {
		a := newApplying()
		a.store.fail = tt.fail
		if _, err := a.Handle(t.Context(), tt.event); (err != nil) != tt.err {
			t.Errorf("apply, %s: %v", name, err)
		}
		h := History{
			Keep:   func(_ context.Context, user string, _ *history.Batch) error { return tt.fail(user) },
			Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		}
		if _, err := h.Handle(t.Context(), tt.event); (err != nil) != tt.err {
			t.Errorf("history, %s: %v", name, err)
		}
	}
	for name, tt := range map[string]struct {
		outcome events.Outcome
		records []awsevents.DynamoDBEventRecord // only those of u fail
		err     bool
	}{
		"every announcement fails": {events.NotSent, []awsevents.DynamoDBEventRecord{record("u", "1", 1, 2)}, true},
		"one announcement fails":   {events.NotSent, []awsevents.DynamoDBEventRecord{record("u", "1", 1, 2), record("v", "2", 1, 2)}, false},
		"all are rejected":         {events.Rejected, []awsevents.DynamoDBEventRecord{record("u", "1", 1, 2)}, false},
		"an empty batch":           {events.NotSent, nil, false},
	} {
		r := newRepublishing()
		r.bus.answer = sending(tt.outcome)
		if _, err := r.Handle(t.Context(), awsevents.DynamoDBEvent{Records: tt.records}); (err != nil) != tt.err {
			t.Errorf("republish, %s: %v", name, err)
		}
	}
}
