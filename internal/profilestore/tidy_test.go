package profilestore

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// What fails on the way is finished when the same change is redelivered.
func TestRedeliveryFinishesAnInterruptedMerge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change events.PreferenceChange
		fails  int // the n-th request
		with   func(http.Handler) http.Handler
	}{
		"the fence was raised, its answer lost":  {replace(9, prefs{"z": events.JSON("1")}), 1, noAnswer},
		"the removal was not made":               {replace(9, prefs{"z": events.JSON("1")}), 2, notSent},
		"the removal was made, its answer lost":  {replace(9, prefs{"z": events.JSON("1")}), 2, noAnswer},
		"the second removal was not made":        {replace(9, prefs{"z": events.JSON("1")}), 3, notSent},
		"an erasure's removal was not made":      {replace(9, nil), 2, notSent},
		"an erasure's second, with its expiry":   {replace(9, nil), 3, notSent},
		"an erasure's second, its answer lost":   {replace(9, nil), 3, noAnswer},
		"the expiry after an unset was not made": {set(9, unset(wide(2, events.Unset), "b")), 2, notSent},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			first := set(1, wide(150, events.JSON("1")))
			if len(test.change.Preferences) == 3 {
				first = set(1, prefs{"b": events.JSON("1")})
			}
			c.merge(c.bystander(), first)
			c.interfere(test.fails, func() func(http.Handler) http.Handler { return test.with })
			delta := events.Fold(test.change)
			if _, err := c.store().Merge(t.Context(), "u", delta); err == nil {
				t.Fatal("the failure is not reported")
			}
			revision := c.stored("u").Revision
			again, err := c.store().Merge(t.Context(), "u", delta)
			if err != nil || again.Changed() {
				t.Fatalf("again: changed %v, %v", again.Changed(), err)
			}
			got := c.stored("u")
			if got.Hidden.Len() != 0 {
				t.Errorf("G3: %d hidden entries are left", got.Hidden.Len())
			}
			if (got.ExpiresAt != 0) != (len(got.Visible()) == 0) {
				t.Errorf("expires_at %d, %d visible", got.ExpiresAt, len(got.Visible()))
			}
			if got.Revision != revision {
				t.Error("finishing made a revision")
			}
		})
	}
}

// An erasure whose removal failed is finished by whatever comes next.
func TestTheNextWriteFinishesAnInterruptedReplace(t *testing.T) {
	for name, next := range map[string]events.PreferenceChange{
		"a set":                 set(20, prefs{"z": events.JSON("2")}),
		"a set of a hidden key": set(20, prefs{wide(1, events.Unset).Keys()[0]: events.JSON("2")}),
		"another replace":       replace(20, prefs{"y": events.JSON("2")}),
		"a late older set":      set(5, prefs{"y": events.JSON("2")}),
		"an older replace":      replace(5, nil),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			interrupted := replace(10, prefs{"z": events.JSON("1")})
			c.merge(c.bystander(), set(1, wide(3, events.JSON("1"))))
			c.interfere(2, func() func(http.Handler) http.Handler { return notSent })
			if _, err := c.store().Merge(t.Context(), "u", events.Fold(interrupted)); err == nil || c.stored("u").Hidden.Len() != 3 {
				t.Fatalf("%v, hidden %v", err, c.stored("u").Hidden)
			}
			c.merge(c.bystander(), next)
			got := c.stored("u")
			want := events.Fold(set(1, wide(3, events.JSON("1"))), interrupted, next)
			if diff := cmp.Diff(want.Visible(), got.Visible()); diff != "" || got.Hidden.Len() != 0 {
				t.Errorf("G3 No resurrection: hidden %v, (-want +got):\n%s", got.Hidden, diff)
			}
			revision := got.Revision
			if r := c.merge(c.bystander(), interrupted); r.Changed() || c.stored("u").Revision != revision {
				t.Error("G9 Duplicates are silent: the redelivery made a revision")
			}
		})
	}
}

func unset(p prefs, key string) prefs {
	p[key] = events.Unset
	return p
}

