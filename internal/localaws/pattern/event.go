package pattern

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// An Event is an event made ready to be matched against many patterns.
type Event struct {
	fields map[string][]field // by joined path, in the order of the text
}

// field is one leaf value, with the elements of arrays that it lies in.
type field struct {
	value   value
	element membership
}

// value is a leaf as event-ruler holds it.
type value struct {
	text       string // strings in quotation marks but not escaped, else the JSON text
	number     float64
	comparable bool // number holds the value
	asNumber   bool // compared as a number at the field in question
}

func (v value) isString() bool { return strings.HasPrefix(v.text, `"`) }

// Decode reads an event. It must be a JSON object; a name that occurs twice
// counts with both values, as in EventBridge. Lone surrogates are taken.
func Decode(json []byte) (*Event, error) {
	r := reader{
		d:     jsontext.NewDecoder(bytes.NewReader(json), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
		event: &Event{fields: map[string][]field{}},
	}
	if r.d.PeekKind() != '{' {
		return nil, errors.New("event: must be a JSON object")
	}
	if err := r.read(); err != nil {
		return nil, fmt.Errorf("event: not valid JSON: %w", err)
	}
	if _, err := r.d.ReadToken(); err != io.EOF {
		return nil, errors.New("event: there is text after the object")
	}
	return r.event, nil
}

type reader struct {
	d       *jsontext.Decoder
	event   *Event
	path    []string
	element membership
	arrays  int // seen so far; numbers them
}

func (r *reader) read() error {
	t, err := r.d.ReadToken()
	if err != nil {
		return err
	}
	switch t.Kind() {
	case '{':
		return r.readObject()
	case '[':
		return r.readArray()
	}
	r.add(t)
	return nil
}

func (r *reader) add(t jsontext.Token) {
	v := value{text: t.String()}
	switch t.Kind() {
	case '"':
		v.text = quote(v.text)
	case '0':
		v.number, v.comparable = comparableNumber(v.text)
	}
	path := strings.Join(r.path, ".")
	r.event.fields[path] = append(r.event.fields[path], field{v, r.element})
}

func (r *reader) readObject() error {
	for r.d.PeekKind() != '}' {
		name, err := r.d.ReadToken()
		if err != nil {
			return err
		}
		r.path = append(r.path, name.String())
		if err := r.read(); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
	}
	_, err := r.d.ReadToken()
	return err
}

func (r *reader) readArray() error {
	array, outer := r.arrays, r.element
	r.arrays++
	for index := 0; r.d.PeekKind() != ']'; index++ {
		if kind := r.d.PeekKind(); kind == '{' || kind == '[' {
			r.element = outer.with(array, index)
		}
		if err := r.read(); err != nil {
			return err
		}
		r.element = outer
	}
	_, err := r.d.ReadToken()
	return err
}
