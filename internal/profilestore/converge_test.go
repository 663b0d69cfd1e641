package profilestore

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// changes is a generator of its own for each test: rapid names one when it is first
// used, and tests side by side would do so at once.
func changes() *rapid.Generator[events.PreferenceChange] { return rapid.Custom(anyChange) }

func anyChange(t *rapid.T) events.PreferenceChange {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c.d", "e"}), 0, 3, rapid.ID[string]).Draw(t, "keys")
	c := set(rapid.IntRange(0, 12).Draw(t, "ms"), events.Preferences{})
	c.ID = at(int(c.ID.Time().Sub(start.Add(-3600e9)).Milliseconds()), rapid.Byte().Draw(t, "salt")%3)
	c.Replace = len(keys) == 0 || rapid.IntRange(0, 4).Draw(t, "kind") == 0
	if !c.Replace && rapid.IntRange(0, 2).Draw(t, "origin") > 0 {
		c.Origin = events.Inferred
	}
	for _, key := range keys {
		c.Preferences[key] = events.Unset
		if rapid.Bool().Draw(t, "set") {
			c.Preferences[key] = events.JSON(fmt.Sprintf(`"%s of %s"`, key, c.ID)) // an id names one change
		}
	}
	return c
}

// distinct keeps one change per id: two under one id are outside every guarantee.
func distinct(list []events.PreferenceChange) []events.PreferenceChange {
	seen := map[events.Stamp]bool{}
	var kept []events.PreferenceChange
	for _, c := range list {
		if !seen[c.ID] {
			seen[c.ID] = true
			kept = append(kept, c)
		}
	}
	return kept
}

// Any order, duplication and batching, with other writers getting in between any
// two requests and with requests and answers lost on the way, ends in the fold.
func TestAnythingConverges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := newCloud(t)
		all := distinct(rapid.SliceOfN(changes(), 1, 14).Draw(t, "changes"))
		queue := rapid.Permutation(append(append([]events.PreferenceChange{}, all...), rapid.SliceOfN(rapid.SampledFrom(all), 0, 6).Draw(t, "again")...)).Draw(t, "order")
		other := c.bystander()
		c.on = func(int, request) func(http.Handler) http.Handler {
			switch rapid.IntRange(0, 5).Draw(t, "meanwhile") {
			case 0:
				c.merge(other, rapid.SliceOfN(rapid.SampledFrom(all), 1, 2).Draw(t, "of another writer")...)
			case 1:
				return notSent
			case 2:
				return noAnswer
			}
			return nil
		}
		revision := int64(0)
		for s := c.store(); len(queue) > 0; {
			n := rapid.IntRange(1, len(queue)).Draw(t, "batch")
			_, err := s.Merge(context.Background(), "u", events.Fold(queue[:n]...))
			if err != nil { // redelivered, later or at once
				queue = append(queue, queue[:n]...)
			}
			queue = queue[n:]
			if len(c.requests) > 60 {
				c.on = nil
			}
			stored := c.stored("u")
			if stored.Revision < revision {
				t.Fatalf("revision fell from %d to %d", revision, stored.Revision)
			}
			if stored.Weight < item.StateWeight(stored.State) {
				t.Fatalf("weight %d is no bound of %d", stored.Weight, item.StateWeight(stored.State))
			}
			if weight := item.RegisterWeight(stored.Inferred); stored.InferredBound.Weight < weight {
				t.Fatalf("the weight of what was inferred, %d, is no bound of %d", stored.InferredBound.Weight, weight)
			}
			if stored.ExpiresAt != 0 && len(stored.Visible()) > 0 {
				t.Fatal("G3: a profile with something visible would expire")
			}
			revision = stored.Revision
		}
		settled(t, c, events.Fold(all...))
	})
}

// settled checks that nothing is left to do.
func settled(t *rapid.T, c *cloud, want events.State) {
	stored := c.stored("u")
	if diff := cmp.Diff(want, stored.State, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("G1 Convergence: not the fold of all changes (-want +got):\n%s", diff)
	}
	if stored.Hidden.Len() > 0 {
		t.Fatalf("G3 No resurrection: %d entries below the fence are left in the item", stored.Hidden.Len())
	}
	if len(stored.Dead) > 0 {
		t.Fatalf("G3 No resurrection: %d values of dead inferences are left in the item", len(stored.Dead))
	}
	if (stored.ExpiresAt != 0) != (len(stored.Visible()) == 0) {
		t.Fatalf("expires_at is %d where %d preferences are visible", stored.ExpiresAt, len(stored.Visible()))
	}
	records, requests := c.records(), len(c.requests)
	c.on = nil
	r, err := c.store().Merge(context.Background(), "u", want)
	if err != nil || r.Changed() || len(c.requests) != requests+1 || c.records() != records {
		t.Fatalf("G9 Duplicates are silent: changed %v, %d requests, %d records, error %v", r.Changed(), len(c.requests)-requests, c.records()-records, err)
	}
}
