package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

const (
	writesGerman  = "Ich bin wieder da, und es geht mir gut"
	writesEnglish = "I do not know what you mean"
)

// What a bot infers is published as such, and only where it is news to the bot.
func TestInferences(t *testing.T) {
	inferred := func(code string) events.PreferenceChange {
		return events.PreferenceChange{Origin: events.Inferred, Preferences: events.Preferences{"language": events.Text(code)}}
	}
	stated := func(v events.Value) events.PreferenceChange {
		return events.PreferenceChange{Preferences: events.Preferences{"language": v}}
	}
	for _, row := range []struct {
		name string
		says []string
		want []events.PreferenceChange
	}{
		{"nothing is known", []string{writesGerman}, []events.PreferenceChange{inferred("de")}},
		{"it is inferred already", []string{writesGerman, writesGerman}, []events.PreferenceChange{inferred("de")}},
		{"another was inferred", []string{writesGerman, writesEnglish}, []events.PreferenceChange{inferred("de"), inferred("en")}},
		{"it is stated", []string{"auf Deutsch bitte", writesGerman}, []events.PreferenceChange{stated(events.Text("de"))}},
		{"another is stated: the pipeline knows better than a bot", []string{"in Spanish", writesGerman}, []events.PreferenceChange{stated(events.Text("es")), inferred("de")}},
		{"the message states one", []string{writesGerman + ". In English, please"}, []events.PreferenceChange{stated(events.Text("en"))}},
		{"the message forgets it", []string{"Forget my language. " + writesEnglish}, []events.PreferenceChange{stated(events.Unset)}},
		{"the message forgets it by a command", []string{"/unset language\n" + writesEnglish}, []events.PreferenceChange{stated(events.Unset)}},
		{"the message erases everything", []string{"/forget me\n" + writesEnglish}, []events.PreferenceChange{{Replace: true}}},
		{"it was forgotten", []string{writesEnglish, "forget my language", writesEnglish, writesGerman}, []events.PreferenceChange{inferred("en"), stated(events.Unset)}},
		{"it was forgotten and stated since", []string{"forget my language", "in English", writesGerman}, []events.PreferenceChange{stated(events.Unset), stated(events.Text("en")), inferred("de")}},
		{"everything was erased", []string{writesGerman, "/forget me", writesGerman}, []events.PreferenceChange{inferred("de"), {Replace: true}, inferred("de")}},
	} {
		t.Run(row.name, func(t *testing.T) {
			route := &memory{}
			var updates []string
			for i, text := range row.says {
				updates = append(updates, update(i+1, text))
			}
			if _, err := talk(t, options{}, route, updates...); err != nil {
				t.Fatal(err)
			}
			got, _ := route.received(t)
			for i := range got {
				got[i].ID, got[i].UserID, got[i].ConversationID = events.Stamp{}, "", ""
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestInferencesAreOfOneUser(t *testing.T) {
	route := &memory{}
	other := strings.Replace(update(2, writesGerman), `"id":1001`, `"id":1002`, 1)
	if _, err := talk(t, options{}, route, update(1, "forget my language"), other); err != nil {
		t.Fatal(err)
	}
	got, _ := route.received(t)
	if len(got) != 2 || got[1].UserID != "tg:1002" || got[1].Origin != events.Inferred || got[1].ConversationID != "tg:-7" {
		t.Errorf("published %+v, want an inference about the other user", got)
	}
}
