package httpapi

import (
	"strconv"
	"strings"
)

// ETag is the entity tag of a revision, quotes included.
func ETag(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// Unmodified tells whether a request's If-None-Match names this revision, by
// the weak comparison that RFC 9110, 13.1.2 asks for: "*", or a list of tags
// with or without W/. A malformed rest of the list matches nothing.
func Unmodified(r *Request, revision int64) bool {
	list := strings.TrimSpace(Header(r, "If-None-Match"))
	if list == "*" {
		return true
	}
	want := ETag(revision)
	for list != "" {
		list = strings.TrimLeft(list, ", \t")
		list = strings.TrimPrefix(list, "W/")
		if !strings.HasPrefix(list, `"`) {
			return false
		}
		end := strings.IndexByte(list[1:], '"')
		if end < 0 {
			return false
		}
		tag := list[:end+2]
		if tag == want {
			return true
		}
		list = list[end+2:]
	}
	return false
}
