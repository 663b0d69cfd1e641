package httpapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// Profile is the answer 200 with a profile. It shows these preferences:
// p.Visible() or a part of them. nil is written as {}. inferred_keys are those of them
// of which the value was inferred. Its ETag is the revision.
func Profile(p *events.Profile, shown events.Preferences) Response { return profile(p, shown, nil) }

// profile is Profile with the member superseded, a list of keys, where there
// are any.
func profile(p *events.Profile, shown events.Preferences, superseded []string) Response {
	b := appendString([]byte(`{"user_id":`), p.UserID)
	b = shown.AppendJSON(append(b, `,"preferences":`...))
	b = appendKeys(append(b, `,"inferred_keys":`...), inferred(p, shown))
	b = strconv.AppendInt(append(b, `,"revision":`...), p.Revision, 10)
	b = appendString(append(b, `,"as_of":`...), p.AsOf().String())
	b = appendString(append(b, `,"last_updated":`...), events.FormatTime(p.UpdatedAt))
	if len(superseded) > 0 {
		b = appendKeys(append(b, `,"superseded":`...), superseded)
	}
	return revalidated(JSON(http.StatusOK, append(b, '}')), p.Revision)
}

// inferred are those of the keys that are shown of which the value was inferred.
func inferred(p *events.Profile, shown events.Preferences) []string {
	return slices.DeleteFunc(p.InferredKeys(), func(key string) bool {
		_, ok := shown[key]
		return !ok
	})
}

// appendKeys appends a list of keys, which need no escapes.
func appendKeys(b []byte, keys []string) []byte {
	if len(keys) == 0 {
		return append(b, "[]"...)
	}
	return append(append(append(b, `["`...), strings.Join(keys, `","`)...), `"]`...)
}

// NotModified is 304 for a reader that has this revision.
func NotModified(revision int64) Response {
	r := JSON(http.StatusNotModified, nil)
	delete(r.Headers, "Content-Type")
	return revalidated(r, revision)
}

func revalidated(r Response, revision int64) Response {
	r.Headers["ETag"] = ETag(revision)
	r.Headers["Cache-Control"] = "private, no-cache"
	return r
}

// NotFound is 404 for a user without visible preferences. Where the item exists
// (the revision is not 0) it gives as_of and revision too. A producer can then
// observe the erasure, and a subscriber can tell whether it has seen it.
func NotFound(p *events.Profile) Response {
	b := []byte(`{"message":"no preferences of this user are known"`)
	if p.Revision != 0 {
		b = appendString(append(b, `,"as_of":`...), p.AsOf().String())
		b = strconv.AppendInt(append(b, `,"revision":`...), p.Revision, 10)
	}
	return JSON(http.StatusNotFound, append(b, '}'))
}
