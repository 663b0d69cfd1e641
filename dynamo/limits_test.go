package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/dynamo/item"
	"github.com/bot-preferences/bot-preferences/events"
)

func value(bytes int) events.Value {
	return events.Value(`"` + strings.Repeat("x", bytes-2) + `"`)
}

func refused(err error) bool {
	var r *events.Refusal
	return errors.As(err, &r) && r.Code == events.ProfileTooLarge
}

func TestExactlyTheLimitOfKeys(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	for i := range 10 {
		p := prefs{}
		for j := range 100 {
			p[fmt.Sprintf("k%d", i*100+j)] = "1"
		}
		c.merge(s, set(i, p))
	}
	if _, err := s.Merge(t.Context(), "u", events.Fold(set(20, prefs{"more": "1"}))); !refused(err) {
		t.Errorf("key 1,001: %v", err)
	}
	if _, err := s.Merge(t.Context(), "u", events.Fold(set(20, prefs{"more": ""}))); !refused(err) {
		t.Errorf("tombstone 1,001: %v", err)
	}
	c.merge(s, set(21, prefs{"k0": `"another value"`, "k1": ""}))
	c.merge(s, replace(22, prefs{"more": "1"}))
	if got := c.stored("u"); len(got.Entries) != 1 || len(got.Hidden) != 0 {
		t.Errorf("%d entries, %d hidden", len(got.Entries), len(got.Hidden))
	}
}

func TestExactlyTheLimitOfBytes(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	left := events.MaxProfileBytes
	for i := 0; left > 0; i++ {
		key := fmt.Sprintf("k%02d", i)
		n := min(left-len(key)-26, events.MaxValueBytes)
		c.merge(s, set(i, prefs{key: value(n)}))
		left -= n + len(key) + 26
	}
	if got := c.stored("u"); got.Bytes() != events.MaxProfileBytes {
		t.Fatalf("%d bytes", got.Bytes())
	}
	old := c.stored("u")
	if _, err := s.Merge(t.Context(), "u", events.Fold(set(100, prefs{"k00": value(events.MaxValueBytes + 1)}))); !refused(err) {
		t.Errorf("one byte too many: %v", err)
	}
	if got := c.stored("u"); got.Revision != old.Revision {
		t.Error("a refused change was stored")
	}
	c.merge(s, set(101, prefs{"k00": value(events.MaxValueBytes)}))
	c.merge(s, set(102, prefs{"k00": value(events.MaxValueBytes - 1)}))
}

