package events

import (
	"bytes"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// ParseChange reads and validates a detail as it travels. It is strict (valid
// UTF-8, no lone surrogates, no duplicate names, names case-sensitive) except
// that unknown fields are ignored. Every error is a *Refusal. The version is
// judged before the other fields: a later version may give them another shape.
//
// A change without an id is returned with a zero ID: see DecodeChange.
func ParseChange(detail []byte) (PreferenceChange, error) {
	if len(detail) > MaxChangeBytes {
		return PreferenceChange{}, tooLarge(len(detail))
	}
	fields, err := readObject(detail, "")
	if err != nil {
		return PreferenceChange{}, err
	}
	if err := checkVersion(fields["version"]); err != nil {
		return PreferenceChange{}, err
	}
	c, err := changeOf(fields)
	if err != nil {
		return PreferenceChange{}, err
	}
	if err := c.Validate(); err != nil {
		return PreferenceChange{}, err
	}
	return c, nil
}

func changeOf(fields object) (c PreferenceChange, err error) {
	if c.ID, err = fields.stamp("id"); err != nil {
		return c, err
	}
	if c.UserID, err = fields.text("user_id"); err != nil {
		return c, err
	}
	if c.Preferences, err = fields.preferences("preferences"); err != nil {
		return c, err
	}
	if c.Replace, err = fields.boolean("replace"); err != nil {
		return c, err
	}
	c.ConversationID, err = fields.text("conversation_id")
	return c, err
}

func checkVersion(raw jsontext.Value) error {
	if raw == nil {
		return nil
	}
	if raw.Kind() != '0' {
		return refuse(Malformed, "version", "must be a number")
	}
	if v, err := strconv.ParseFloat(string(raw), 64); err != nil || v != Version {
		return refuse(UnknownVersion, "version", "is %s, only %d is known", printable(string(raw), 40), Version)
	}
	return nil
}

// object is a JSON object read one level deep: the text of each member.
type object map[string]jsontext.Value

// readObject reads strictly; path names the object in refusals.
func readObject(text []byte, path string) (object, error) {
	d := jsontext.NewDecoder(bytes.NewReader(text))
	fields, err := readMembers(d)
	if err == nil {
		if _, err = d.ReadToken(); err == io.EOF {
			return fields, nil
		}
	}
	if path == "" && err == nil {
		return nil, refuse(Malformed, path, "has text after the JSON object")
	}
	return nil, refuse(Malformed, path, "%s", syntaxRule(err))
}

func readMembers(d *jsontext.Decoder) (object, error) {
	if d.PeekKind() != '{' {
		if _, err := d.ReadValue(); err != nil {
			return nil, err
		}
		return nil, errNotObject
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	fields := object{}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil, err
		}
		fields[key] = value.Clone()
	}
	_, err := d.ReadToken()
	return fields, err
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

// preferences is an object member of values; absent gives nil.
func (o object) preferences(name string) (Preferences, error) {
	raw, ok := o[name]
	if !ok {
		return nil, nil
	}
	if raw.Kind() != '{' {
		return nil, refuse(Malformed, name, "must be an object")
	}
	members, err := readObject(raw, name)
	if err != nil {
		return nil, err
	}
	p := make(Preferences, len(members))
	for key, text := range members {
		p[key] = valueOfText(text)
	}
	return p, nil
}

func valueOfText(raw jsontext.Value) Value {
	if raw.Kind() == 'n' {
		return Unset
	}
	return Value(raw)
}
