package understand

// The preferences that phrases give; see the package comment.
const (
	keyName       = "name"
	keyLanguage   = "language"
	keyTone       = "tone"
	keyVerbosity  = "verbosity"
	keyQuietAfter = "quiet_after"
	keyEmoji      = "emoji"

	formal   = "formal"
	informal = "informal"
	brief    = "brief"
	detailed = "detailed"
)
