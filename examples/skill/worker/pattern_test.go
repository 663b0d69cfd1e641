package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

// The rule selects announcements that changed the language, and those that may have
// removed it without naming it.
func TestPattern(t *testing.T) {
	rule, err := pattern.Compile([]byte(followsLanguage))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, source     string
		changed          []string
		erased, snapshot bool
		want             bool
	}{
		{"the language", "bot-preferences", []string{"language"}, false, false, true},
		{"the language among others", "bot-preferences", []string{"emoji", "language", "name"}, false, false, true},
		{"other keys", "bot-preferences", []string{"name", "tone"}, false, false, false},
		{"nothing", "bot-preferences", []string{}, false, false, false},
		{"an erasure of other keys", "bot-preferences", []string{"name"}, true, false, true},
		{"an erasure of nothing visible", "bot-preferences", []string{}, true, false, true},
		{"a snapshot with other keys alone", "bot-preferences", []string{"name"}, false, true, true},
		{"a snapshot of nothing", "bot-preferences", []string{}, false, true, true},
		{"another source", "some-bot", []string{"language"}, true, true, false},
	} {
		u := speaks(1, "de")
		u.UserID, u.ChangedKeys, u.Changes = "u1", row.changed, events.Preferences{}
		u.Erased, u.Snapshot = row.erased, row.snapshot
		e := events.Envelope{ID: "1", Source: row.source, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
		got, err := rule.Match(e.AppendJSON(nil))
		if err != nil || got != row.want {
			t.Errorf("%s: matches %v, %v; want %v", row.name, got, err, row.want)
		}
	}
	if strings.Contains(followsLanguage, events.DetailTypeChange) {
		t.Error("the rule takes what bots say, not what the pipeline announces")
	}
}

func TestPatternIsThatOfTheKit(t *testing.T) {
	text, err := filter.Keys("language").Pattern()
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(followsLanguage), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("the rule is %v, the kit writes %v", got, want)
	}
}
