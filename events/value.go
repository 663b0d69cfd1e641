package events

import (
	"log/slog"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Value is the exact JSON text of one preference: "1.0" stays "1.0" and forty
// digits stay forty digits. Make one with [Text], [Number], [Bool], [JSON] or
// [ValueOf]; a string does not convert to it. The zero Value is [Unset].
//
// Two Values are == where their texts are the same, so 1 and 1.0 differ.
// Compare with what a constructor returns:
//
//	if p["language"] == events.Text("de") { ... }
type Value struct {
	json string // never "null": that is the zero Value
}

// Unset is the Value of a key that is to be forgotten: a tombstone. JSON null.
// It is the zero Value; do not assign to it.
var Unset Value

// Text is a string preference. Text that is not valid UTF-8 makes a Value that
// Validate refuses.
func Text(s string) Value {
	quoted, err := jsontext.AppendQuote(make([]byte, 0, len(s)+2), s)
	if err != nil {
		return Value{`"` + s + `"`} // keeps the bad bytes, for Validate to see
	}
	return Value{string(quoted)}
}

// Number is a number preference, written in its shortest exact form. NaN and
// the infinities, which JSON cannot write, make a Value that Validate refuses.
func Number[N int | int32 | int64 | uint | uint32 | uint64 | float32 | float64](n N) Value {
	switch x := any(n).(type) {
	case float32:
		return Value{decimal(float64(x), 32)}
	case float64:
		return Value{decimal(x, 64)}
	case uint, uint32, uint64:
		return Value{strconv.FormatUint(uint64(n), 10)}
	}
	return Value{strconv.FormatInt(int64(n), 10)}
}

func decimal(x float64, bits int) string {
	text, err := json.Marshal(x)
	if err != nil {
		return strconv.FormatFloat(x, 'g', -1, bits) // NaN, +Inf, -Inf
	}
	if bits == 32 {
		text, _ = json.Marshal(float32(x))
	}
	return string(text)
}

// Bool is a preference that is true or false.
func Bool(b bool) Value { return Value{strconv.FormatBool(b)} }

// JSON is a preference of any kind, by its JSON text, which travels as it is.
// null gives Unset. Text that is not JSON, and white space around it, make a
// Value that Validate refuses.
func JSON(text string) Value {
	if text == "null" {
		return Unset
	}
	if text == "" {
		return Value{" "} // no JSON, and not what Unset means
	}
	return Value{text}
}

// ValueOf encodes a Go value as a preference. nil gives Unset.
func ValueOf(v any) (Value, error) {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return Unset, err
	}
	return JSON(string(text)), nil
}

// JSON is the preference's exact JSON text; null for Unset.
func (v Value) JSON() string {
	if v == Unset {
		return "null"
	}
	return v.json
}

// Text is the string that the preference holds. ok is false where it holds
// anything else.
func (v Value) Text() (text string, ok bool) {
	if v.json == "" || v.json[0] != '"' {
		return "", false
	}
	plain, err := jsontext.AppendUnquote(nil, v.json)
	if err != nil {
		return "", false
	}
	return string(plain), true
}

// Decode reads the preference into a Go value, as encoding/json/v2 does. Unset
// reads as null.
func (v Value) Decode(into any) error { return json.Unmarshal([]byte(v.JSON()), into) }

// Equal tells whether the texts are the same, as == does. Packages that compare
// values for tests call it.
func (v Value) Equal(other Value) bool { return v == other }

// Len is the number of bytes of the JSON text, as MaxValueBytes counts them; 0
// for Unset.
func (v Value) Len() int { return len(v.json) }

// String is the JSON text, for messages of tests. A log must not have it.
func (v Value) String() string { return v.JSON() }

// LogValue keeps the text out of structured logs: it says how long it is.
func (v Value) LogValue() slog.Value { return slog.StringValue(strconv.Itoa(len(v.json)) + " bytes") }

// MarshalJSON writes the text as it is, and null for Unset.
func (v Value) MarshalJSON() ([]byte, error) { return []byte(v.JSON()), nil }

// UnmarshalJSON keeps the text as it is; null gives Unset.
func (v *Value) UnmarshalJSON(text []byte) error {
	*v = JSON(string(text))
	return nil
}
