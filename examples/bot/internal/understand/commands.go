package understand

import (
	"strings"
	"unicode"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/go-json-experiment/json/jsontext"
)

// The bot's answers to commands.
const (
	replyWelcome = `Tell me how you like things, such as "call me Sam" or "/set tone formal".`
	replySet     = "Use it like this: /set tone formal"
	replyUnset   = "Use it like this: /unset tone"
	replyForget  = "Say /forget me, and everything that I know about you is erased."
	replyUnknown = "I know /set, /unset, /forget me, /start and /help."
)

// command reads one line such as "/set tone formal".
func (m *Meaning) command(line string) {
	word, rest := cutWord(line)
	switch name, _, _ := strings.Cut(strings.ToLower(word), "@"); name { // "/set@a_bot" in groups
	case "/set":
		m.set(rest)
	case "/unset":
		m.unset(strings.Fields(rest))
	case "/forget":
		m.forget(rest)
	case "/start", "/help":
		m.Reply = replyWelcome
	default:
		m.Reply = replyUnknown
	}
}

// set takes the first word as the key, and the rest as the value.
func (m *Meaning) set(rest string) {
	key, value := cutWord(rest)
	if key == "" || value == "" {
		m.Reply = replySet
		return
	}
	m.learn(events.Preferences{key: valueOf(value)})
}

func (m *Meaning) unset(keys []string) {
	if len(keys) == 0 {
		m.Reply = replyUnset
		return
	}
	p := events.Preferences{}
	for _, key := range keys {
		p[key] = events.Unset
	}
	m.learn(p)
}

func (m *Meaning) forget(rest string) {
	if !strings.EqualFold(rest, "me") {
		m.Reply = replyForget
		return
	}
	m.Changes = append(m.Changes, events.PreferenceChange{Replace: true})
}

// valueOf keeps valid JSON as it was typed, so that "/set volume 7" gives a number and
// "/set emoji null" unsets. Everything else is text.
func valueOf(typed string) events.Value {
	if !jsontext.Value(typed).IsValid() {
		return events.Text(strings.ToValidUTF8(typed, "\uFFFD"))
	}
	return events.JSON(strings.TrimSpace(typed))
}

func cutWord(line string) (word, rest string) {
	line = strings.TrimSpace(line)
	if i := strings.IndexFunc(line, unicode.IsSpace); i >= 0 {
		return line[:i], strings.TrimSpace(line[i:])
	}
	return line, ""
}
