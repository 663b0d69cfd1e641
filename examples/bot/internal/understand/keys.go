package understand

// KeyLanguage is the key of the language, which a person states and which Inferred infers.
const KeyLanguage = "language"

// The other keys that phrases set; see the package comment.
const (
	keyName       = "name"
	keyTone       = "tone"
	keyVerbosity  = "verbosity"
	keyQuietAfter = "quiet_after"
	keyEmoji      = "emoji"

	formal   = "formal"
	informal = "informal"
	brief    = "brief"
	detailed = "detailed"
)
