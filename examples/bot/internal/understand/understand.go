package understand

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Meaning is what a message says about its sender.
type Meaning struct {
	// Changes are in the order of the message: one for each line that has any, without
	// an id, a user or a conversation.
	Changes []events.PreferenceChange
	// Reply is the bot's answer to a command, such as how to use it. Empty: no answer.
	Reply string
}

// Message interprets the text of one message. Each line is separate: a line that starts
// with a slash is a command, and any other line is searched for phrases.
func Message(text string) Meaning {
	var m Meaning
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "/") {
			m.command(line)
			continue
		}
		m.learn(phrases(line))
	}
	return m
}

func (m *Meaning) learn(p events.Preferences) {
	if len(p) > 0 {
		m.Changes = append(m.Changes, events.PreferenceChange{Preferences: p})
	}
}
