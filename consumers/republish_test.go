package consumers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// A fakeBus takes what answer does not refuse.
type fakeBus struct {
	calls    int
	offered  []events.PreferencesUpdated
	answer   func(user string) error
	answerTo func(n int) []error // the whole answer, instead
}

func (b *fakeBus) Send(_ context.Context, envelopes []events.Envelope) []error {
	b.calls++
	if b.answerTo != nil {
		return b.answerTo(len(envelopes))
	}
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		var u events.PreferencesUpdated
		if err := json.Unmarshal(e.Detail, &u); err != nil {
			panic(err)
		}
		if e.Source != events.SourcePipeline || e.DetailType != events.DetailTypeUpdated {
			panic("a wrong envelope: " + e.Source + " " + e.DetailType)
		}
		b.offered = append(b.offered, u)
		if b.answer != nil {
			errs[i] = b.answer(u.UserID)
		}
	}
	return errs
}

type republishing struct {
	Republish
	bus     fakeBus
	letters mailbox
	log     bytes.Buffer
	metrics bytes.Buffer
}

func newRepublishing() *republishing {
	r := &republishing{}
	r.Republish = Republish{
		Images:    Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf, Late: item.LateOf},
		Announcer: &r.bus, DeadLetters: &r.letters, Now: func() time.Time { return now },
		Logger:    slog.New(slog.NewTextHandler(&r.log, nil)),
		Telemetry: &telemetry.Reporter{Stage: "dev", StackID: "stack", Out: &r.metrics},
	}
	return r
}

func (r *republishing) handle(t *testing.T, records ...awsevents.DynamoDBEventRecord) (failed []string) {
	t.Helper()
	response, err := r.Handle(t.Context(), awsevents.DynamoDBEvent{Records: records})
	folds := len(newRepublishing().fold(records))
	if all := folds > 0 && len(response.BatchItemFailures) == folds; (err != nil) != all || response.BatchItemFailures == nil {
		t.Fatalf("list %v (it must not be null), error %v", response.BatchItemFailures, err)
	}
	for _, f := range response.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

// image is a profile of one preference n, at a revision.
func image(user string, revision int) Image {
	if revision == 0 {
		return nil
	}
	return Image{
		"user_id":    awsevents.NewStringAttribute(user),
		"revision":   awsevents.NewNumberAttribute(strconv.Itoa(revision)),
		"updated_at": awsevents.NewStringAttribute(events.FormatTime(now)),
		"p.n": awsevents.NewMapAttribute(Image{
			"v": awsevents.NewStringAttribute(strconv.Itoa(revision)),
			"t": awsevents.NewStringAttribute(stampAt(revision).String()),
		}),
	}
}

// record leads from one revision to the next; its event id must never be used.
func record(user string, sequence string, from, to int) awsevents.DynamoDBEventRecord {
	return awsevents.DynamoDBEventRecord{EventID: "event-" + sequence, Change: awsevents.DynamoDBStreamRecord{
		ApproximateCreationDateTime: awsevents.SecondsEpochTime{Time: now},
		Keys:                        Image{"user_id": awsevents.NewStringAttribute(user)},
		OldImage:                    image(user, from), NewImage: image(user, to), SequenceNumber: sequence,
	}}
}

func sending(outcome events.Outcome) func(string) error {
	return func(user string) error {
		if user == "u" {
			return &events.SendError{Outcome: outcome, Code: "SomeCode", Err: errors.New("why")}
		}
		return nil
	}
}

func TestWhatTheBusDoesNotTake(t *testing.T) {
	old := func(r awsevents.DynamoDBEventRecord, age time.Duration) awsevents.DynamoDBEventRecord {
		r.Change.ApproximateCreationDateTime.Time = now.Add(-age)
		return r
	}
	for name, test := range map[string]struct {
		answer func(string) error
		age    time.Duration
		failed []string
		letter bool
	}{
		"not sent":                        {sending(events.NotSent), 0, []string{"9"}, false},
		"uncertain":                       {sending(events.Uncertain), 0, []string{"9"}, false},
		"an error of another kind":        {func(u string) error { return map[string]error{"u": errors.New("?")}[u] }, 0, []string{"9"}, false},
		"rejected":                        {sending(events.Rejected), 0, nil, true},
		"not sent for twelve hours":       {sending(events.NotSent), 12 * time.Hour, []string{"9"}, false},
		"not sent for over twelve hours":  {sending(events.NotSent), 12*time.Hour + time.Second, nil, true},
		"uncertain for over twelve hours": {sending(events.Uncertain), 20 * time.Hour, nil, true},
		"old, and taken":                  {nil, 20 * time.Hour, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			r.bus.answer = test.answer
			failed := r.handle(t, old(record("u", "9", 2, 3), test.age), record("v", "10", 0, 1), record("u", "11", 3, 4))
			if !cmp.Equal(failed, test.failed) {
				t.Errorf("failed %v, want %v", failed, test.failed)
			}
			if !test.letter {
				if len(r.letters.letters) != 0 {
					t.Errorf("letters %v", r.letters.letters)
				}
				return
			}
			checkLetter(t, &r.letters, events.Undeliverable, map[string]any{"user_id": "u", "revision": 4.0, "previous_revision": 2.0, "sequence_number": "9"})
		})
	}
}

