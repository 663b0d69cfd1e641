package events_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

// What a Go producer can get wrong and the wire cannot say.
func TestValidate(t *testing.T) {
	with := func(key string, v events.Value) events.PreferenceChange {
		return events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{key: v}}
	}
	nine := events.Preferences{}
	for i := range 9 {
		nine[fmt.Sprint(i)] = events.JSON(`"` + strings.Repeat("x", 15<<10) + `"`)
	}
	for _, c := range []struct {
		name   string
		change events.PreferenceChange
		code   events.Code
		field  string
	}{
		{"nothing", events.PreferenceChange{}, events.Malformed, "user_id"},
		{"user_id of invalid UTF-8", events.PreferenceChange{UserID: "\xff", Replace: true}, events.Malformed, "user_id"},
		{"conversation_id of invalid UTF-8", events.PreferenceChange{UserID: "u1", Replace: true, ConversationID: "\xff"}, events.Malformed, "conversation_id"},
		{"no preferences", events.PreferenceChange{UserID: "u1"}, events.Malformed, "preferences"},
		{"value that is no JSON", with("tone", events.JSON(`warm`)), events.Malformed, "preferences.tone"},
		{"value that would add a key", with("tone", events.JSON(`1,"language":2`)), events.Malformed, "preferences.tone"},
		{"value that would end the change", with("tone", events.JSON(`1}}`)), events.Malformed, "preferences.tone"},
		{"value with a duplicate name", with("tone", events.JSON(`{"a":1,"a":2}`)), events.Malformed, "preferences.tone"},
		{"value with a lone surrogate", with("tone", events.JSON(`"\ud800"`)), events.Malformed, "preferences.tone"},
		{"value of invalid UTF-8", with("tone", events.JSON("\"\xff\"")), events.Malformed, "preferences.tone"},
		{"white space before the value", with("tone", events.JSON(` 1`)), events.Malformed, "preferences.tone"},
		{"white space after the value", with("tone", events.JSON("1\n")), events.Malformed, "preferences.tone"},
		{"only white space", with("tone", events.JSON(" ")), events.Malformed, "preferences.tone"},
		{"bad key", with("my tone", events.JSON(`1`)), events.Malformed, "preferences.my tone"},
		{"too large a value", with("tone", events.JSON(`"`+strings.Repeat("x", events.MaxValueBytes)+`"`)), events.TooLarge, "preferences.tone"},
		{"too large as a whole", events.PreferenceChange{UserID: "u1", Preferences: nine}, events.TooLarge, ""},
	} {
		t.Run(c.name, func(t *testing.T) { checkRefusal(t, "Validate", c.change.Validate(), c.code, c.field) })
	}
}

func TestTheFirstBadFieldIsNamedEveryTime(t *testing.T) {
	c := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"z z": events.JSON(`1`), "a a": events.JSON(`1`), "m m": events.JSON(`1`), "c": events.JSON(`x`)}}
	body := []byte(`{"id":1,"source":2,"detail-type":3,"time":4}`)
	for range 20 {
		checkRefusal(t, "Validate", c.Validate(), events.Malformed, "preferences.a a")
		_, err := events.DecodeEnvelope(body)
		checkRefusal(t, "DecodeEnvelope", err, events.Malformed, "id")
	}
}

func TestValidateUserIDIsNilWhereRight(t *testing.T) {
	if err := events.ValidateUserID("u1"); err != nil {
		t.Error(err)
	}
	checkRefusal(t, "ValidateUserID", events.ValidateUserID("u\t1"), events.Malformed, "user_id")
}

func TestValidKeyIsThePublishedPattern(t *testing.T) {
	pattern := regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}\z`)
	agree := func(key string) bool { return events.ValidKey(key) == pattern.MatchString(key) }
	for _, length := range []int{0, 1, 63, 64, 65} {
		if key := strings.Repeat("k", length); !agree(key) {
			t.Errorf("a key of %d bytes: %t", length, events.ValidKey(key))
		}
	}
	for c := range 256 {
		for _, key := range []string{string([]byte{byte(c)}), string([]byte{'a', byte(c)}), string([]byte{'a', byte(c), 'z'})} {
			if !agree(key) {
				t.Errorf("%q: %t", key, events.ValidKey(key))
			}
		}
	}
}