func TestExpiryIsAMonthAndADayAfterTheGreatestStamp(t *testing.T) {
	c := newCloud(t)
	last := set(1001, prefs{"a": events.Unset})
	c.merge(c.store(), set(1000, prefs{"a": events.JSON("1")}), last)
	want := last.ID.Time().Add(31 * 24 * time.Hour)
	got := time.Unix(c.stored("u").ExpiresAt, 0)
	if got.Before(want) || got.Sub(want) >= time.Second {
		t.Errorf("expires at %v, want %v rounded up", got, want)
	}
	c.merge(c.store(), set(2000, prefs{"a": events.JSON("1")}))
	if got := c.stored("u").ExpiresAt; got != 0 {
		t.Errorf("a later write leaves expires_at %d", got)
	}
}

// A write between an erasure and its expiry must not be followed by the expiry.
func TestExpiryYieldsToALaterWrite(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1")}))
	c.interfere(2, func() func(http.Handler) http.Handler {
		c.merge(c.bystander(), set(3, prefs{"b": events.JSON("1")}))
		return nil
	})
	c.merge(c.store(), replace(2, nil))
	got := c.stored("u")
	if got.ExpiresAt != 0 || got.Visible()["b"] != events.JSON("1") || got.Hidden.Len() != 0 {
		t.Errorf("%+v", got)
	}
}

// A write between the fence and the removal keeps its entry.
func TestRemovalSparesWhatWasWrittenMeanwhile(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1"), "b": events.JSON("1")}))
	interfered := false
	c.interfere(2, func() func(http.Handler) http.Handler {
		interfered = true
		u := newUpdate() // by a writer that does not get to its own removal
		u.assign(item.Preference("a"), u.value(entry(events.Entry{Value: events.JSON("3"), Stamp: at(3, 0)})))
		u.add(item.Revision, 0, 1)
		u.unlessMissing(item.Revision)
		if _, ok, err := (&merge{store: c.bystander(), userID: "u"}).send(t.Context(), u); !ok || err != nil {
			t.Fatal(ok, err)
		}
		return nil
	})
	c.merge(c.store(), replace(2, prefs{"c": events.JSON("1")}))
	got := c.stored("u")
	if visible := got.Visible(); !interfered || visible["a"] != events.JSON("3") || visible["c"] != events.JSON("1") || got.Hidden.Len() != 0 {
		t.Errorf("%+v", got)
	}
}

func TestOldTombstonesGoWithALaterWrite(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	c.merge(s, set(1, prefs{"gone": events.Unset, "kept": events.JSON("1")}))
	c.merge(s, set(2+24*3600*1000, prefs{"younger": events.Unset}))

	c.now = at(1, 0).Time().Add(events.Retention + time.Millisecond)
	requests := len(c.requests)
	c.merge(s, set(1, prefs{"gone": events.Unset, "kept": events.JSON("1")})) // a duplicate alters nothing
	if got := c.stored("u"); len(got.Entries) != 3 || len(c.requests) != requests+1 {
		t.Errorf("G9: a duplicate leaves %d entries", len(got.Entries))
	}
	old := c.stored("u")
	r := c.merge(s, set(3+31*24*3600*1000, prefs{"new": events.JSON("1")}))
	got := c.stored("u")
	if _, there := got.Entries["gone"]; there || len(got.Entries) != 3 || r.Requests != 2 {
		t.Errorf("%d requests, entries %v", r.Requests, got.Entries)
	}
	if got.Revision != old.Revision+1 {
		t.Errorf("revision %d after %d", got.Revision, old.Revision)
	}
}

