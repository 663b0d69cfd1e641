package understand

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Meaning is what a message says about its sender.
type Meaning struct {
	// Changes are in the order in which they were said, one for each line that
	// gave any, without an id, a user or a conversation.
	Changes []events.PreferenceChange
	// Reply is what the bot has to answer apart from what it learned, such as
	// how a command is used. Empty: nothing.
	Reply string
}

// Message reads the text of one message. Each line stands for itself: one that
// starts with a slash is a command, any other is searched for phrases.
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
