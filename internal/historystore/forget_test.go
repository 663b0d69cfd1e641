package historystore

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

// secrets are what the changes below say, and where they were said.
var secrets = []string{"language", "fr", "room", "the-bot", "x!"}

func secretBatches() []history.Batch {
	return []history.Batch{
		{Changes: []history.Change{change(1, false, language("fr"))}},
		{Refusals: []history.Refusal{{At: stamp(2), HasID: true, Code: events.Malformed, Field: "preferences.x!", Source: "the-bot", ReceivedAt: noon}}},
		{Announcements: []history.Announcement{{Revision: 5, UpdatedAt: noon, CausedBy: []events.Stamp{stamp(1)}, ChangedKeys: []string{"language"}}}},
	}
}

// checkForgotten looks into what is kept; the erasure's own change is the last one.
func checkForgotten(t *testing.T, c *cloud, s *Store) {
	t.Helper()
	u := load(t, s)
	u.Changes = slices.DeleteFunc(u.Changes, func(k history.Change) bool { return k.ID == stamp(3) })
	if len(u.Changes) != 1 || len(u.Refusals) != 1 || len(u.Announcements) != 1 {
		t.Fatalf("%+v: what was erased must still be told", u)
	}
	text := c.everything(t, s)
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q is still kept: %s", secret, text)
		}
	}
}

// Whatever comes first, nothing is kept of what was erased.
func TestAnErasureForgetsWhatIsEarlier(t *testing.T) {
	erasure := change(3, true, nil)
	erasure.Source, erasure.Said.ConversationID = "", ""
	reset := history.Batch{Changes: []history.Change{erasure}, Forget: history.Mark{Cleared: stamp(3)}}
	announced := history.Batch{Forget: history.Mark{Cleared: stamp(3), Revision: 6}}
	for n := range 40 {
		c := newCloud(t)
		s := c.store()
		batches := append(secretBatches(), reset, announced)
		random := rand.New(rand.NewPCG(uint64(n), 1))
		random.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
		for _, b := range batches {
			keep(t, s, b)
		}
		checkForgotten(t, c, s)
	}
}

// Even without its announcement.
func TestAReplaceForgetsTheKeysOfEarlierAnnouncements(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	for _, b := range secretBatches() {
		keep(t, s, b)
	}
	keep(t, s, history.Batch{Forget: history.Mark{Cleared: stamp(3)}})
	checkForgotten(t, c, s)
}

func TestWhatIsLaterStays(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	keep(t, s, history.Batch{Changes: []history.Change{change(3, true, language("de")), change(4, false, language("en"))}})
	keep(t, s, history.Batch{Announcements: []history.Announcement{{Revision: 6, UpdatedAt: noon, ChangedKeys: []string{"language"}}}})
	keep(t, s, history.Batch{Forget: history.Mark{Cleared: stamp(3), Revision: 6}})
	u := load(t, s)
	if u.Changes[0].Said == nil || u.Changes[1].Said == nil || u.Changes[0].Source == "" || len(u.Announcements[0].ChangedKeys) != 1 {
		t.Errorf("%+v: the erasure itself and what is later must stay", u)
	}
}

// The mark only rises.
func TestALaterErasureIsNotUndone(t *testing.T) {
	s := newCloud(t).store()
	for _, m := range []history.Mark{{Cleared: stamp(5)}, {Revision: 9}, {Cleared: stamp(3), Revision: 4}} {
		keep(t, s, history.Batch{Forget: m})
	}
	if got, want := load(t, s).Erased, (history.Mark{Cleared: stamp(5), Revision: 9}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// An erasure and an earlier change at once: between any two requests of the one, the
// other does all of its own.
func TestAnErasureAndAnEarlierChangeAtOnce(t *testing.T) {
	for n := range 8 {
		c := newCloud(t)
		s := c.store()
		var requests atomic.Int64
		c.before = func() {
			if requests.Add(1) == int64(n+1) {
				keep(t, s, history.Batch{Forget: history.Mark{Cleared: stamp(3)}})
			}
		}
		for _, b := range secretBatches()[:2] {
			keep(t, s, b)
		}
		c.before = nil
		keep(t, s, history.Batch{Forget: history.Mark{Cleared: stamp(3)}, Announcements: secretBatches()[2].Announcements})
		checkForgotten(t, c, s)
	}
}

// A request that fails leaves work, and the same batch again finishes it.
func TestAFailureIsFinishedByTheNextTry(t *testing.T) {
	for n := range 12 {
		c := newCloud(t)
		s := c.store()
		for _, b := range secretBatches() {
			keep(t, s, b)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var requests atomic.Int64
		c.before = func() {
			if requests.Add(1) > int64(n) {
				cancel()
			}
		}
		b := history.Batch{Forget: history.Mark{Cleared: stamp(3), Revision: 6}}
		err := s.Keep(ctx, "u", &b)
		cancel()
		c.before = nil
		if err != nil {
			keep(t, s, b)
		}
		checkForgotten(t, c, s)
	}
}
