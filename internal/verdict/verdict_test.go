package verdict_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

func at(t *testing.T, d time.Duration, random string) events.Stamp {
	t.Helper()
	s, err := events.DeriveStamp(changes.Now.Add(d), random)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func judgeOf(stored ...events.PreferenceChange) *verdict.Judge {
	p := events.Profile{State: events.Fold(stored...), Revision: int64(len(stored))}
	return &verdict.Judge{
		Read: func(context.Context, string) (events.Profile, error) { return p, nil },
		Now:  func() time.Time { return changes.Now },
	}
}

func TestVerdictsSayWhy(t *testing.T) {
	newer := events.PreferenceChange{ID: at(t, -time.Minute, "s"), UserID: "u", Preferences: events.Preferences{"tone": events.JSON("1")}}
	change := func(age time.Duration, replace bool, keys ...string) string {
		c := events.PreferenceChange{ID: at(t, -age, "c"), UserID: "u", Replace: replace, Preferences: events.Preferences{}}
		for _, key := range keys {
			c.Preferences[key] = events.JSON("2")
		}
		return body(&c)
	}
	guess := func(age time.Duration, keys ...string) string {
		c := events.PreferenceChange{ID: at(t, -age, "c"), UserID: "u", Origin: events.Inferred, Preferences: events.Preferences{}}
		for _, key := range keys {
			c.Preferences[key] = events.JSON("2")
		}
		return body(&c)
	}
	for _, tt := range []struct {
		name, body string
		outcome    verdict.Outcome
		final      bool
		why        string
	}{
		{"all of it", change(time.Hour, false, "b", "a"), verdict.Applies, false, "stores a, b"},
		{"a part", change(time.Hour, false, "tone", "a"), verdict.Applies, false, "stores a; not tone, which later changes set or erased"},
		{"many keys", change(0, false, "a", "b", "c", "d", "e", "f", "g"), verdict.Applies, false, "stores a, b, c, d, e and 2 more"},
		{"an erasure", change(0, true), verdict.Applies, false, "erases everything that was said before it"},
		{"a replacement", change(0, true, "a"), verdict.Applies, false, "erases everything that was said before it, and stores a"},
		{"later ones won", change(time.Hour, false, "tone"), verdict.Superseded, false, "later changes of the same preferences are stored"},
		{"an inference", guess(time.Hour, "a"), verdict.Applies, false, "stores a as inferred"},
		{"an inference that is hidden", guess(0, "a", "tone"), verdict.Applies, false, "stores a, tone as inferred; hidden by what the person stated: tone"},
		{"a copy", body(&newer), verdict.Duplicate, false, "the profile has it already"},
		{"too old", change(31*24*time.Hour, false, "a"), verdict.TooOld, true, "too_old: id: is 31 days old, at most 30 days are allowed"},
		{"from the future", change(-time.Hour, false, "a"), verdict.Refused, false, "from_the_future: id: is 1h0m0s ahead of the clock, at most 5m0s is allowed; it passes from 2026-11-23T10:55:00Z on"},
		{"malformed", "{", verdict.Refused, true, "malformed: "},
	} {
		v := judgeOf(newer).Change(t.Context(), tt.body, false)
		if v.Outcome != tt.outcome || v.Final != tt.final || !strings.HasPrefix(v.Why, tt.why) {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
	if v := judgeOf().Change(t.Context(), change(0, false, "a"), true); v.Outcome != verdict.Truncated || !v.Final || v.Passes() {
		t.Errorf("cut off: %+v", v)
	}
}

func TestAProfileThatCannotBeReadIsNotJudged(t *testing.T) {
	j := &verdict.Judge{
		Read: func(context.Context, string) (events.Profile, error) {
			return events.Profile{}, errors.New("GetItem: AccessDenied")
		},
		Now: func() time.Time { return changes.Now },
	}
	c := events.PreferenceChange{ID: at(t, 0, "c"), UserID: "u", Replace: true}
	v := j.Change(t.Context(), body(&c), false)
	if v.Outcome != verdict.Unknown || !v.Passes() || !strings.Contains(v.Why, "GetItem: AccessDenied") {
		t.Errorf("%+v", v)
	}
	if got := j.Overridden(t.Context(), &c, events.Stamp{}); got != nil {
		t.Errorf("overridden: %v", got)
	}
	if v := j.Announcement(t.Context(), `{"user_id":"u","revision":1}`); v.Outcome != verdict.Unknown {
		t.Errorf("%+v", v)
	}
}

// A new id makes a letter override what was said since.
func TestOverridden(t *testing.T) {
	said := func(age time.Duration, key string) events.PreferenceChange {
		return events.PreferenceChange{ID: at(t, -age, key), UserID: "u", Preferences: events.Preferences{key: events.JSON("1")}}
	}
	stored := []events.PreferenceChange{said(2*time.Hour, "old"), said(time.Hour, "tone"), said(time.Hour, "city"), said(time.Minute, "new")}
	for name, tt := range map[string]struct {
		change events.PreferenceChange
		want   []string
	}{
		"its own keys":              {events.PreferenceChange{Preferences: events.Preferences{"tone": events.Unset, "old": events.Unset}}, []string{"tone"}},
		"what was inferred of them": {events.PreferenceChange{Origin: events.Inferred, Preferences: events.Preferences{"tone": events.Unset}}, nil},
		"all of them":               {events.PreferenceChange{Replace: true}, []string{"city", "tone"}},
	} {
		tt.change.ID, tt.change.UserID = at(t, -2*time.Minute, "c"), "u"
		j := judgeOf(stored...)
		j.Change(t.Context(), body(&tt.change), false) // judging first alters nothing
		if diff := cmp.Diff(tt.want, j.Overridden(t.Context(), &tt.change, at(t, -90*time.Minute, "x"))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAnnouncements(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		stored     int
		outcome    verdict.Outcome
	}{
		{"the stored revision", `{"user_id":"u","revision":2}`, 2, verdict.Unannounced},
		{"an earlier one", `{"user_id":"u","revision":1}`, 2, verdict.Replaced},
		{"a revision that cannot be read", `{"user_id":"u","revision":0}`, 2, verdict.Unannounced},
		{"a later one", `{"user_id":"u","revision":3}`, 2, verdict.Unknown},
		{"deleted by hand", `{"user_id":"u","revision":3,"erased":true}`, 0, verdict.Unannounced},
		{"deleted by hand, and nobody knows its revision", `{"user_id":"u","revision":0,"erased":true}`, 0, verdict.Gone},
		{"nothing stored", `{"user_id":"u","revision":3}`, 0, verdict.Gone},
		{"records of the stream", `{"DDBStreamBatchInfo":{"batchSize":7}}`, 0, verdict.Unknown},
		{"a change", `{"detail-type":"PreferenceChange","detail":{"user_id":"u"}}`, 0, verdict.Refused},
	} {
		var stored []events.PreferenceChange
		for i := range tt.stored {
			stored = append(stored, events.PreferenceChange{ID: at(t, time.Duration(i), "x"), Preferences: events.Preferences{"a": events.JSON("1")}})
		}
		if v := judgeOf(stored...).Announcement(t.Context(), tt.body); v.Outcome != tt.outcome || v.Why == "" {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
}
