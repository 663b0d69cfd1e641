package profilestore

import (
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// late reads the attribute from the table; "none" where it is absent.
func (c *cloud) late(user string) string {
	found, _ := c.table.Get(local.Item{item.UserID: value.String(user)})
	if v, ok := found[item.Late]; ok {
		return v.Text()
	}
	return "none"
}

// The mark has the stamps of exactly the last write's changes.
func TestLateWritesAreMarkedUntilTheNextOne(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	store := c.store()
	expect := func(after string, stamps ...events.Stamp) {
		t.Helper()
		want := "none"
		for i, s := range stamps {
			if i == 0 {
				want = ""
			}
			want += s.String()
		}
		if got := c.late("u"); got != want {
			t.Errorf("after %s the mark is %s, want %s", after, got, want)
		}
	}
	c.merge(store, set(1, prefs{"a": events.JSON("1")}))
	expect("a usual write")
	c.merge(store.Late(), set(3, prefs{"a": events.JSON("3"), "b": events.JSON("3")}), set(2, prefs{"a": events.JSON("2"), "c": events.JSON("2")}))
	expect("late changes", at(2, 0), at(3, 0))
	c.merge(store, set(3, prefs{"a": events.JSON("3"), "b": events.JSON("3")}))
	expect("a duplicate, which writes nothing", at(2, 0), at(3, 0))
	c.merge(store.Late(), set(3, prefs{"a": events.JSON("3"), "b": events.JSON("3")}), set(4, prefs{"d": events.JSON("4")}))
	expect("a late change and a duplicate", at(4, 0))
	records := c.records()
	c.merge(store, set(5, prefs{"a": events.JSON("5")}))
	expect("the next write")
	c.merge(store, set(5, prefs{"a": events.JSON("5")}))
	if n := c.records() - records; n != 2 {
		t.Errorf("%d writes, and should be the change's and the removal of the mark", n)
	}
	c.merge(store.Late(), replace(6, nil))
	expect("a late erasure, and its tidying", at(6, 0))
}

func TestRetriesAreWritesAfterAFailedCondition(t *testing.T) {
	t.Parallel()
	first := set(1, prefs{"a": events.JSON("1"), "b": events.JSON("1")})
	for name, test := range map[string]struct {
		before  []events.PreferenceChange
		merge   events.PreferenceChange
		retries int
	}{
		"nothing is there":       {nil, first, 0},
		"a duplicate":            {[]events.PreferenceChange{first}, first, 0},
		"superseded":             {[]events.PreferenceChange{set(2, prefs{"a": events.JSON("2"), "b": events.JSON("2")})}, first, 0},
		"half superseded":        {[]events.PreferenceChange{set(2, prefs{"a": events.JSON("2")})}, first, 1},
		"a later one that hides": {[]events.PreferenceChange{first}, replace(2, nil), 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			for _, b := range test.before {
				c.merge(c.bystander(), b)
			}
			if r := c.merge(c.store(), test.merge); r.Retries != test.retries {
				t.Errorf("%d retries, want %d", r.Retries, test.retries)
			}
		})
	}
}

func TestTheMarkOfAnImage(t *testing.T) {
	t.Parallel()
	text := at(1, 0).String() + at(2, 0).String()
	for name, test := range map[string]struct {
		value awsevents.DynamoDBAttributeValue
		want  []events.Stamp
	}{
		"two":          {awsevents.NewStringAttribute(text), []events.Stamp{at(1, 0), at(2, 0)}},
		"cut off":      {awsevents.NewStringAttribute(text[:30]), []events.Stamp{at(1, 0)}},
		"no stamps":    {awsevents.NewStringAttribute("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), []events.Stamp{}},
		"not a string": {awsevents.NewNumberAttribute("1"), []events.Stamp{}},
	} {
		if diff := cmp.Diff(test.want, item.LateOf(item.Image{item.Late: test.value})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := item.LateOf(item.Image{}); len(got) != 0 {
		t.Errorf("without the attribute: %v", got)
	}
}
