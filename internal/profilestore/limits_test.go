package profilestore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// filled is a string of this many bytes of JSON text.
func filled(bytes int) events.Value {
	return events.JSON(`"` + strings.Repeat("x", bytes-2) + `"`)
}

func refused(err error) bool {
	var r *events.Refusal
	return errors.As(err, &r) && r.Code == events.ProfileTooLarge
}

func TestExactlyTheLimitOfKeys(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := c.store()
	for i := range 10 {
		p := prefs{}
		for j := range 100 {
			p[fmt.Sprintf("k%d", i*100+j)] = events.JSON("1")
		}
		c.merge(s, set(i, p))
	}
	if _, err := s.Merge(t.Context(), "u", events.Fold(set(20, prefs{"more": events.JSON("1")}))); !refused(err) {
		t.Errorf("key 1,001: %v", err)
	}
	if _, err := s.Merge(t.Context(), "u", events.Fold(set(20, prefs{"more": events.Unset}))); !refused(err) {
		t.Errorf("tombstone 1,001: %v", err)
	}
	c.merge(s, set(21, prefs{"k0": events.Text("another value"), "k1": events.Unset}))
	c.merge(s, replace(22, nil)) // although the bound is above its limit, as it may be here
	c.merge(s, replace(23, prefs{"more": events.JSON("1")}))
	if got := c.stored("u"); len(got.Entries) != 1 || got.Hidden.Len() != 0 {
		t.Errorf("%d entries, %d hidden", len(got.Entries), got.Hidden.Len())
	}
}

func TestExactlyTheLimitOfBytes(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := c.store()
	left, p := events.MaxProfileBytes, prefs{}
	for i := 0; left > 0; i++ {
		key := fmt.Sprintf("k%02d", i)
		n := min(left-len(key)-26, events.MaxValueBytes)
		p[key] = filled(n)
		left -= n + len(key) + 26
	}
	c.merge(s, set(1, p))
	if got := c.stored("u"); got.Bytes() != events.MaxProfileBytes {
		t.Fatalf("%d bytes", got.Bytes())
	}
	old := c.stored("u")
	if _, err := s.Merge(t.Context(), "u", events.Fold(set(100, prefs{"k00": filled(events.MaxValueBytes + 1)}))); !refused(err) {
		t.Errorf("one byte too many: %v", err)
	}
	if got := c.stored("u"); got.Revision != old.Revision {
		t.Error("a refused change was stored")
	}
	c.merge(s, set(101, prefs{"k00": filled(events.MaxValueBytes)}))
	c.merge(s, set(102, prefs{"k00": filled(events.MaxValueBytes - 1)}))
}

// Overwriting never makes a profile larger, however often; the bound is brought
// down once in a while.
func TestOverwritingForeverIsNeverRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := c.store()
	const times = 40
	for i := range times {
		c.merge(s, set(i, prefs{"a": filled(16000)}))
	}
	if extra := len(c.requests) - times; extra > times/10 {
		t.Errorf("%d extra requests", extra)
	}
	if got := c.stored("u"); got.Weight > item.MaxWeight || got.Recounts == 0 {
		t.Errorf("weight %d after %d recounts", got.Weight, got.Recounts)
	}
}

func TestADeltaTooLargeByItself(t *testing.T) {
	c := newCloud(t)
	if _, err := c.store().Merge(t.Context(), "u", events.Fold(set(1, wide(20, filled(16<<10))))); !refused(err) {
		t.Errorf("got %v", err)
	}
	if len(c.requests) != 0 {
		t.Errorf("%d requests", len(c.requests))
	}
}

// A profile near its limits, written by two writers at once: it never exceeds
// them, and a writer alone is refused exactly where the merged profile would.
func TestLimitsHoldUnderRaces(t *testing.T) {
	for seed := range uint64(nightly.Size(4, 8)) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			r := &contest{cloud: newCloud(t), random: rand.New(rand.NewPCG(seed, 0))}
			r.other = r.bystander()
			r.merge(r.other, set(0, wide(15, filled(16000))))
			r.racing = seed%2 == 0
			s := r.store()
			for r.step = 1; r.step < 10; r.step++ {
				r.on = r.meanwhile
				r.write(s)
			}
		})
	}
}

var sizes = []int{2, 1000, 9000, 12000, 16000}

type contest struct {
	*cloud
	random *rand.Rand
	other  *Store
	step   int
	salt   int
	racing bool
}

func (r *contest) meanwhile(int, request) func(http.Handler) http.Handler {
	if r.racing && r.random.IntN(2) == 0 {
		r.write(r.other)
	}
	return nil
}

