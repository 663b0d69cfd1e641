package build

// For tests.
var (
	Inlined  = inlined
	OnceWith = once
)
