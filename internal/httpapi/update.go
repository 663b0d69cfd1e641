package httpapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
)

// Update answers the writes that set preferences:
//
//   - POST /preferences takes a whole PreferenceChange. An id is honoured, and
//     refused at once where its time is out of bounds.
//   - PATCH takes a merge patch of the preferences: null forgets a key.
//   - PUT takes all the preferences: what is not among them is forgotten.
//
// PATCH and PUT name the user in the path or as ?user_id=. Bodies are JSON
// whatever their content type says.
func (w *Writer) Update(ctx context.Context, r Request) (Response, error) {
	method := r.RequestContext.HTTP.Method
	if method != http.MethodPost && method != http.MethodPatch && method != http.MethodPut {
		return MethodNotAllowed(http.MethodPost, http.MethodPatch, http.MethodPut), nil
	}
	c, err := w.parseUpdate(&r, method)
	if err != nil {
		return w.refused(ctx, &c, err), nil
	}
	return w.publish(ctx, &r, c), nil
}

// parseUpdate is the change that a request asks for. With an error it is what is known
// of the change.
func (w *Writer) parseUpdate(r *Request, method string) (c events.PreferenceChange, err error) {
	q, err := conditionFree(r)
	if err != nil {
		return c, err
	}
	if method == http.MethodPost {
		return w.wholeChange(r, q)
	}
	userID, err := UserID(r, q)
	if err != nil {
		return c, err
	}
	body, err := Body(r)
	if err == nil {
		c, err = changeOf(userID, body, method == http.MethodPut)
	}
	c.UserID = userID
	return c, err
}

// wholeChange reads a body that is a PreferenceChange and names its user.
func (w *Writer) wholeChange(r *Request, q Query) (c events.PreferenceChange, err error) {
	body, err := Body(r)
	if err != nil {
		return c, err
	}
	if c, err = events.ParseChange(body); err != nil {
		return c, err
	}
	if userID, given, err := q.One("user_id"); err != nil {
		return c, err
	} else if given && userID != c.UserID {
		return c, &events.Refusal{Code: events.Malformed, Field: "user_id", Rule: "the body and the query name different users"}
	}
	if c.ID.IsZero() {
		return c, nil
	}
	return c, events.CheckTime(c.ID, w.now())
}

// changeOf reads a body that holds preferences only. It is put into a change as
// it is, so that the contract's own parser judges it and names its fields as
// everywhere else. For that it must be exactly one JSON value.
func changeOf(userID string, body []byte, replace bool) (events.PreferenceChange, error) {
	one := jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if !one {
		return events.PreferenceChange{}, refuseBody(body)
	}
	detail, err := jsontext.AppendQuote([]byte(`{"user_id":`), userID)
	if err != nil {
		return events.PreferenceChange{}, err
	}
	detail = append(append(detail, `,"preferences":`...), body...)
	if replace {
		detail = append(detail, `,"replace":true`...)
	}
	return events.ParseChange(append(detail, '}'))
}

// refuseBody tells what is wrong with a body that is not one JSON value. The
// parser reads it as a whole change, so the fields that it names are keys.
func refuseBody(body []byte) error {
	_, err := events.ParseChange(body)
	var r *events.Refusal
	if errors.As(err, &r) && r.Field != "" {
		return &events.Refusal{Code: r.Code, Field: "preferences." + r.Field, Rule: r.Rule}
	}
	return err
}
