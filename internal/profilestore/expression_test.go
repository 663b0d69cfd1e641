package profilestore

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

// Equal values share a placeholder, a text and a number of the same digits none.
func TestPlaceholdersAreSharedByEqualValues(t *testing.T) {
	u := newUpdate()
	one, text, name := u.number(1), u.text("1"), u.name("1")
	if one == text || u.number(1) != one || u.text("1") != text || u.name("1") != name {
		t.Errorf("number %s, text %s", one, text)
	}
	_, isNumber := u.values[one].(*types.AttributeValueMemberN)
	_, isText := u.values[text].(*types.AttributeValueMemberS)
	if len(u.values) != 2 || !isNumber || !isText {
		t.Errorf("%v", u.values)
	}
}

// No placeholder is given twice, also where there are more than digits.
func TestEachPlaceholderIsAnother(t *testing.T) {
	u := newUpdate()
	for i := range 1500 {
		u.number(int64(i))
		u.name(string(rune('a' + i)))
	}
	in := u.input("table", "u")
	if len(in.ExpressionAttributeValues) != 1500 || len(in.ExpressionAttributeNames) != 1500 {
		t.Errorf("%d values, %d names", len(in.ExpressionAttributeValues), len(in.ExpressionAttributeNames))
	}
}

// What a delta hides itself, or has no stamp for, is not written.
func TestSplitDropsWhatDoesNotStand(t *testing.T) {
	stands := events.Entry{Value: events.JSON("1"), Stamp: at(2, 0)}
	for name, bad := range map[string]events.Entry{
		"below the fence": {Value: events.JSON("2"), Stamp: at(1, 0)},
		"without a stamp": {Value: events.JSON("2")},
	} {
		delta := events.State{Entries: map[string]events.Entry{"good": stands, "bad": bad}}
		if name == "below the fence" {
			delta.Cleared = at(2, 0)
		}
		want := []events.State{{Cleared: delta.Cleared, Entries: map[string]events.Entry{"good": stands}}}
		if diff := cmp.Diff(want, split(delta)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// An inference that the delta itself overrules is written as a tombstone.
func TestSplitBuriesWhatTheDeltaOverrules(t *testing.T) {
	stated := map[string]events.Entry{"a": {Value: events.JSON("2"), Stamp: at(2, 0)}}
	delta := events.State{Entries: stated, Inferred: map[string]events.Entry{"a": {Value: events.JSON("1"), Stamp: at(1, 0)}}}
	want := []events.State{{Entries: stated, Inferred: map[string]events.Entry{"a": {Stamp: at(1, 0)}}}}
	if diff := cmp.Diff(want, split(delta)); diff != "" {
		t.Error(diff)
	}
}
