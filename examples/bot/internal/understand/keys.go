package understand

// The keys that phrases set; see the package comment.
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
