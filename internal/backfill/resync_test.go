package backfill

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestResyncAnnouncesWhatIsStoredNow(t *testing.T) {
	p := newPipeline(t, 1)
	p.merge("u", events.Preferences{"a": events.JSON("1")})
	p.merge("u", events.Preferences{"a": events.JSON("2")})
	if _, err := Resync(t.Context(), p.store.Read, p, "u"); err != nil {
		t.Fatal(err)
	}
	s := newSubscriber()
	if err := s.take(p.bus[0]); err != nil {
		t.Fatal(err)
	}
	if err := s.differs(p.profiles()); err != nil {
		t.Error(err)
	}
	if _, err := Resync(t.Context(), p.store.Read, p, "nobody"); !errors.Is(err, ErrNothingStored) || len(p.bus) != 1 {
		t.Errorf("of nobody: %v, %d announcements", err, len(p.bus))
	}
}

func TestResyncErasedEmptiesTheCopy(t *testing.T) {
	p := newPipeline(t, 1)
	p.merge("u", events.Preferences{"a": events.Number(1)})
	stored := p.profiles()["u"]
	s := newSubscriber()
	if _, err := Resync(t.Context(), p.store.Read, p, "u"); err != nil {
		t.Fatal(err)
	}
	m := Missed{UserID: "u", Revision: stored.Revision + 1, Erased: true, AsOf: stored.AsOf()}
	if err := ResyncErased(t.Context(), p, m, stored.UpdatedAt); err != nil {
		t.Fatal(err)
	}
	for _, announcement := range p.bus {
		if err := s.take(announcement); err != nil {
			t.Fatal(err)
		}
	}
	var last events.PreferencesUpdated
	if err := last.UnmarshalJSON(p.bus[1]); err != nil || !last.Erased || !last.Snapshot || last.AsOf != stored.AsOf() || last.Revision != m.Revision {
		t.Errorf("%+v, %v", last, err)
	}
	if err := s.differs(map[string]events.Profile{"u": {UserID: "u", Revision: m.Revision}}); err != nil {
		t.Error(err)
	}
	if err := ResyncErased(t.Context(), p, Missed{UserID: "u", Erased: true}, stored.UpdatedAt); err == nil {
		t.Error("announced without a revision")
	}
}

func TestResyncTellsWhatTheTargetSays(t *testing.T) {
	s := newStage(0)
	s.answer = rejected
	read := func(_ context.Context, user string) (events.Profile, error) { return profileOf(user), nil }
	var failure *events.SendError
	if _, err := Resync(t.Context(), read, s, "u"); !errors.As(err, &failure) {
		t.Errorf("error %v", err)
	}
	var refusal *events.Refusal
	if _, err := Resync(t.Context(), read, s, "a\x00b"); !errors.As(err, &refusal) {
		t.Errorf("error %v of what nobody could read", err)
	}
}

func TestWhatDeadLettersSay(t *testing.T) {
	p := profileOf("tg:1")
	p.Cleared = events.NewClock().Next() // its announcement says erased, and is no deletion
	asOf, _ := events.ParseStamp("01KJMSK200000000000000000B")
	e, err := Envelope(&p, events.NewClock().Next())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body string
		want Missed
	}{
		"republish":         {`{"user_id":"tg:1","revision":12,"previous_revision":0,"code":"undeliverable","message":"m","sequence_number":"9"}`, Missed{UserID: "tg:1", Revision: 12}},
		"a deletion":        {`{"user_id":"tg:1","revision":12,"previous_revision":11,"code":"undeliverable","sequence_number":"9","erased":true,"as_of":"01KJMSK200000000000000000B"}`, Missed{UserID: "tg:1", Revision: 12, Erased: true, AsOf: asOf}},
		"a deletion of an unreadable item": {`{"user_id":"tg:1","revision":12,"code":"unreadable","erased":true}`, Missed{UserID: "tg:1", Revision: 12, Erased: true}},
		"revision unknown":  {`{"user_id":"tg:1","revision":0,"previous_revision":0,"code":"unreadable"}`, Missed{UserID: "tg:1"}},
		"of a subscriber's": {string(e.AppendJSON(nil)), Missed{UserID: "tg:1", Revision: 7}},
		"Lambda's": {
			`{"requestContext":{"condition":"RecordAgeExceeded"},"version":"1.0","DDBStreamBatchInfo":{"shardId":"shard-1","startSequenceNumber":"10","endSequenceNumber":"12","batchSize":2,"streamArn":"arn"}}`,
			Missed{Batch: &StreamBatch{"shard-1", "10", "12", 2}},
		},
	} {
		got, err := ReadMissed(c.body)
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v %s", name, err, cmp.Diff(c.want, got))
		}
	}
	change := events.PreferenceChange{ID: events.NewClock().Next(), UserID: "u", Preferences: events.Preferences{"revision": events.JSON("1")}}
	envelope := events.ChangeEnvelope("bot", &change, p.UpdatedAt)
	for name, body := range map[string]string{
		"no JSON": "not JSON", "cut": string(e.AppendJSON(nil))[:80], "a change": string(envelope.AppendJSON(nil)),
		"a change without envelope": `{"user_id":"u","preferences":{"a":1}}`, "no user": `{"revision":3}`, "null": "null",
		"an empty user": `{"user_id":"","revision":3}`, "a revision that is none": `{"user_id":"u","revision":"3"}`,
	} {
		if got, err := ReadMissed(body); err == nil || !strings.Contains(err.Error(), "not an announcement's dead letter") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
