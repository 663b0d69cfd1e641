package sqs

// AttributesMD5 is MD5OfMessageAttributes of a message's attributes, in
// hexadecimal; empty without attributes.
func AttributesMD5(attributes map[string]Attribute) string { return digestAttributes(attributes) }