// A bus that does not answer leaves time to give its announcements up.
func TestABusThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRepublishing()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r.Announcer = hangingBus{}
		r.DeadLetters = DeadLettersFunc(func(ctx context.Context, l deadletter.Letter) error {
			return errors.Join(ctx.Err(), r.letters.Put(ctx, l))
		})
		lost := record("u", "9", 2, 3)
		lost.Change.ApproximateCreationDateTime.Time = now.Add(-13 * time.Hour)
		got, _ := r.Handle(ctx, awsevents.DynamoDBEvent{Records: []awsevents.DynamoDBEventRecord{lost, record("v", "10", 0, 1)}})
		if len(got.BatchItemFailures) != 1 || got.BatchItemFailures[0].ItemIdentifier != "10" || ctx.Err() != nil {
			t.Errorf("G4 Announced: failed %v, context: %v", got.BatchItemFailures, ctx.Err())
		}
		checkLetter(t, &r.letters, events.Undeliverable, map[string]any{"user_id": "u", "revision": 3.0, "previous_revision": 2.0, "sequence_number": "9"})
	})
}

// Even a dead-letter queue that hangs too leaves time to answer.
func TestTimeToAnswerRemains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRepublishing()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r.DeadLetters = DeadLettersFunc(func(ctx context.Context, _ deadletter.Letter) error { <-ctx.Done(); return ctx.Err() })
		unreadable := record("u", "9", 2, 3)
		broken(unreadable.Change.NewImage)
		got, err := r.Handle(ctx, awsevents.DynamoDBEvent{Records: []awsevents.DynamoDBEventRecord{unreadable, record("v", "10", 0, 1)}})
		if err != nil || len(got.BatchItemFailures) != 1 || got.BatchItemFailures[0].ItemIdentifier != "9" || ctx.Err() != nil {
			t.Errorf("failed %v, %v, context: %v", got.BatchItemFailures, err, ctx.Err())
		}
	})
}

type hangingBus struct{}

func (hangingBus) Send(ctx context.Context, envelopes []events.Envelope) []error {
	<-ctx.Done()
	errs := make([]error, len(envelopes))
	for i := range errs {
		errs[i] = &events.SendError{Outcome: events.Uncertain, Err: ctx.Err()}
	}
	return errs
}

