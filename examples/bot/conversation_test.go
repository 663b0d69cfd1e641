package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/bot/internal/telegram"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

const (
	conversation = "../conversation.jsonl"
	profiles     = "../conversation.profiles.json"
)

func readConversation(t *testing.T) (all []telegram.Update) {
	t.Helper()
	f, err := os.Open(conversation)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for u, err := range telegram.Read(f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, u)
	}
	return all
}

// The conversation in figures, counted by hand.
var plannedChanges = map[string]int{
	"tg:1001": 11, // and one that is refused
	"tg:1002": 10, "tg:1003": 8, "tg:1004": 9, "tg:1005": 8, "tg:1006": 11,
}

func TestConversationAsPlanned(t *testing.T) {
	route := &memory{}
	o := options{source: "telegram-bot", unchecked: true}
	var out strings.Builder
	b, err := newBot(o, route, &out)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(conversation)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := b.play(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	changes, refused := route.received(t)
	if len(refused) != 1 || refused[0].Code != events.Malformed || refused[0].Field != "preferences.favourite_colour!" {
		t.Errorf("dead letters: %v, want the one of favourite_colour!", refused)
	}
	byUser := map[string][]events.PreferenceChange{}
	counts := map[string]int{}
	for _, c := range changes {
		byUser[c.UserID] = append(byUser[c.UserID], c)
		counts[c.UserID]++
	}
	if diff := cmp.Diff(plannedChanges, counts); diff != "" {
		t.Errorf("changes per user (-planned +got):\n%s", diff)
	}
	compareProfiles(t, byUser)
}

func compareProfiles(t *testing.T, byUser map[string][]events.PreferenceChange) {
	t.Helper()
	golden, err := os.ReadFile(profiles)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]events.Preferences
	if err := json.Unmarshal(golden, &want); err != nil {
		t.Fatal(err)
	}
	got := map[string]events.Preferences{}
	for user, changes := range byUser {
		state := events.Fold(changes...)
		got[user] = state.Visible()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", profiles, diff)
	}
}

func TestConversationPromises(t *testing.T) {
	users, kinds := map[int64]string{}, map[string]int{}
	seen := map[int64]bool{}
	var lastID, lastDate int64
	for _, u := range readConversation(t) {
		m := u.Said()
		if m == nil || m.ID == 0 || m.Chat.ID == 0 || m.Chat.Type == "" || m.From.FirstName == "" {
			t.Fatalf("update %d lacks a field that Telegram always sends", u.ID)
		}
		if u.ID < lastID || m.Date < lastDate && u.EditedMessage == nil {
			t.Errorf("update %d is out of order", u.ID)
		}
		lastID, lastDate = u.ID, max(lastDate, m.Date)
		users[m.From.ID] = m.From.FirstName
		for _, kind := range kindsOf(&u, m, seen[u.ID]) {
			kinds[kind]++
		}
		seen[u.ID] = true
	}
	if len(seen) < 70 || len(users) != 6 {
		t.Errorf("%d different updates of %d users, want at least 70 of 6", len(seen), len(users))
	}
	for _, kind := range []string{"delivered again", "edited", "no text", "emoji", "group", "/set", "/unset", "/forget", "/start"} {
		if kinds[kind] == 0 {
			t.Errorf("no message of the kind %q", kind)
		}
	}
	if !slices.ContainsFunc(slices.Collect(maps.Values(users)), notLatin) {
		t.Error("no name outside the Latin script")
	}
}

func kindsOf(u *telegram.Update, m *telegram.Message, again bool) (kinds []string) {
	for kind, applies := range map[string]bool{
		"delivered again": again, "edited": u.EditedMessage != nil, "no text": m.Text == "",
		"emoji": strings.ContainsFunc(m.Text, isEmoji), "group": m.Chat.Type == "group" && m.Chat.ID < 0,
	} {
		if applies {
			kinds = append(kinds, kind)
		}
	}
	if command, _, _ := strings.Cut(m.Text, " "); strings.HasPrefix(command, "/") {
		kinds = append(kinds, command)
	}
	return kinds
}

func isEmoji(r rune) bool { return unicode.Is(unicode.So, r) }

func notLatin(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

// Fields that only Telegram's own clients read must be right too.
func TestConversationEntities(t *testing.T) {
	type entity struct {
		Type   string `json:"type"`
		Offset int    `json:"offset"`
		Length int    `json:"length"`
	}
	text, err := os.ReadFile(conversation)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var u struct {
			Message struct {
				Text     string   `json:"text"`
				Entities []entity `json:"entities"`
			} `json:"message"`
		}
		if err := json.Unmarshal([]byte(line), &u); err != nil {
			t.Fatal(err)
		}
		units := utf16.Encode([]rune(u.Message.Text)) // offsets count UTF-16 code units
		commands := 0
		for _, e := range u.Message.Entities {
			if word := string(utf16.Decode(units[e.Offset : e.Offset+e.Length])); e.Type != "bot_command" || word[0] != '/' {
				t.Errorf("%q: the entity %+v is %q", u.Message.Text, e, word)
			}
			commands++
		}
		if want := strings.Count("\n"+u.Message.Text, "\n/"); commands != want {
			t.Errorf("%q has %d bot_command entities, want %d", u.Message.Text, commands, want)
		}
	}
}
