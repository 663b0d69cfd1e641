package events

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// AppendJSON appends the detail as it travels.
func (u *PreferencesUpdated) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"version":1,"user_id":`...), u.UserID)
	b = strconv.AppendInt(append(b, `,"revision":`...), u.Revision, 10)
	b = strconv.AppendInt(append(b, `,"previous_revision":`...), u.PreviousRevision, 10)
	if u.Changes != nil {
		b = u.Changes.AppendJSON(append(b, `,"changes":`...))
	}
	b = appendStrings(append(b, `,"changed_keys":`...), u.ChangedKeys)
	if u.Preferences != nil {
		b = u.Preferences.AppendJSON(append(b, `,"preferences":`...))
	}
	b = appendStrings(append(b, `,"inferred_keys":`...), u.InferredKeys)
	b = strconv.AppendBool(append(b, `,"truncated":`...), u.Truncated)
	b = strconv.AppendBool(append(b, `,"erased":`...), u.Erased)
	b = appendString(append(b, `,"updated_at":`...), FormatTime(u.UpdatedAt))
	b = append(b, `,"caused_by":[`...)
	for i, s := range u.CausedBy {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s.String())
	}
	b = appendString(append(b, `],"as_of":`...), u.AsOf.String())
	b = strconv.AppendBool(append(b, `,"snapshot":`...), u.Snapshot)
	if u.CatalogueVersion > 0 {
		b = strconv.AppendInt(append(b, `,"catalogue_version":`...), u.CatalogueVersion, 10)
	}
	if u.Traceparent != "" {
		b = appendTraceparent(b, u.Traceparent)
	}
	return append(b, '}')
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// MarshalJSON returns what AppendJSON appends.
func (u PreferencesUpdated) MarshalJSON() ([]byte, error) { return u.AppendJSON(nil), nil }

// UnmarshalJSON reads a detail. It is strict, as ParseChange is, and unknown
// fields are ignored, and so is a traceparent that is none. A version other than 1 is a *Refusal. So is everything
// that would mislead a subscriber: a known field of the wrong type or null, no
// user_id, no revision, and no preferences or changes where truncated does not
// say so.
func (u *PreferencesUpdated) UnmarshalJSON(detail []byte) error {
	var buffer memberBuffer
	fields, err := readObject(buffer[:0], detail)
	if err != nil {
		return err
	}
	if err := checkVersion(fields.member("version")); err != nil {
		return err
	}
	for _, name := range updatedFields {
		if fields.member(name).Kind() == 'n' {
			return refuse(Malformed, name, "must not be null")
		}
	}
	type plain PreferencesUpdated // without this method
	var p plain
	if err := json.Unmarshal(detail, &p); err != nil {
		return refuse(Malformed, fieldOf(err), "has the wrong type")
	}
	if err := (*PreferencesUpdated)(&p).Validate(); err != nil {
		return err
	}
	p.Traceparent = fields.traceparent("traceparent")
	*u = PreferencesUpdated(p)
	return nil
}

var updatedFields = [...]string{
	"user_id", "revision", "previous_revision", "changes", "changed_keys", "preferences", "inferred_keys",
	"truncated", "erased", "updated_at", "caused_by", "as_of", "snapshot", "catalogue_version",
}

// Validate checks what UnmarshalJSON asks of an announcement beyond its form,
// and returns a *Refusal that names the first field that breaks a rule.
func (u *PreferencesUpdated) Validate() error {
	if err := validateUserID(u.UserID); err != nil {
		return err
	}
	switch {
	case u.Revision < 1:
		return refuse(Malformed, "revision", "is required and must be at least 1")
	case u.PreviousRevision < 0 || u.PreviousRevision > u.Revision:
		return refuse(Malformed, "previous_revision", "must be between 0 and revision")
	case u.CatalogueVersion < 0:
		return refuse(Malformed, "catalogue_version", "must be positive")
	case slices.Contains(u.InferredKeys, ""): // as null is read
		return refuse(Malformed, "inferred_keys", "must be names of preferences")
	case u.Changes == nil && !u.Truncated:
		return refuse(Malformed, "changes", "is required unless truncated is true")
	case u.Preferences == nil && !u.Truncated:
		return refuse(Malformed, "preferences", "is required unless truncated is true")
	}
	for _, key := range u.Preferences.Keys() {
		if u.Preferences[key] == Unset {
			return refuse(Malformed, fieldOfKey(key), "must not be null")
		}
	}
	return nil
}

// fieldOf is the dotted path at which a decoder found another type.
func fieldOf(err error) string {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) {
		return ""
	}
	field, _ := fieldAt(semantic.JSONPointer)
	return field
}

// FormatTime writes a time as this contract does: RFC 3339, UTC, milliseconds.
func FormatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
