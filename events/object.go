package events

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object read one level deep: its members as they come, which
// share the memory of what was read. It is asked for a few names only, and a map
// would cost more than going through it each time.
type object []member

type member struct {
	name  []byte
	value jsontext.Value
}

// member is the text of a member; absent gives nil.
func (o object) member(name string) jsontext.Value {
	for i := range o {
		if string(o[i].name) == name {
			return o[i].value
		}
	}
	return nil
}

// known is for text within a text that was read before: strictness has seen to
// duplicate names at every depth already.
var known = jsontext.AllowDuplicateNames(true)

// A memberBuffer holds the members of an object on the reader's stack: as many as
// an envelope of the bus has. More are no mistake, and cost an allocation.
type memberBuffer [10]member

// readObject reads a text strictly, nested values included, into an empty object.
// Every error is a *Refusal.
func readObject(fields object, text []byte, options ...jsontext.Options) (object, error) {
	visit := func(name []byte, value jsontext.Value) { fields = append(fields, member{name, value}) }
	if err := eachMember(text, visit, options...); err != nil {
		return nil, refuseSyntax(err)
	}
	return fields, nil
}

// A reader is a decoder and the Buffer that it reads, in place.
type reader struct {
	decoder *jsontext.Decoder
	buffer  bytes.Buffer
}

// readers are kept for their tables of names, most of what reading allocates.
var readers = sync.Pool{New: func() any { return &reader{decoder: jsontext.NewDecoder(bytes.NewBuffer(nil))} }}

// eachMember visits the members of the one JSON object that text must be. Names
// and values share its memory.
func eachMember(text []byte, visit func(name []byte, value jsontext.Value), options ...jsontext.Options) error {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	r.buffer = *bytes.NewBuffer(text)
	d := r.decoder
	d.Reset(&r.buffer, options...)
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
		name, err := readValue(d, text)
		if err != nil {
			return err
		}
		value, err := readValue(d, text)
		if err != nil {
			return err
		}
		if name, err = unquoted(name); err != nil {
			return err
		}
		visit(name, value)
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return errTrailingText
	}
	return nil
}

// readValue returns the part of text that is read: what a decoder returns by
// itself lasts only until the next read.
func readValue(d *jsontext.Decoder, text []byte) (jsontext.Value, error) {
	value, err := d.ReadValue()
	end := d.InputOffset()
	return text[end-int64(len(value)) : end : end], err
}

// unquoted is what a JSON string says. It shares the string's memory where there
// are no escapes in it.
func unquoted(raw jsontext.Value) ([]byte, error) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], nil
	}
	return jsontext.AppendUnquote(nil, raw)
}

// text is a string member; absent gives "".
func (o object) text(name string) (string, error) {
	text, err := o.unquoted(name)
	return string(text), err
}

func (o object) unquoted(name string) ([]byte, error) {
	raw := o.member(name)
	if raw == nil {
		return nil, nil
	}
	if raw.Kind() != '"' {
		return nil, refuse(Malformed, name, "must be a string")
	}
	text, err := unquoted(raw)
	if err != nil {
		return nil, refuse(Malformed, name, "is not a valid JSON string")
	}
	return text, nil
}

// id is a member that is the id of a change; absent gives the zero Stamp.
func (o object) id(name string) (Stamp, error) {
	text, err := o.unquoted(name)
	if err != nil || o.member(name) == nil {
		return Stamp{}, err
	}
	s, err := ParseID(string(text))
	if err != nil || s.IsZero() {
		return Stamp{}, refuse(Malformed, name, "must be a ULID (26 characters of Crockford's base 32, not all zero) or a UUID of version 7")
	}
	return s, nil
}

// dropNulls makes members absent that are null.
func (o object) dropNulls(names ...string) {
	for i := range o {
		if o[i].value.Kind() == 'n' && slices.Contains(names, string(o[i].name)) {
			o[i].value = nil
		}
	}
}

// origin is a member that names an Origin; absent gives Stated.
func (o object) origin(name string) (Origin, error) {
	if o.member(name) == nil {
		return Stated, nil
	}
	text, err := o.unquoted(name)
	origin, ok := ParseOrigin(string(text))
	if err != nil || !ok {
		return Stated, refuse(Malformed, name, ruleOfOrigins)
	}
	return origin, nil
}

// boolean is a true-or-false member; absent gives false.
func (o object) boolean(name string) (bool, error) {
	switch raw := o.member(name); {
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
	raw := o.member(name)
	if raw == nil {
		return nil, nil
	}
	if raw.Kind() != '{' {
		return nil, refuse(Malformed, name, "must be an object")
	}
	p := Preferences{}
	visit := func(key []byte, value jsontext.Value) { p[string(key)] = valueOfText(value) }
	if err := eachMember(raw, visit, known); err != nil {
		return nil, refuseSyntax(err)
	}
	return p, nil
}

func valueOfText(raw jsontext.Value) Value {
	if raw.Kind() == 'n' {
		return Unset
	}
	return JSON(string(raw))
}
