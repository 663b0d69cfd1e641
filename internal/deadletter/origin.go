package deadletter

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// origin finds the user that a body is about, and the bot that sent it. It does not judge
// the body: a letter is often dead because its body breaks a rule, or cut off in the
// middle. So it reads up to the first mistake. The user is user_id of the detail, or else of
// the body itself: there may be no envelope. The source is the envelope's. "": none was
// found.
func origin(body string) (user, source string) {
	d := jsontext.NewDecoder(strings.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	fromBody := ""
	for user == "" || source == "" {
		token, err := d.ReadToken()
		if err != nil {
			break
		}
		if token.Kind() != '"' || d.StackDepth() > 2 {
			continue
		}
		if kind, length := d.StackIndex(d.StackDepth()); kind != '{' || length%2 != 0 { // a name, not a value
			continue
		}
		switch pointer := d.StackPointer(); {
		case pointer == "/detail/user_id" && user == "":
			user = token.String()
		case pointer == "/source" && source == "":
			source = token.String()
		case pointer == "/user_id":
			fromBody = token.String()
		}
	}
	if user == "" {
		user = fromBody
	}
	return user, source
}
