// Package sqsbody says what SQS takes as the body of a message, and how a redriven
// message is marked. Limits and characters follow the SQS API reference (SendMessage).
package sqsbody

import (
	"strings"
	"unicode/utf8"
)

// MaxBytes is the limit of one message, and of one batch request, attributes
// included: 1 MiB.
const MaxBytes = 1 << 20

// Redriven is the message attribute, with the value "true", of a dead letter that was
// sent back to the change queue. Its change is late for another reason than the
// pipeline's speed, which therefore is not measured by it.
const Redriven = "REDRIVEN"

// allowed tells whether SQS takes a character in a body:
// #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
func allowed(r rune) bool {
	return r >= 0x20 && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}

// Allowed tells whether SQS takes all characters of a body.
func Allowed(body string) bool {
	return utf8.ValidString(body) && strings.IndexFunc(body, func(r rune) bool { return !allowed(r) }) < 0
}

// Clean replaces what SQS does not take in a body, bad UTF-8 included, by
// U+FFFD. SQS takes no empty body either: that becomes one U+FFFD.
func Clean(body string) string {
	if body == "" {
		return "\uFFFD"
	}
	return strings.Map(func(r rune) rune { // bad UTF-8 arrives as U+FFFD
		if allowed(r) {
			return r
		}
		return utf8.RuneError
	}, body)
}
