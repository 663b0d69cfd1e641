package httpapi

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// UserID is the user that a request is about: the path parameter userId or the
// query parameter user_id. API Gateway has percent-decoded the path parameter,
// which is used as it is. Both may be given if they are equal. The id is
// validated as events.ValidateUserID does.
func UserID(r *Request, q Query) (string, error) {
	id, inQuery, err := q.One("user_id")
	if err != nil {
		return "", err
	}
	if fromPath, ok := r.PathParameters["userId"]; ok {
		if inQuery && id != fromPath {
			return "", refuse("user_id", "the path and the query name different users")
		}
		id = fromPath
	}
	if err := events.ValidateUserID(id); err != nil {
		return "", err
	}
	return id, nil
}

// Header is a header's value by its case-insensitive name, "" where it is
// absent. API Gateway joins repeated headers with commas.
func Header(r *Request, name string) string {
	if v, ok := r.Headers[strings.ToLower(name)]; ok {
		return v // as API Gateway always writes names
	}
	for _, other := range slices.Sorted(maps.Keys(r.Headers)) {
		if strings.EqualFold(other, name) {
			return r.Headers[other]
		}
	}
	return ""
}

// RefuseIfMatch refuses a request with If-Match: changes are accepted before
// they are applied and in no order, so no precondition can be kept, and a
// precondition must not be ignored.
func RefuseIfMatch(r *Request) error {
	if Header(r, "If-Match") != "" {
		return refuse("If-Match", "is not supported: changes merge key by key and the later stamp wins")
	}
	return nil
}

// conditionFree reads the query of a request that sets no precondition.
func conditionFree(r *Request) (Query, error) {
	if err := RefuseIfMatch(r); err != nil {
		return nil, err
	}
	return ParseQuery(r.RawQueryString)
}

// Body is the body's bytes, at most events.MaxChangeBytes of them; more are
// refused with the code TooLarge and no field. Its content is not looked at,
// nor is the content type.
func Body(r *Request) ([]byte, error) {
	body := []byte(r.Body)
	if r.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return nil, refuse("", "the body is not valid base64")
		}
		body = decoded
	}
	if len(body) > events.MaxChangeBytes {
		return nil, tooLarge(len(body))
	}
	return body, nil
}