// Overwriting never makes a profile larger, however often; the bound is brought
// down once in a while.
func TestOverwritingForeverIsNeverRefused(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	const times = 100
	for i := range times {
		c.merge(s, set(i, prefs{"a": value(16000)}))
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
	if _, err := c.store().Merge(t.Context(), "u", events.Fold(set(1, wide(20, value(16<<10))))); !refused(err) {
		t.Errorf("got %v", err)
	}
	if len(c.requests) != 0 {
		t.Errorf("%d requests", len(c.requests))
	}
}

// A recount that is based on an item as it was before another recount would make
// the bound too low.
func TestTwoRecountsOfTheSameSurplus(t *testing.T) {
	c := newCloud(t)
	other := c.bystander()
	full := item.MaxWeight / 16100
	for i := range full { // a surplus of nearly the whole limit
		c.merge(other, set(i, prefs{"a": value(16000)}))
	}
	c.interfere(2, func() func(http.Handler) http.Handler {
		c.merge(other, set(full, wide(7, value(16000)))) // recounts first
		return nil
	})
	c.merge(c.store(), set(full, prefs{"b": value(16000), "c": value(16000)}))
	if got := c.stored("u"); got.Weight < item.StateWeight(got.State) {
		t.Errorf("weight %d is no bound of %d", got.Weight, item.StateWeight(got.State))
	}
}

// Writers that only add do not hold a recount up.
func TestRecountAmongSmallWrites(t *testing.T) {
	c := newCloud(t)
	other := c.bystander()
	full := item.MaxWeight / 16100
	for i := range full {
		c.merge(other, set(i, prefs{"a": value(16000)}))
	}
	n := 0
	c.on = func(int, request) func(http.Handler) http.Handler {
		n++
		c.merge(other, set(100+n, prefs{"small": "1"}))
		return nil
	}
	if r := c.merge(c.store(), set(full, prefs{"b": value(16000)})); r.Requests != 2 {
		t.Errorf("%d requests", r.Requests)
	}
	if got := c.stored("u"); got.Weight < item.StateWeight(got.State) {
		t.Errorf("weight %d is no bound of %d", got.Weight, item.StateWeight(got.State))
	}
}

func TestLimitsHoldUnderRaces(t *testing.T) {
	sizes := []int{2, 5000, 9000, 12000, 16000}
	change := func(t *rapid.T, ms int) events.PreferenceChange {
		c := set(ms, prefs{})
		c.Replace = rapid.IntRange(0, 7).Draw(t, "kind") == 0
		for range rapid.IntRange(1, 6).Draw(t, "keys") {
			c.Preferences[fmt.Sprintf("k%d", rapid.IntRange(0, 30).Draw(t, "key"))] = value(rapid.SampledFrom(sizes).Draw(t, "size"))
		}
		return c
	}
	rapid.Check(t, func(t *rapid.T) {
		c := newCloud(t)
		ms, depth := 0, 0
		other := c.bystander()
		var check func(err error)
		merge := func(s *Store) {
			ms++
			delta := events.Fold(change(t, ms+rapid.IntRange(-3, 3).Draw(t, "late")+3))
			delta.Entries = withSalt(delta.Entries, ms)
			before := c.stored("u")
			merged := before.State.Clone()
			merged.Merge(delta)
			_, err := s.Merge(context.Background(), "u", delta)
			check(err)
			if refused(err) && depth == 0 && c.on == nil && merged.CheckSize() == nil {
				t.Fatalf("refused a profile of %d bytes", merged.Bytes())
			}
		}
		check = func(err error) {
			if err != nil && !refused(err) {
				t.Fatal(err)
			}
			got := c.stored("u")
			if err := got.CheckSize(); err != nil {
				t.Fatalf("the stored profile is over its limits: %v", err)
			}
			if got.Weight < item.StateWeight(got.State) {
				t.Fatalf("weight %d is no bound of %d", got.Weight, item.StateWeight(got.State))
			}
		}
		racing := rapid.Bool().Draw(t, "racing")
		s := c.store()
		for range 25 {
			if racing {
				c.on = func(int, request) func(http.Handler) http.Handler {
					if rapid.IntRange(0, 2).Draw(t, "meanwhile") == 0 {
						depth++
						merge(other)
						depth--
					}
					return nil
				}
			}
			merge(s)
		}
	})
}

// withSalt keeps stamps of different changes apart.
func withSalt(entries map[string]events.Entry, n int) map[string]events.Entry {
	for key, e := range entries {
		e.Stamp[14], e.Stamp[15] = byte(n>>8), byte(n)
		entries[key] = e
	}
	return entries
}

// Entries that a failed removal left behind count for nothing, and make room
// when DynamoDB's own limit is near.
func TestInterruptedRemovalsDoNotFillTheItem(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	for i := range 4 {
		p := prefs{}
		for j := range 7 {
			p[fmt.Sprintf("c%d-%d", i, j)] = value(16000)
		}
		c.on = func(int, request) func(http.Handler) http.Handler { return nil }
		if i < 3 {
			first := true
			c.on = func(int, request) func(http.Handler) http.Handler {
				if first {
					first = false
					return nil
				}
				return notSent
			}
		}
		_, err := s.Merge(t.Context(), "u", events.Fold(replace(i, p)))
		if refused(err) {
			t.Fatalf("replace %d is refused: %v", i, err)
		}
		if want := i == 1 || i == 2; (err != nil) != want {
			t.Fatalf("replace %d: %v", i, err)
		}
	}
	if got := c.stored("u"); len(got.Entries) != 7 || len(got.Hidden) != 0 {
		t.Errorf("%d entries, %d hidden", len(got.Entries), len(got.Hidden))
	}
}

func TestDynamoDBsOwnLimitIsARefusal(t *testing.T) {
	c := newCloud(t)
	c.interfere(1, func() func(http.Handler) http.Handler {
		return refuses(400, "ValidationException", "Item size to update has exceeded the maximum allowed size")
	})
	if _, err := c.store().Merge(t.Context(), "u", events.Fold(set(1, prefs{"a": "1"}))); !refused(err) {
		t.Errorf("got %v", err)
	}
}

// An item written by somebody else has no bound: it is counted first.
func TestItemWithoutWeight(t *testing.T) {
	for name, change := range map[string]events.PreferenceChange{"set": set(5, prefs{"b": "1"}), "erase": replace(5, nil)} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.merge(c.bystander(), set(1, wide(100, "1")))
			u := newUpdate()
			u.drop(item.WeightSum)
			u.unless(item.WeightSum, "<", u.number(0))
			if _, ok, err := (&merge{store: c.bystander(), userID: "u"}).send(t.Context(), u); !ok || err != nil {
				t.Fatal(ok, err)
			}
			c.merge(c.store(), change)
			if got := c.stored("u"); !got.Weighed || got.Weight != item.StateWeight(got.State) {
				t.Errorf("weight %d, want %d", got.Weight, item.StateWeight(got.State))
			}
		})
	}
}