func checkLetter(t *testing.T, m *mailbox, code events.Code, want map[string]any) {
	t.Helper()
	if len(m.letters) != 1 {
		t.Fatalf("%d letters", len(m.letters))
	}
	l := m.letters[0]
	var got map[string]any
	if err := json.Unmarshal([]byte(l.Body), &got); err != nil {
		t.Fatal(err)
	}
	if l.Code != code || got["code"] != string(code) || got["message"] != l.Message || l.Message == "" {
		t.Errorf("letter %+v", l)
	}
	delete(got, "code")
	delete(got, "message")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func broken(i Image) Image {
	i["p.n"] = awsevents.NewStringAttribute("s3cret")
	return i
}

func TestUnreadableImagesAreDeadLettered(t *testing.T) {
	newer := record("u", "9", 2, 3)
	broken(newer.Change.NewImage)
	older := record("u", "9", 2, 3)
	broken(older.Change.OldImage)
	keyless := record("u", "9", 0, 3)
	keyless.Change.Keys = Image{"user_id": awsevents.NewNumberAttribute("1")}
	broken(keyless.Change.NewImage)
	numberless := record("u", "9", 0, 3)
	delete(numberless.Change.NewImage, "revision")
	for name, test := range map[string]struct {
		record awsevents.DynamoDBEventRecord
		want   map[string]any
	}{
		"the new one":              {newer, map[string]any{"user_id": "u", "revision": 3.0, "previous_revision": 2.0, "sequence_number": "9"}},
		"the old one":              {older, map[string]any{"user_id": "u", "revision": 3.0, "previous_revision": 2.0, "sequence_number": "9"}},
		"and the key":              {keyless, map[string]any{"user_id": "", "revision": 3.0, "previous_revision": 0.0, "sequence_number": "9"}},
		"one without a revision":   {numberless, map[string]any{"user_id": "u", "revision": 0.0, "previous_revision": 0.0, "sequence_number": "9"}},
		"a panic while reading it": {record("panic", "9", 1, 2), map[string]any{"user_id": "panic", "revision": 2.0, "previous_revision": 1.0, "sequence_number": "9"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			r.Images.Profile = func(i Image) (events.Profile, error) {
				if i["user_id"].String() == "panic" {
					panic("s3cret")
				}
				return item.ProfileOf(i)
			}
			if failed := r.handle(t, test.record, record("v", "10", 0, 1)); failed != nil {
				t.Errorf("G7: failed %v", failed)
			}
			if len(r.bus.offered) != 1 || r.bus.offered[0].UserID != "v" {
				t.Errorf("announced %+v", r.bus.offered)
			}
			checkLetter(t, &r.letters, events.Unreadable, test.want)
			if strings.Contains(r.log.String()+r.letters.letters[0].Body, "s3cret") {
				t.Error(r.log.String())
			}
		})
	}
}

func TestWhatNobodyTakesIsRedelivered(t *testing.T) {
	r := newRepublishing()
	r.letters.full = errors.New("no")
	unreadable := record("u", "9", 2, 3)
	broken(unreadable.Change.NewImage)
	if failed := r.handle(t, unreadable, record("v", "10", 0, 1)); !cmp.Equal(failed, []string{"9"}) {
		t.Errorf("failed %v", failed)
	}
}

func TestAnAnswerThatIsMissingIsAFailure(t *testing.T) {
	for name, answer := range map[string]func(int) []error{
		"none":    func(int) []error { return nil },
		"a panic": func(int) []error { panic("s3cret") },
		"half":    func(int) []error { return make([]error, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			r.bus.answerTo = answer
			want := []string{"1", "2"}
			if name == "half" {
				want = want[1:]
			}
			if failed := r.handle(t, record("u", "1", 0, 1), record("v", "2", 0, 1)); !cmp.Equal(failed, want) {
				t.Errorf("failed %v, want %v", failed, want)
			}
		})
	}
}

func TestNothingToAnnounceAsksNoBus(t *testing.T) {
	r := newRepublishing()
	if failed := r.handle(t, record("u", "1", 3, 3)); failed != nil || r.bus.calls != 0 {
		t.Errorf("failed %v, %d calls", failed, r.bus.calls)
	}
	r.handle(t)
}
