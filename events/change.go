package events

// Names on the bus.
const (
	// DetailTypeChange is the detail-type of a PreferenceChange.
	DetailTypeChange = "PreferenceChange"
	// DetailTypeUpdated is the detail-type of a PreferencesUpdated.
	DetailTypeUpdated = "PreferencesUpdated"
	// SourcePipeline is the source of what the pipeline itself emits.
	SourcePipeline = "bot-preferences"
	// Version is the version of both events.
	Version = 1
)

// A PreferenceChange says what a bot learned about a user.
//
// It is accepted or refused whole; see Validate for the rules and CheckTime for
// the one rule that depends on when it arrives.
type PreferenceChange struct {
	// ID identifies and orders the change. Zero: the producer's Clock gives
	// one, or on the raw wire it is derived from the envelope. ParseID reads
	// one, a UUID of version 7 too.
	ID Stamp
	// UserID is compared byte by byte and never normalized.
	UserID string
	// Preferences are set (or, where Unset, forgotten).
	Preferences Preferences
	// Replace forgets everything earlier than this change. Without Preferences
	// it erases the user.
	Replace bool
	// Origin tells whether the person said so or a bot concluded it. A replace is
	// always Stated.
	Origin Origin
	// ConversationID says where it was learned; optional, not stored.
	ConversationID string
	// Traceparent is the trace that the change belongs to, as ParseTraceparent
	// reads it; optional. What is none is left out and never refused. The
	// profile keeps that of its latest change, and announces it.
	Traceparent string
}

// forgets tells whether the change is a replace or has nothing but unsets.
func (c *PreferenceChange) forgets() bool {
	if c.Replace {
		return true
	}
	for _, v := range c.Preferences {
		if v != Unset {
			return false
		}
	}
	return true
}

// AppendJSON appends the detail: the JSON text that travels. Fields that are
// zero are left out, the version is always written. The result is JSON only
// where Validate passes.
func (c *PreferenceChange) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	if !c.ID.IsZero() {
		b = append(append(append(b, `"id":"`...), c.ID.String()...), `",`...)
	}
	b = appendString(append(b, `"user_id":`...), c.UserID)
	if len(c.Preferences) > 0 {
		b = c.Preferences.AppendJSON(append(b, `,"preferences":`...))
	}
	if c.Replace {
		b = append(b, `,"replace":true`...)
	}
	if c.Origin != Stated {
		b = appendString(append(b, `,"origin":`...), c.Origin.String())
	}
	if c.ConversationID != "" {
		b = appendString(append(b, `,"conversation_id":`...), c.ConversationID)
	}
	if c.Traceparent != "" {
		b = appendTraceparent(b, c.Traceparent)
	}
	return append(b, `,"version":1}`...)
}

// MarshalJSON returns what AppendJSON appends. A JSON encoder that calls it may
// rewrite white space and escapes within values, as encoding/json does: use
// AppendJSON where a value's exact text matters.
func (c PreferenceChange) MarshalJSON() ([]byte, error) { return c.AppendJSON(nil), nil }

// UnmarshalJSON is ParseChange.
func (c *PreferenceChange) UnmarshalJSON(detail []byte) error {
	parsed, err := ParseChange(detail)
	if err == nil {
		*c = parsed
	}
	return err
}