// Old tombstones must not refuse a change that fits without them. Younger ones
// may still keep out what is older, so they count.
func TestOldTombstonesMakeRoom(t *testing.T) {
	for name, tt := range map[string]struct {
		after    time.Duration // since the tombstones
		fits     bool
		requests int
	}{
		"as old as may be collected": {events.Retention + time.Millisecond, true, 1 + 8 + 1},
		"a millisecond younger":      {events.Retention, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			for i := range 10 {
				p := prefs{}
				for j := range 100 {
					p[fmt.Sprintf("k%d-%d", i, j)] = events.Unset
				}
				if i == 9 {
					delete(p, "k9-0")
				}
				c.merge(c.store(), set(1, p))
			}
			change := set(1+31*24*3600*1000, prefs{"kept": events.JSON("1")})
			c.merge(c.store(), change)
			c.now = at(1, 0).Time().Add(tt.after)
			before := c.stored("u")
			r, err := c.store().Merge(t.Context(), "u", events.Fold(set(2+31*24*3600*1000, prefs{"new": events.JSON("1")})))
			got := c.stored("u")
			if refused(err) == tt.fits || err != nil && !refused(err) || r.Requests != tt.requests {
				t.Errorf("%v after %d requests, want %d", err, r.Requests, tt.requests)
			}
			if want := map[bool]int{true: 2, false: 1000}[tt.fits]; len(got.Entries) != want || got.Weight < item.StateWeight(got.State) {
				t.Errorf("%d entries of weight %d, want %d", len(got.Entries), got.Weight, want)
			}
			if grew := got.Revision > before.Revision; grew != tt.fits {
				t.Errorf("revision %d after %d", got.Revision, before.Revision)
			}
		})
	}
}

func TestTombstonesStayAsLongAsAnOlderChangeMayCome(t *testing.T) {
	c := newCloud(t)
	c.merge(c.store(), set(1, prefs{"a": events.Unset}))
	c.now = at(1, 0).Time().Add(events.Retention)
	if r := c.merge(c.store(), set(31*24*3600*1000, prefs{"b": events.JSON("1")})); r.Requests != 1 {
		t.Errorf("%d requests", r.Requests)
	}
	if got := c.stored("u"); len(got.Entries) != 2 {
		t.Errorf("%d entries", len(got.Entries))
	}
}

// Tidying an item that DynamoDB has expired meanwhile must not create one.
func TestTidyingDoesNotReviveAnItem(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1")}))
	c.interfere(2, func() func(http.Handler) http.Handler {
		u := newUpdate()
		u.assign(item.ExpiresAt, u.number(start.Add(-time.Minute).Unix()))
		u.unlessMissing(item.Revision)
		if _, ok, err := (&merge{store: c.bystander(), userID: "u"}).send(t.Context(), u); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if n := c.table.ExpireBy(start); n != 1 {
			t.Fatalf("%d items expired", n)
		}
		return nil
	})
	c.merge(c.store(), replace(2, prefs{"b": events.JSON("1")}))
	if c.table.Len() != 0 {
		t.Error("there is an item again")
	}
}

// Somebody deletes the item between the fence and the removal of what it hides.
// A redelivered change brings back what was hidden: now it is visible.
func TestRemovalSparesWhatCameBackAfterADeletion(t *testing.T) {
	c := newCloud(t)
	old := set(1, prefs{"a": events.JSON("1")})
	c.merge(c.bystander(), old)
	c.interfere(2, func() func(http.Handler) http.Handler {
		client := c.bystander().client.(*dynamodb.Client)
		if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("profiles"), Key: key("u")}); err != nil {
			t.Fatal(err)
		}
		c.merge(c.bystander(), old)
		return nil
	})
	c.merge(c.store(), replace(2, prefs{"b": events.JSON("1")}))
	if got := c.stored("u"); got.Visible()["a"] != events.JSON("1") || len(got.Visible()) != 1 {
		t.Errorf("%+v", got)
	}
}

// After its expiry a user starts above every revision there was.
func TestRevisionsGrowAcrossExpiry(t *testing.T) {
	c := newCloud(t)
	for i := range 5 {
		c.merge(c.bystander(), set(i, prefs{"a": events.Number(i)}))
	}
	c.merge(c.bystander(), replace(9, nil))
	before := c.stored("u").Revision
	c.now = start.Add(40 * 24 * time.Hour)
	if n := c.table.ExpireBy(c.now); n != 1 {
		t.Fatalf("%d items expired", n)
	}
	if after := c.merge(c.store(), set(39*24*3600*1000, prefs{"a": events.JSON("1")})).Profile.Revision; after <= before {
		t.Errorf("G6: revision %d after %d", after, before)
	}
}
