package profilestore

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A recount that is based on an item as it was before another recount would make
// the bound too low.
func TestTwoRecountsOfTheSameSurplus(t *testing.T) {
	c := newCloud(t)
	other := c.bystander()
	full := item.MaxWeight / 16100
	for i := range full { // a surplus of nearly the whole limit
		c.merge(other, set(i, prefs{"a": filled(16000)}))
	}
	c.interfere(2, func() func(http.Handler) http.Handler {
		c.merge(other, set(full, wide(7, filled(16000)))) // recounts first
		return nil
	})
	c.merge(c.store(), set(full, prefs{"b": filled(16000), "c": filled(16000)}))
	if got := c.stored("u"); got.Weight < item.StateWeight(got.State) {
		t.Errorf("weight %d is no bound of %d", got.Weight, item.StateWeight(got.State))
	}
}

// A recount goes by the item as it was: what was added since must fit as well.
func TestRecountLeavesRoomForWhatWasAddedMeanwhile(t *testing.T) {
	c := newCloud(t)
	other := c.bystander()
	c.merge(other, set(1, wide(14, filled(16000))))
	c.merge(other, set(2, wide(1, filled(16000)))) // a surplus
	c.interfere(2, func() func(http.Handler) http.Handler {
		c.merge(other, set(3, prefs{"small": filled(9000)})) // within the bound
		return nil
	})
	_, err := c.store().Merge(t.Context(), "u", events.Fold(set(4, prefs{"x": filled(16000), "y": filled(16000)})))
	if got := c.stored("u"); !refused(err) || got.CheckSize() != nil {
		t.Errorf("%v, %d bytes are stored", err, got.Bytes())
	}
}

// Writers that only add do not hold a recount up.
func TestRecountAmongSmallWrites(t *testing.T) {
	c := newCloud(t)
	other := c.bystander()
	full := item.MaxWeight / 16100
	for i := range full {
		c.merge(other, set(i, prefs{"a": filled(16000)}))
	}
	n := 0
	c.on = func(int, request) func(http.Handler) http.Handler {
		n++
		c.merge(other, set(100+n, prefs{"small": events.JSON("1")}))
		return nil
	}
	if r := c.merge(c.store(), set(full, prefs{"b": filled(16000)})); r.Requests != 2 {
		t.Errorf("%d requests", r.Requests)
	}
	if got := c.stored("u"); got.Weight < item.StateWeight(got.State) {
		t.Errorf("weight %d is no bound of %d", got.Weight, item.StateWeight(got.State))
	}
}

// DynamoDB drops an expired item between a look at it and its recount, and
// somebody makes another: the surplus of the first is not taken off the second.
func TestRecountOfAnItemThatWasDropped(t *testing.T) {
	for name, back := range map[string][]events.PreferenceChange{
		"and made again": {set(101, prefs{"x": events.JSON("1")})},
		"for good":       nil,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			other := c.bystander()
			for i := range item.MaxWeight / 16100 {
				c.merge(other, set(i, prefs{"a": filled(16000)}))
			}
			c.merge(other, replace(100, nil))
			c.interfere(2, func() func(http.Handler) http.Handler {
				if n := c.table.ExpireBy(start.Add(40 * 24 * time.Hour)); n != 1 {
					t.Fatalf("%d items expired", n)
				}
				c.merge(other, back...)
				return nil
			})
			c.merge(c.store(), set(102, prefs{"b": filled(16000)}))
			if got := c.stored("u"); got.Weight != item.StateWeight(got.State) {
				t.Errorf("weight %d of %d", got.Weight, item.StateWeight(got.State))
			}
		})
	}
}

// Somebody deletes a profile by hand between a look at it and its recount, and it is made
// again: the surplus of the first is not taken off the second, whose weight would fall
// below what it holds, or below zero.
func TestRecountOfAnItemThatWasDeleted(t *testing.T) {
	for name, back := range map[string][]events.PreferenceChange{
		"and made again": {set(101, prefs{"x": filled(9000)})},
		"for good":       nil,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			other := c.bystander()
			for i := range item.MaxWeight / 16100 {
				c.merge(other, set(i, prefs{"a": filled(16000)}))
			}
			c.interfere(2, func() func(http.Handler) http.Handler {
				client := other.client.(*dynamodb.Client)
				if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("profiles"), Key: key("u")}); err != nil {
					t.Fatal(err)
				}
				c.merge(other, back...)
				return nil
			})
			c.merge(c.store(), set(102, prefs{"b": filled(16000)}))
			if got := c.stored("u"); got.Weight < item.StateWeight(got.State) || got.Visible()["b"] != filled(16000) {
				t.Errorf("weight %d of %d", got.Weight, item.StateWeight(got.State))
			}
		})
	}
}

// An item written by somebody else has no bound: it is counted first.
func TestItemWithoutWeight(t *testing.T) {
	for name, change := range map[string]events.PreferenceChange{"set": set(5, prefs{"b": events.JSON("1")}), "erase": replace(5, nil)} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.merge(c.bystander(), set(1, wide(100, events.JSON("1"))))
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
