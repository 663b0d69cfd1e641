package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/go-json-experiment/json/jsontext"
)

// JSON is an answer with this JSON text, which nobody may keep.
func JSON(status int, text []byte) Response {
	return Response{
		StatusCode: status,
		Headers: map[string]string{
			"Content-Type":           "application/json",
			"Cache-Control":          "no-store",
			"X-Content-Type-Options": "nosniff",
		},
		Body: string(text),
	}
}

// A Member is a string member of an answer's JSON object.
type Member struct{ Name, Value string }

// Message is the answer {"message": text} with more members after it.
func Message(status int, text string, more ...Member) Response {
	return JSON(status, appendMembers(nil, append([]Member{{"message", text}}, more...)))
}

// Refused is the answer to an *events.Refusal, with its code. It is 413 if the
// whole change or the profile would be too large, 409 if the profile holds a
// change of the future, and otherwise 400. Every other error is an internal one:
// see Internal.
func Refused(err error) Response {
	var r *events.Refusal
	if !errors.As(err, &r) {
		return Internal()
	}
	code := Member{"code", string(r.Code)}
	switch {
	case r.Code == events.ProfileTooLarge:
		return Message(http.StatusRequestEntityTooLarge, r.Error()+", as the profile stands now", code)
	case r.Code == events.TooLarge && r.Field == "":
		return Message(http.StatusRequestEntityTooLarge, r.Error(), code)
	case r.Code == events.FromTheFuture && r.Field == "":
		return Message(http.StatusConflict, r.Error(), code)
	}
	return Message(http.StatusBadRequest, r.Error(), code)
}

// Internal is the answer to a fault of ours: 500, as API Gateway words it. The
// cause belongs in the log.
func Internal() Response {
	return Message(http.StatusInternalServerError, "Internal Server Error")
}

// Unavailable is 503 with Retry-After in whole seconds, at least one.
func Unavailable(text string, after time.Duration, more ...Member) Response {
	r := Message(http.StatusServiceUnavailable, text, more...)
	r.Headers["Retry-After"] = strconv.FormatInt(max(1, int64(after.Round(time.Second)/time.Second)), 10)
	return r
}

// MethodNotAllowed is 405 and lists what is allowed. API Gateway routes no
// other method here: it answers to a route that was added without its handler.
func MethodNotAllowed(allowed ...string) Response {
	r := Message(http.StatusMethodNotAllowed, "Method Not Allowed")
	r.Headers["Allow"] = strings.Join(allowed, ", ")
	return r
}

func appendMembers(b []byte, members []Member) []byte {
	b = append(b, '{')
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, m.Name), ':')
		b = appendString(b, m.Value)
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // bad UTF-8 becomes U+FFFD
	return b
}
