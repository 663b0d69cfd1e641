package workload

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

func TestABatchFoldsAsItSays(t *testing.T) {
	for _, fold := range []int{1, 3, 10, 100} {
		w := New(fold)
		users := map[string]int{}
		for _, c := range w.Batch(7) {
			users[c.UserID]++
			if err := c.Validate(); err != nil {
				t.Error(err)
			}
			for _, v := range c.Preferences {
				if v.Len() != w.ValueBytes || len(c.Preferences) != 1 || len(c.UserID) != userBytes {
					t.Errorf("user %q, %v", c.UserID, c.Preferences)
				}
			}
		}
		most := 0
		for _, n := range users {
			most = max(most, n)
		}
		if len(users) != w.BatchUsers() || most != fold {
			t.Errorf("fold %d: %d users, at most %d changes of one; BatchUsers is %d", fold, len(users), most, w.BatchUsers())
		}
	}
}

// Every change wins over what is stored and over what came before: none is a
// duplicate, so that each write is one.
func TestEveryChangeIsLaterThanThoseBefore(t *testing.T) {
	w := New(3)
	profile := w.Profile()
	last := profile.AsOf()
	for n := range 3 {
		for _, c := range w.Batch(n) {
			if !c.ID.After(last) || events.CheckTime(c.ID, w.Now(n)) != nil {
				t.Errorf("batch %d: %s after %s", n, c.ID, last)
			}
			last = c.ID
		}
	}
}

func TestABodyIsTheChange(t *testing.T) {
	w := New(1)
	for i, c := range w.Batch(0) {
		got, err := events.DecodeChange([]byte(w.Messages(0).Records[i].Body))
		if err != nil || got.ID != c.ID || got.UserID != c.UserID {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// The item of a profile has the size that was asked for, as localaws counts it.
func TestAProfileHasItsSize(t *testing.T) {
	w := New(1)
	profile := w.Profile()
	stored := value.Item{
		item.UserID: value.String(User(0)), item.Revision: number(t, "1772366400001"),
		item.UpdatedAt: value.String("2026-03-01T12:00:00.000Z"), item.WeightSum: number(t, "2104"),
	}
	for key, e := range profile.Entries {
		stored[item.Preference(key)] = value.Map(value.Item{item.Value: value.String(e.Value.JSON()), item.Stamp: value.String(e.Stamp.String())})
	}
	if n := stored.Size(); n != w.ItemBytes || len(profile.Entries) != 8 {
		t.Errorf("%d bytes, %d keys", n, len(profile.Entries))
	}
}

func number(t *testing.T, text string) value.Value {
	t.Helper()
	n, err := value.Number(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
