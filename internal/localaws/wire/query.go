package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
)

// A QueryOperation decodes the form of a request in the older query protocol into a
// Call, or refuses it.
type QueryOperation func(form url.Values) (Call, error)

// Query makes a QueryOperation from a method that takes the form. Members of the form
// that are not named are refused by name, except for Action and Version.
func Query[Out any](f func(url.Values) (Out, error), members ...string) QueryOperation {
	return func(form url.Values) (Call, error) {
		for name := range form {
			if name != "Action" && name != "Version" && !slices.Contains(members, name) {
				return nil, Unsupported("the input member %s", name)
			}
		}
		return func() (any, error) { return f(form) }, nil
	}
}

// maxForm is more than a request in the query protocol has.
const maxForm = 64 << 10

// query answers a request in the query protocol, for the service that its signature
// names. It returns false, with the request as it was, if no service here has that name.
func (f *front) query(w http.ResponseWriter, r *http.Request, id string) bool {
	if !isForm(r) || r.Header.Get("X-Amz-Target") != "" {
		return false
	}
	_, name := scope(r)
	s := f.servicesFor(r).signed[name]
	if s == nil {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm))
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, malformed := url.ParseQuery(string(body))
	if err != nil || malformed != nil {
		writeQueryError(w, Errorf("MalformedQueryString", "the request's form cannot be read"), id)
		return true
	}
	out, err := f.runQuery(r, s, form)
	if err != nil {
		writeQueryError(w, err, id)
		return true
	}
	if located, ok := out.(Located); ok && f.AddressedByHost && r.Host != "" {
		out = located.At("http://" + r.Host)
	}
	writeQuery(w, s, form.Get("Action"), out, id)
	return true
}

func (f *front) runQuery(r *http.Request, s *Service, form url.Values) (any, error) {
	operation := s.Queries[form.Get("Action")]
	if operation == nil {
		return nil, Unsupported("the operation %s.%s", s.SignedAs, form.Get("Action"))
	}
	call, err := operation(form)
	if err != nil {
		return nil, err
	}
	return f.Run(r.Context(), call)
}

// writeQuery writes a result as the query protocol does, in elements that are named
// after the operation.
func writeQuery(w http.ResponseWriter, s *Service, action string, result any, id string) {
	var text bytes.Buffer
	e := xml.NewEncoder(&text)
	outer := xml.StartElement{Name: xml.Name{Local: action + "Response"}, Attr: []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: s.Namespace}}}
	err := errors.Join(
		e.EncodeToken(outer),
		e.EncodeElement(result, xml.StartElement{Name: xml.Name{Local: action + "Result"}}),
		e.EncodeElement(struct {
			RequestID string `xml:"RequestId"`
		}{id}, xml.StartElement{Name: xml.Name{Local: "ResponseMetadata"}}),
		e.EncodeToken(outer.End()), e.Flush())
	if err != nil {
		writeQueryError(w, err, id)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	_, _ = w.Write(text.Bytes()) // an error means that the client has gone
}

func writeQueryError(w http.ResponseWriter, err error, id string) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	kind := "Sender"
	if e.Status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	writeXML(w, e, queryError{Error: xmlError{Type: kind, Code: e.Code, Message: e.Message}, RequestID: id})
}
