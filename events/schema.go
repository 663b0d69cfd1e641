package events

import _ "embed" // for the schemas

// ChangeSchema is the JSON Schema (draft 2020-12) of a PreferenceChange's
// detail. A text that it takes may still be refused: see its descriptions for
// what a schema cannot say. Do not modify.
//
//go:embed preference_change.schema.json
var ChangeSchema []byte

// UpdatedSchema is the JSON Schema (draft 2020-12) of a PreferencesUpdated's
// detail, as the pipeline emits it. Do not modify.
//
//go:embed preferences_updated.schema.json
var UpdatedSchema []byte
