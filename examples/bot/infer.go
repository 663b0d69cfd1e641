package main

import (
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/bot/internal/understand"
)

// languages is what a bot knows of the language of each user, since it started: the last
// that the user stated or that the bot inferred. It is Unset for a user who had it
// forgotten, and the bot then infers none until the user states one.
//
// It only saves the bot from repeating itself. A user may have told another bot, and this
// one does not know it. Its inference is then needless and does no harm, because the
// pipeline never lets it replace what the person said.
type languages map[int64]events.Value

// infer returns the change that the bot concludes from a message, if any. stated are the
// changes that the message itself asks for. If they are about the language, they say all
// there is to say.
func (known languages) infer(user int64, text string, stated []events.PreferenceChange) []events.PreferenceChange {
	if known.hear(user, stated) {
		return nil
	}
	inferred := understand.Inferred(text)
	language := inferred[understand.KeyLanguage]
	if was, ok := known[user]; language == events.Unset || ok && (was == events.Unset || was == language) {
		return nil
	}
	known[user] = language
	return []events.PreferenceChange{{Origin: events.Inferred, Preferences: inferred}}
}

// hear takes note of what a user states, and tells whether any of it is about the
// language. To erase everything is. It makes the user a stranger.
func (known languages) hear(user int64, stated []events.PreferenceChange) (about bool) {
	for _, c := range stated {
		if c.Replace {
			delete(known, user)
			about = true
		}
		if language, ok := c.Preferences[understand.KeyLanguage]; ok {
			known[user] = language
			about = true
		}
	}
	return about
}
