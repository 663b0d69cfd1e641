package events_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

// Few keys and few milliseconds, so that random changes meet.
var (
	anyKey = rapid.SampledFrom([]string{"language", "tone", "nickname", "a.b:c-d_e", "0"})

	anyStamp = rapid.Custom(func(t *rapid.T) events.Stamp {
		at := time.UnixMilli(1795428000000 + rapid.Int64Range(0, 3).Draw(t, "ms"))
		s, err := events.DeriveStamp(at, fmt.Sprint(rapid.IntRange(0, 1000).Draw(t, "entropy")))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})

	anyValue = rapid.Custom(func(t *rapid.T) events.Value {
		if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
			return events.Unset
		}
		return anyText(3).Draw(t, "text")
	})

	anyUserID = rapid.StringMatching(`[^\x00-\x1f\x7f-\x9f\x{fffd}]{1,32}`).Filter(func(s string) bool { return len(s) <= events.MaxUserIDBytes })

	anyPreferences = rapid.MapOfN(anyKey, anyValue, 0, 4)

	// anyChange is a valid change, now and then a replace.
	anyChange = rapid.Custom(func(t *rapid.T) events.PreferenceChange {
		c := events.PreferenceChange{
			ID:          anyStamp.Draw(t, "id"),
			UserID:      anyUserID.Draw(t, "user"),
			Preferences: anyPreferences.Draw(t, "preferences"),
			Replace:     rapid.IntRange(0, 4).Draw(t, "replace") == 0,
		}
		if len(c.Preferences) == 0 {
			c.Preferences, c.Replace = nil, true
		}
		if !c.Replace && rapid.IntRange(0, 2).Draw(t, "origin") == 0 {
			c.Origin = events.Inferred
		}
		if rapid.Bool().Draw(t, "from somewhere") {
			c.ConversationID = rapid.StringMatching(`[a-zA-Z0-9 éß😀"\\-]{0,30}`).Draw(t, "conversation")
		}
		c.Traceparent = anyTraceparent.Draw(t, "trace")
		return c
	})

	// anyTraceparent is none as often as not.
	anyTraceparent = rapid.SampledFrom([]string{"", "", traceparent, "00-" + strings.Repeat("1", 32) + "-" + strings.Repeat("2", 16) + "-00"})
)

const traceparent = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"

// anyText is JSON text as people write it: odd numbers, escapes, white space.
func anyText(levels int) *rapid.Generator[events.Value] {
	return rapid.Custom(func(t *rapid.T) events.Value {
		kinds := 3
		if levels == 0 {
			kinds = 1
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 2:
			items := rapid.SliceOfN(anyText(levels-1), 0, 3).Draw(t, "items")
			return events.JSON("[ " + joined(items) + "]")
		case 3:
			item := anyText(levels-1).Draw(t, "member")
			return events.JSON(`{"x" :` + item.JSON() + "}")
		default:
			return rapid.SampledFrom([]events.Value{
				events.JSON(`1.0`), events.JSON(`-0`), events.JSON(`1e308`), events.JSON(`1234567890123456789012345678901234567890`), events.Bool(true), events.Bool(false),
				events.Text(""), events.Text("fr"), events.JSON(`"\u00e9"`), events.JSON(`"é"`), events.JSON(`"\ud83d\ude00"`), events.JSON(`"<b>&"`), events.JSON(`"\u0000"`), events.JSON(`"a\\\"b"`), events.JSON("\"\u2028\""), events.JSON(`"]}"`),
			}).Draw(t, "scalar")
		}
	})
}

func joined(items []events.Value) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = item.JSON()
	}
	return strings.Join(texts, ",\n")
}

// changesOfOneUser are changes under distinct ids: one id names one change.
func changesOfOneUser(t *rapid.T, name string) []events.PreferenceChange {
	changes := rapid.SliceOfNDistinct(anyChange, 0, 8, func(c events.PreferenceChange) events.Stamp { return c.ID }).Draw(t, name)
	for i := range changes {
		changes[i].UserID = "u1"
	}
	return changes
}
