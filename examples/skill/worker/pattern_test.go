package main

import (
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/pattern"
)

// Only what changed the language gets through the rule.
func TestPattern(t *testing.T) {
	rule, err := pattern.Compile([]byte(languageChanged))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, source string
		changed      []string
		want         bool
	}{
		{"the language", "bot-preferences", []string{"language"}, true},
		{"the language among others", "bot-preferences", []string{"emoji", "language", "name"}, true},
		{"other keys", "bot-preferences", []string{"name", "tone"}, false},
		{"nothing", "bot-preferences", []string{}, false},
		{"another source", "some-bot", []string{"language"}, false},
	} {
		u := speaks(1, "de")
		u.UserID, u.ChangedKeys, u.Changes = "u1", row.changed, events.Preferences{}
		e := events.Envelope{ID: "1", Source: row.source, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
		got, err := rule.Match(e.AppendJSON(nil))
		if err != nil || got != row.want {
			t.Errorf("%s: matches %v, %v; want %v", row.name, got, err, row.want)
		}
	}
	if strings.Contains(languageChanged, events.DetailTypeChange) {
		t.Error("the rule takes what bots say, not what the pipeline announces")
	}
}
