package events

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of one change.
const (
	MaxUserIDBytes       = 512
	MaxConversationBytes = 1024
	MaxChangeKeys        = 100
	MaxKeyBytes          = 64
	MaxValueBytes        = 16 << 10  // of one value's JSON text
	MaxChangeBytes       = 128 << 10 // of the detail's JSON text

	// MaxValueDepth is how deep a value may nest. The bus takes 1,000 levels,
	// and the announcement around the value needs some of them.
	MaxValueDepth = 900

	// MaxNumberBytes is the length of a number's text anywhere in a value. A
	// number must also be finite as an IEEE 754 double. Languages differ in what
	// they do with others: some raise, and would never hear of the user again.
	MaxNumberBytes = 64
)

// Validate checks every rule but the time of the id. It returns a *Refusal that
// names the first field that breaks one, in this order: user_id, preferences
// (keys ascending), origin, conversation_id, the size of the JSON text. Sizes are those
// of the text that ChangeEnvelope sends.
func (c *PreferenceChange) Validate() error {
	if err := c.validateFields(); err != nil {
		return err
	}
	for _, key := range c.Preferences.Keys() {
		if err := validateText(key, c.Preferences[key]); err != nil {
			return err
		}
	}
	if n := len(forQueues(c.AppendJSON(nil))); n > MaxChangeBytes {
		return tooLarge(n)
	}
	return nil
}

// validateFields checks every rule but that values are JSON and that the text
// of the whole is not too long.
func (c *PreferenceChange) validateFields() error {
	if err := validateUserID(c.UserID); err != nil {
		return err
	}
	if err := c.validatePreferences(); err != nil {
		return err
	}
	if err := c.validateOrigin(); err != nil {
		return err
	}
	if len(c.ConversationID) > MaxConversationBytes {
		return refuse(Malformed, "conversation_id", "is %d bytes long, at most %d are allowed", len(c.ConversationID), MaxConversationBytes)
	}
	if !utf8.ValidString(c.ConversationID) {
		return refuse(Malformed, "conversation_id", "is not valid UTF-8")
	}
	return nil
}

func (c *PreferenceChange) validateOrigin() error {
	switch {
	case c.Origin > Inferred:
		return refuse(Malformed, "origin", ruleOfOrigins)
	case c.Replace && c.Origin == Inferred:
		return refuse(Malformed, "origin", "must not be inferred where replace is true")
	}
	return nil
}

func tooLarge(n int) *Refusal {
	return refuse(TooLarge, "", "the change is %d bytes of JSON text, at most %d are allowed", n, MaxChangeBytes)
}

// ValidateUserID checks a user id by itself, as readers need to. It returns a
// *Refusal of the field user_id.
func ValidateUserID(id string) error {
	if err := validateUserID(id); err != nil {
		return err
	}
	return nil
}

func validateUserID(id string) error {
	switch {
	case id == "":
		return refuse(Malformed, "user_id", "is required")
	case len(id) > MaxUserIDBytes:
		return refuse(Malformed, "user_id", "is %d bytes long, at most %d are allowed", len(id), MaxUserIDBytes)
	case !utf8.ValidString(id):
		return refuse(Malformed, "user_id", "is not valid UTF-8")
	case strings.ContainsFunc(id, unicode.IsControl):
		return refuse(Malformed, "user_id", "must not contain control characters")
	}
	return nil
}

func (c *PreferenceChange) validatePreferences() error {
	if len(c.Preferences) == 0 && !c.Replace {
		return refuse(Malformed, "preferences", "is required unless replace is true")
	}
	if len(c.Preferences) > MaxChangeKeys {
		return refuse(Malformed, "preferences", "has %d keys, at most %d are allowed", len(c.Preferences), MaxChangeKeys)
	}
	for _, key := range c.Preferences.Keys() {
		if err := validatePreference(key, c.Preferences[key]); err != nil {
			return err
		}
	}
	return nil
}

// ValidKey tells whether a preference may have this name:
// [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}.
func ValidKey(key string) bool {
	if key == "" || len(key) > MaxKeyBytes {
		return false
	}
	for i := range len(key) {
		switch c := key[i]; {
		case 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case i > 0 && strings.IndexByte("_.:-", c) >= 0:
		default:
			return false
		}
	}
	return true
}

func fieldOfKey(key string) string { return "preferences." + printable(key, maxNameBytes) }

func validatePreference(key string, v Value) error {
	if !ValidKey(key) {
		return refuse(Malformed, fieldOfKey(key), "a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
	}
	if n := v.Len(); n > MaxValueBytes {
		return valueTooLarge(key, n)
	}
	switch depth, number := survey(v.JSON()); {
	case depth > MaxValueDepth:
		return refuse(Malformed, fieldOfKey(key), "nests deeper than %d levels", MaxValueDepth)
	case len(number) > MaxNumberBytes:
		return refuse(Malformed, fieldOfKey(key), "has a number of %d characters, at most %d are allowed", len(number), MaxNumberBytes)
	case number != "":
		return refuse(Malformed, fieldOfKey(key), "has a number that is not finite as an IEEE 754 double")
	}
	return nil
}

func valueTooLarge(key string, n int) *Refusal {
	return refuse(TooLarge, fieldOfKey(key), "is %d bytes of JSON text, at most %d are allowed", n, MaxValueBytes)
}

// validateText checks a Value that was not read from JSON. It must be what the
// other side will read: the text of one value with nothing around it.
func validateText(key string, v Value) error {
	switch text := v.JSON(); {
	case !validJSON(text):
		return refuse(Malformed, fieldOfKey(key), "is not valid JSON")
	case strings.Trim(text, " \t\r\n") != text:
		return refuse(Malformed, fieldOfKey(key), "must not have white space around it")
	}
	if n := travelling(v.JSON()); n > MaxValueBytes {
		return valueTooLarge(key, n)
	}
	return nil
}
