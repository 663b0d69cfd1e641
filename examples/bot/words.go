package main

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/bot/internal/telegram"
)

// learned describes a change, for example: name="Sam", unset tone. It names what the bot
// only inferred.
func learned(c *events.PreferenceChange) string {
	var parts []string
	if c.Replace {
		parts = append(parts, "erased everything")
	}
	for _, key := range c.Preferences.Keys() {
		if v := c.Preferences[key]; v == events.Unset {
			parts = append(parts, "unset "+key)
		} else {
			parts = append(parts, origin(c)+key+"="+v.JSON())
		}
	}
	return strings.Join(parts, ", ")
}

// origin is what a value is introduced by: nothing where the person stated it.
func origin(c *events.PreferenceChange) string {
	if c.Origin == events.Inferred {
		return "inferred "
	}
	return ""
}

// print prints the line of one message: the user, the text and the outcome.
func (b *bot) print(m *telegram.Message, outcomes ...string) error {
	text, outcome := m.Text, strings.Join(outcomes, "; ")
	if text == "" {
		text = "(no text)"
	}
	if outcome == "" {
		outcome = "(nothing)"
	}
	_, err := fmt.Fprintln(b.out, oneLine(fmt.Sprintf("tg:%d %s: %s -> %s", m.From.ID, m.From.FirstName, text, outcome)))
	return err
}

// oneLine removes from a text what would move a terminal's cursor or reverse the
// direction of later text. It keeps U+200D, which joins emoji.
func oneLine(text string) string {
	text = strings.ReplaceAll(text, "\n", " / ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' {
			return -1
		}
		return r
	}, text)
}