func (r *contest) change() events.PreferenceChange {
	r.salt++
	c := set(r.step, prefs{})
	c.ID[14], c.ID[15] = byte(r.salt>>8), byte(r.salt)
	c.Replace = r.random.IntN(8) == 0
	for range 1 + r.random.IntN(5) {
		c.Preferences[fmt.Sprintf("k%d", r.random.IntN(12))] = filled(sizes[r.random.IntN(len(sizes))])
	}
	return c
}

func (r *contest) write(s *Store) {
	delta := events.Fold(r.change())
	var merged events.State
	if !r.racing {
		before := r.stored("u")
		merged = before.State
		merged.Merge(delta)
	}
	_, err := s.Merge(context.Background(), "u", delta)
	if err != nil && !refused(err) {
		r.Fatal(err)
	}
	if !r.racing && refused(err) != (merged.CheckSize() != nil) {
		r.Errorf("step %d: %v, the merged profile would have %d bytes", r.step, err, merged.Bytes())
	}
	got := r.stored("u")
	if err := got.CheckSize(); err != nil {
		r.Errorf("step %d: the stored profile is over its limits: %v", r.step, err)
	}
	if got.Weight < item.StateWeight(got.State) {
		r.Errorf("step %d: weight %d is no bound of %d", r.step, got.Weight, item.StateWeight(got.State))
	}
}

// The same, where the hidden entries had been seen.
func TestRoomThatARemovalMadeMeanwhile(t *testing.T) {
	c := newCloud(t)
	erased := replace(10, prefs{"z": events.JSON("1")})
	c.merge(c.bystander(), set(1, wide(3, events.JSON("1"))))
	c.interfere(2, func() func(http.Handler) http.Handler { return notSent })
	if _, err := c.store().Merge(t.Context(), "u", events.Fold(erased)); err == nil {
		t.Fatal("the removal was not interrupted")
	}
	c.requests = nil
	c.interfere(2, func() func(http.Handler) http.Handler {
		c.merge(c.bystander(), erased) // removes them, without a revision
		return itemTooLarge
	})
	c.merge(c.store(), set(5, prefs{"below": events.JSON("1")}), set(20, prefs{"b": events.JSON("1")})) // the first request fails and shows the item
	if got := c.stored("u"); got.Visible()["b"] != events.JSON("1") {
		t.Errorf("%+v", got)
	}
}

// Entries that a failed removal left behind count for nothing, and make room
// when DynamoDB's own limit is near.
func TestInterruptedRemovalsDoNotFillTheItem(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := c.store()
	for i := range 4 {
		p := prefs{}
		for j := range 7 {
			p[fmt.Sprintf("c%d-%d", i, j)] = filled(16000)
		}
		c.on = func(_ int, r request) func(http.Handler) http.Handler {
			if update, _ := r.body["UpdateExpression"].(string); i < 3 && strings.HasPrefix(update, "REMOVE") {
				return notSent
			}
			return nil
		}
		_, err := s.Merge(t.Context(), "u", events.Fold(replace(i, p)))
		if refused(err) {
			t.Fatalf("replace %d is refused: %v", i, err)
		}
		if want := i == 1 || i == 2; (err != nil) != want {
			t.Fatalf("replace %d: %v", i, err)
		}
	}
	if got := c.stored("u"); len(got.Entries) != 7 || got.Hidden.Len() != 0 {
		t.Errorf("%d entries, %d hidden", len(got.Entries), got.Hidden.Len())
	}
}

var itemTooLarge = refuses(400, "ValidationException", "Item size to update has exceeded the maximum allowed size")

func TestDynamoDBsOwnLimitIsARefusal(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1")}))
	c.on = func(_ int, r request) func(http.Handler) http.Handler {
		if r.operation == "UpdateItem" {
			return itemTooLarge
		}
		return nil
	}
	if _, err := c.store().Merge(t.Context(), "u", events.Fold(set(2, prefs{"a": events.JSON("2")}))); !refused(err) {
		t.Errorf("got %v", err)
	}
}

// Hidden entries made the item too large, and were gone before they were looked
// for: the profile itself is within its limits.
func TestRoomThatAnotherWriterMade(t *testing.T) {
	for name, before := range map[string][]events.PreferenceChange{
		"a profile":               {set(1, prefs{"a": events.JSON("1")})},
		"an item that is no more": nil,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.merge(c.bystander(), before...)
			c.interfere(1, func() func(http.Handler) http.Handler { return itemTooLarge })
			c.merge(c.store(), set(2, prefs{"b": events.JSON("1")}))
			if got := c.stored("u"); got.Visible()["b"] != events.JSON("1") {
				t.Errorf("%+v", got)
			}
		})
	}
}
