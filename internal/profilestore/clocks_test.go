package profilestore

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

// Consumers whose clocks are up to half a day wrong, either way, deliver changes
// again after weeks, while tombstones are collected and DynamoDB drops what
// expired. Nobody sees a difference to a profile that keeps everything for ever:
// what a clock still accepts can bring back nothing that another clock forgot.
func TestForgettingIsInvisibleWhateverTheClocksSay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := &history{cloud: newCloud(t)}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0, 1:
				h.issue(t)
			case 2:
				h.deliver(t)
			case 3:
				h.now = h.now.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "minutes")) * time.Minute)
			case 4: // at the edge of the horizon, of expiry or of collection
				edge := rapid.SampledFrom([]time.Duration{events.Horizon, events.Retention, events.Retention - day/2, events.Retention + day/2}).Draw(t, "edge")
				off := time.Duration(rapid.IntRange(-2, 2).Draw(t, "off")) * time.Millisecond
				if len(h.issued) > 0 {
					h.now = later(h.now, h.any(t).ID.Time().Add(edge+off))
				}
			case 5:
				h.table.ExpireBy(h.now)
			}
			h.check(t)
		}
	})
}

const day = 24 * time.Hour

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

type history struct {
	*cloud
	issued   []events.PreferenceChange
	accepted events.State // never forgets
	revision int64
}

func (h *history) any(t *rapid.T) events.PreferenceChange {
	return rapid.SampledFrom(h.issued).Draw(t, "change")
}

// issue says something new by a clock that is at most MaxAhead ahead.
func (h *history) issue(t *rapid.T) {
	c := changes().Draw(t, "new")
	ahead := time.Duration(rapid.Int64Range(0, int64(events.MaxAhead/time.Millisecond)).Draw(t, "ahead")) * time.Millisecond
	id, err := events.DeriveStamp(h.now.Add(ahead), string(rune('a'+len(h.issued))))
	if err != nil {
		t.Fatal(err)
	}
	c.ID = id
	for key, v := range c.Preferences {
		if v != events.Unset {
			c.Preferences[key] = events.JSON(`"` + id.String() + `"`)
		}
	}
	h.issued = append(h.issued, c)
	if rapid.Bool().Draw(t, "at once") {
		h.deliver(t)
	}
}

// deliver hands one of the changes, perhaps not for the first time, to a consumer.
func (h *history) deliver(t *rapid.T) {
	if len(h.issued) == 0 {
		return
	}
	c := h.any(t)
	clock := h.now.Add(rapid.SampledFrom([]time.Duration{-day/2 + 1, -time.Hour, 0, time.Hour, day/2 - 1}).Draw(t, "clock"))
	if events.CheckTime(c.ID, clock) != nil {
		return
	}
	s := h.bystander()
	s.now = func() time.Time { return clock }
	r, err := s.Merge(context.Background(), "u", events.Fold(c))
	if err != nil {
		t.Fatal(err)
	}
	if r.Changed() && r.Profile.Revision <= h.revision {
		t.Fatalf("G6: revision %d after %d", r.Profile.Revision, h.revision)
	}
	h.revision = max(h.revision, r.Profile.Revision)
	h.accepted.Apply(&c)
}

func (h *history) check(t *rapid.T) {
	stored := h.stored("u")
	if diff := cmp.Diff(h.accepted.Visible(), stored.Visible(), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("G1, G3: at %s (-want +got):\n%s", h.now, diff)
	}
}

// The moment at which a clock first collects a tombstone, every clock less than
// a day behind refuses what the tombstone hides.
func TestWhatOneClockForgetsNoOtherAccepts(t *testing.T) {
	s := at(1, 0)
	collected := s.Time().Add(events.Retention + time.Millisecond)
	dropped := time.Unix(expiry(s), 0)
	for what, now := range map[string]time.Time{"collected": collected, "dropped": dropped} {
		if events.CheckTime(s, now.Add(-day+time.Millisecond)) == nil {
			t.Errorf("%s, and accepted by a clock that is a day behind", what)
		}
	}
}
