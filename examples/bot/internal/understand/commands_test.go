package understand

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/google/go-cmp/cmp"
)

func sets(key string, json events.Value) []events.PreferenceChange {
	return []events.PreferenceChange{{Preferences: events.Preferences{key: json}}}
}

func TestCommands(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       Meaning
	}{
		{"a word", "/set tone formal", Meaning{Changes: sets("tone", events.Text("formal"))}},
		{"several words", "/set city  Bad Homburg ", Meaning{Changes: sets("city", events.Text("Bad Homburg"))}},
		{"a number", "/set volume 7", Meaning{Changes: sets("volume", events.JSON(`7`))}},
		{"a number kept to the letter", "/set ratio 1.50", Meaning{Changes: sets("ratio", events.JSON(`1.50`))}},
		{"true or false", "/set emoji false", Meaning{Changes: sets("emoji", events.Bool(false))}},
		{"a list", `/set days ["mon","tue"]`, Meaning{Changes: sets("days", events.JSON(`["mon","tue"]`))}},
		{"quoted text", `/set volume "7"`, Meaning{Changes: sets("volume", events.Text("7"))}},
		{"text with quotes in it", `/set motto say "yes"`, Meaning{Changes: sets("motto", events.JSON(`"say \"yes\""`))}},
		{"a time", "/set quiet_after 22:00", Meaning{Changes: sets("quiet_after", events.JSON(`"22:00"`))}},
		{"emoji", "/set mood 😎", Meaning{Changes: sets("mood", events.JSON(`"😎"`))}},
		{"null", "/set tone null", Meaning{Changes: sets("tone", events.Unset)}},
		{"a key that the contract refuses", "/set favourite_colour! teal", Meaning{Changes: sets("favourite_colour!", events.Text("teal"))}},
		{"in a group", "/set@prefs_bot tone formal", Meaning{Changes: sets("tone", events.Text("formal"))}},
		{"in capitals", "/SET tone formal", Meaning{Changes: sets("tone", events.Text("formal"))}},
		{"no value", "/set tone", Meaning{Reply: replySet}},
		{"nothing to set", "/set", Meaning{Reply: replySet}},
		{"unset", "/unset tone", Meaning{Changes: sets("tone", events.Unset)}},
		{"unset several", "/unset tone city", Meaning{Changes: []events.PreferenceChange{
			{Preferences: events.Preferences{"tone": events.Unset, "city": events.Unset}},
		}}},
		{"nothing to unset", "/unset", Meaning{Reply: replyUnset}},
		{"forget me", "/forget me", Meaning{Changes: []events.PreferenceChange{{Replace: true}}}},
		{"forget something else", "/forget tone", Meaning{Reply: replyForget}},
		{"forget nothing", "/forget", Meaning{Reply: replyForget}},
		{"start", "/start", Meaning{Reply: replyWelcome}},
		{"start with a parameter", "/start ref42", Meaning{Reply: replyWelcome}},
		{"unknown", "/weather Berlin", Meaning{Reply: replyUnknown}},
		{"only a slash", "/", Meaning{Reply: replyUnknown}},
		{"not at the start", "say /forget me", Meaning{}},
		{"two lines", "/set tone formal\n/set city Ulm", Meaning{Changes: append(sets("tone", events.Text("formal")), sets("city", events.Text("Ulm"))...)}},
		{"a command and a phrase", "/unset tone\ncall me Sam", Meaning{Changes: append(sets("tone", events.Unset), sets("name", events.Text("Sam"))...)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, Message(row.text)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", row.text, diff)
			}
		})
	}
}

func TestTimeOfDay(t *testing.T) {
	for text, want := range map[string]events.Value{
		"22:00": events.JSON(`"22:00"`), "7:05": events.JSON(`"07:05"`), "22": events.JSON(`"22:00"`), "8 Uhr": events.JSON(`"08:00"`), "22h": events.JSON(`"22:00"`), "22h15": events.JSON(`"22:15"`),
		"12 am": events.JSON(`"00:00"`), "12 pm": events.JSON(`"12:00"`), "11:59 p.m.": events.JSON(`"23:59"`), "0:00": events.JSON(`"00:00"`),
		"8": events.Unset, "24:00": events.Unset, "22:60": events.Unset, "0 am": events.Unset, "22 bananas": events.Unset, "222": events.Unset,
	} {
		got, ok := timeOfDay(text)
		if got != want || ok != (want != events.Unset) {
			t.Errorf("%s gives %s, %v; want %s", text, got, ok, want)
		}
	}
}
