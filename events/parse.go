package events

import (
	"math/big"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// ParseChange reads and validates a detail as it travels. It is strict (valid
// UTF-8, no lone surrogates, no duplicate names, names case-sensitive) except
// that unknown fields are ignored, and so is a traceparent that is none. An id,
// replace, origin, conversation_id or version of null counts as absent. Every error is a *Refusal. The version is judged
// before the other fields: a later version may give them another shape.
//
// A change without an id is returned with a zero ID: see DecodeChange. Nothing
// of the result shares memory with detail.
func ParseChange(detail []byte) (PreferenceChange, error) { return parseChange(detail) }

func parseChange(detail []byte, options ...jsontext.Options) (PreferenceChange, error) {
	if len(detail) > MaxChangeBytes {
		return PreferenceChange{}, tooLarge(len(detail))
	}
	var buffer memberBuffer
	fields, err := readObject(buffer[:0], detail, options...)
	if err != nil {
		return PreferenceChange{}, err
	}
	fields.dropNulls("id", "replace", "origin", "conversation_id", "version")
	if err := checkVersion(fields.member("version")); err != nil {
		return PreferenceChange{}, err
	}
	c, err := changeOf(fields)
	if err != nil {
		return PreferenceChange{}, err
	}
	// Not Validate: the values were read from valid JSON, and it is the text
	// that came in that must be within MaxChangeBytes.
	if err := c.validateFields(); err != nil {
		return PreferenceChange{}, err
	}
	return c, nil
}

func changeOf(fields object) (c PreferenceChange, err error) {
	if c.ID, err = fields.id("id"); err != nil {
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
	if c.Origin, err = fields.origin("origin"); err != nil {
		return c, err
	}
	c.Traceparent = fields.traceparent("traceparent")
	c.ConversationID, err = fields.text("conversation_id")
	return c, err
}

func checkVersion(raw jsontext.Value) error {
	switch {
	case raw == nil || isVersion(string(raw)):
		return nil
	case raw.Kind() != '0':
		return refuse(Malformed, "version", "must be a number")
	}
	return refuse(UnknownVersion, "version", "is %s, only %d is known", printable(string(raw), 40), Version)
}

// isVersion tells whether a JSON number is 1 however it is written. A float64
// alone would round 1.00000000000000000001 to it.
func isVersion(number string) bool {
	if number == "1" {
		return true
	}
	if near, err := strconv.ParseFloat(number, 64); err != nil || near != Version || len(number) > 64 {
		return false
	}
	exact, ok := new(big.Rat).SetString(number)
	return ok && exact.Cmp(big.NewRat(Version, 1)) == 0
}
