package compile

// Inlined is for tests.
var Inlined = inlined
