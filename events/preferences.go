package events

import (
	"errors"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Preferences are values by key. As a change they are a JSON Merge Patch
// (RFC 7396) over flat keys: Unset removes a key, and an object value replaces
// the earlier one whole.
type Preferences map[string]Value

// PreferencesOf encodes Go values; nil gives Unset.
func PreferencesOf(values map[string]any) (Preferences, error) {
	p := make(Preferences, len(values))
	for key, v := range values {
		value, err := ValueOf(v)
		if err != nil {
			return nil, errors.New("preferences." + printable(key, 128) + ": cannot be written as JSON")
		}
		p[key] = value
	}
	return p, nil
}

// Keys are the keys in ascending order; nil where there are none.
func (p Preferences) Keys() []string {
	if len(p) == 0 {
		return nil
	}
	keys := slices.AppendSeq(make([]string, 0, len(p)), maps.Keys(p))
	slices.Sort(keys)
	return keys
}

// AppendJSON appends the JSON object, keys ascending, values' text as it is.
func (p Preferences) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for i, key := range p.Keys() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, key)
		b = append(b, ':')
		b = append(b, p[key].JSON()...)
	}
	return append(b, '}')
}

// MarshalJSON returns what AppendJSON appends.
func (p Preferences) MarshalJSON() ([]byte, error) { return p.AppendJSON(nil), nil }

func appendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // bad UTF-8 becomes U+FFFD; validation has refused it before
	return b
}
