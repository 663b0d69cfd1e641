package compile

// For tests.
var (
	Inlined  = inlined
	OnceWith = once
)
