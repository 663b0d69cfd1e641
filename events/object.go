package events

import (
	"bytes"
	"io"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object read one level deep: the text of each member, which
// shares the memory of what was read.
type object map[string]jsontext.Value

// known is for text within a text that was read before: strictness has seen to
// duplicate names at every depth already.
var known = jsontext.AllowDuplicateNames(true)

// readObject reads a text strictly, nested values included. Every error is a
// *Refusal.
func readObject(text []byte, options ...jsontext.Options) (object, error) {
	fields := object{}
	visit := func(name string, value jsontext.Value) { fields[name] = value }
	if err := eachMember(text, visit, options...); err != nil {
		return nil, refuseSyntax(err)
	}
	return fields, nil
}

// decoders are kept for their tables of names, most of what reading allocates.
var decoders = sync.Pool{New: func() any { return jsontext.NewDecoder(bytes.NewBuffer(nil)) }}

// eachMember visits the members of the one JSON object that text must be.
func eachMember(text []byte, visit func(name string, value jsontext.Value), options ...jsontext.Options) error {
	d := decoders.Get().(*jsontext.Decoder)
	defer decoders.Put(d)
	d.Reset(bytes.NewBuffer(text), options...) // a Buffer is read in place
	if d.PeekKind() != '{' {
		if _, err := d.ReadValue(); err != nil {
			return err
		}
		return errNotObject
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		value, err := d.ReadValue()
		if err != nil {
			return err
		}
		// What ReadValue returns lasts only until the next read; text stays.
		end := d.InputOffset()
		visit(name, text[end-int64(len(value)):end:end])
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return errTrailingText
	}
	return nil
}

// text is a string member; absent gives "".
func (o object) text(name string) (string, error) {
	raw, ok := o[name]
	if !ok {
		return "", nil
	}
	if raw.Kind() != '"' {
		return "", refuse(Malformed, name, "must be a string")
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil // no escapes: the text itself
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", refuse(Malformed, name, "is not a valid JSON string")
	}
	return string(text), nil
}

// stamp is a ULID member; absent gives the zero Stamp, empty is an error.
func (o object) stamp(name string) (Stamp, error) {
	if _, ok := o[name]; !ok {
		return Stamp{}, nil
	}
	text, err := o.text(name)
	if err != nil {
		return Stamp{}, err
	}
	s, err := ParseStamp(text)
	if err != nil || s.IsZero() {
		return Stamp{}, refuse(Malformed, name, "must be a ULID: 26 characters of Crockford's base 32, not all zero")
	}
	return s, nil
}

// boolean is a true-or-false member; absent gives false.
func (o object) boolean(name string) (bool, error) {
	switch raw := o[name]; {
	case raw == nil || string(raw) == "false":
		return false, nil
	case string(raw) == "true":
		return true, nil
	}
	return false, refuse(Malformed, name, "must be true or false")
}

// time is an RFC 3339 member; absent or empty gives the zero time.
func (o object) time(name string) (time.Time, error) {
	text, err := o.text(name)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, refuse(Malformed, name, "must be a time as RFC 3339 writes it")
	}
	return t.UTC(), nil
}

// preferences is an object member of values; absent gives nil. The values are
// copies.
func (o object) preferences(name string) (Preferences, error) {
	raw, ok := o[name]
	if !ok {
		return nil, nil
	}
	if raw.Kind() != '{' {
		return nil, refuse(Malformed, name, "must be an object")
	}
	p := Preferences{}
	visit := func(key string, value jsontext.Value) { p[key] = valueOfText(value) }
	if err := eachMember(raw, visit, known); err != nil {
		return nil, refuseSyntax(err)
	}
	return p, nil
}

func valueOfText(raw jsontext.Value) Value {
	if raw.Kind() == 'n' {
		return Unset
	}
	return Value(raw)
}
