package consumers

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// marked is a record of a write that stored late changes: their stamps are new in it.
func marked(r awsevents.DynamoDBEventRecord, revision int) awsevents.DynamoDBEventRecord {
	r.Change.NewImage["late"] = awsevents.NewStringAttribute(stampAt(revision).String())
	return r
}

// The delay of an announcement's every cause ends when the bus has taken it. Causes that
// were redriven or replayed have none, whatever they are folded with.
func TestChangeToAnnounced(t *testing.T) {
	for name, test := range map[string]struct {
		records records
		want    []int64
	}{
		"one change":                 {records{record("u", "1", 1, 2)}, []int64{998}},
		"two users":                  {records{record("u", "1", 1, 2), record("v", "2", 0, 7)}, []int64{998, 993}},
		"late":                       {records{marked(record("u", "1", 1, 2), 2)}, nil},
		"late, then another write":   {records{marked(record("u", "1", 1, 2), 2), record("u", "2", 2, 3)}, []int64{997}},
		"the mark of an older write": {records{marked(record("u", "1", 2, 3), 2)}, []int64{997}},
		"clocks disagree":            {records{record("u", "1", 1, 2000)}, []int64{0}},
		"deleted by hand":            {records{deleted("1", 2)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			r.Now = func() time.Time { return now.Add(time.Duration(r.bus.calls) * time.Second) }
			r.handle(t, test.records...)
			want := emf.Series{"Announced dev": {int64(len(r.bus.offered))}}
			if test.want != nil {
				want["ChangeToAnnounced dev"] = test.want
			}
			if diff := cmp.Diff(want, measured(t, &r.metrics)); diff != "" {
				t.Errorf("%s\n%s", diff, &r.metrics)
			}
		})
	}
}

func TestRevisionsThatAreNotAnnouncedAreCounted(t *testing.T) {
	unreadable := record("w", "3", 2, 3)
	broken(unreadable.Change.NewImage)
	r := newRepublishing()
	r.bus.answer = sending(events.Rejected)
	r.handle(t, record("u", "1", 1, 2), record("v", "2", 1, 2), unreadable, record("x", "4", 3, 3))
	want := emf.Series{"Announced dev": {1}, "DeadLettered dev": {1, 1}, "DeadLettered dev undeliverable": {1}, "DeadLettered dev unreadable": {1}}
	if diff := cmp.Diff(want, counted(t, &r.metrics)); diff != "" {
		t.Errorf("%s\n%s", diff, &r.metrics)
	}
	r.metrics.Reset()
	r.bus.answer = sending(events.NotSent)
	r.handle(t, record("u", "1", 1, 2))
	if got := counted(t, &r.metrics); !cmp.Equal(got, emf.Series{"AnnouncementsFailed dev": {1}}) || !strings.Contains(r.metrics.String(), `"failed":1`) {
		t.Errorf("what comes again is counted otherwise: %s", &r.metrics)
	}
}

// Every function that touched a change has its id and the hash of its user in a line:
// at the debug level, and at the level of a warning where the change was refused.
func TestEveryChangeHasALogLine(t *testing.T) {
	a, r := newApplying(), newRepublishing()
	debug := &slog.HandlerOptions{Level: slog.LevelDebug}
	a.Logger, r.Logger = slog.New(slog.NewTextHandler(&a.log, debug)), slog.New(slog.NewTextHandler(&r.log, debug))
	merge := a.Merge
	a.Merge = func(ctx context.Context, user string, delta events.State, traces events.Traces) (Merged, error) {
		m, err := merge(ctx, user, delta, traces)
		m.Revision = 7
		return m, err
	}
	c := change("u", 1, prefs{"a": events.JSON("1")})
	c.ConversationID, c.Traceparent = "c42", traceA
	old := change("u", -int(31*24*time.Hour/time.Millisecond), prefs{"a": events.JSON("1")})
	a.handle(t, batchOf(body(c), body(old)))
	r.handle(t, withTrace(record("u", "1", 1, 2), "", traceB))
	r.bus.answer = sending(events.Rejected)
	r.handle(t, record("u", "2", 2, 3))
	user, conversation := telemetry.UserHash("stack", "u"), telemetry.ConversationHash("stack", "c42")
	for _, want := range []string{
		"level=DEBUG msg=\"change applied\" event_id=" + c.ID.String() + " user_hash=" + user + " conversation_hash=" + conversation + " source=test trace_id=" + traceA[3:35] + " revision=7 outcome=merged\n",
		"level=WARN msg=\"change refused\" event_id=" + old.ID.String() + " user_hash=" + user + " source=test message_id=m1 code=too_old field=id\n",
	} {
		if !strings.Contains(a.log.String(), want) {
			t.Errorf("%s is missing in\n%s", want, &a.log)
		}
	}
	for _, want := range []string{
		"level=DEBUG msg=\"revision announced\" event_id=" + stampAt(2).String() + " user_hash=" + user + " trace_id=" + traceB[3:35] + " revision=2 sequence_number=1\n",
		"level=WARN msg=\"revision not announced\" event_id=" + stampAt(3).String() + " user_hash=" + user + " revision=3 code=undeliverable sequence_number=2\n",
	} {
		if !strings.Contains(r.log.String(), want) {
			t.Errorf("%s is missing in\n%s", want, &r.log)
		}
	}
}
