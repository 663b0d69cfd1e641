package queue

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// userID finds the user that a body is about without judging it: a letter is
// often dead because its body breaks a rule, or cut off in the middle. It reads
// up to the first mistake and takes user_id of the detail, or of the body itself
// where there is no envelope. "": none was found.
func userID(body string) string {
	d := jsontext.NewDecoder(strings.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return ""
		}
		if token.Kind() != '"' || d.StackDepth() > 2 || !isUser(d.StackPointer()) {
			continue
		}
		if kind, length := d.StackIndex(d.StackDepth()); kind == '{' && length%2 == 0 { // a value, not a name
			return token.String()
		}
	}
}

func isUser(p jsontext.Pointer) bool { return p == "/detail/user_id" || p == "/user_id" }
