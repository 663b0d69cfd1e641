package queue

import (
	"strings"
	"unicode/utf8"
)

// allowed tells whether SQS takes a character in a body:
// #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
func allowed(r rune) bool {
	return r >= 0x20 && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}

func allowedText(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !allowed(r) }) < 0
}

// clean replaces what SQS does not take in a body, bad UTF-8 included, by
// U+FFFD. Nothing at all, which it does not take either, becomes one U+FFFD.
func clean(body string) string {
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

// cut shortens valid UTF-8 to at most max bytes without splitting a character.
func cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

func isPrintable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// printable replaces what is not printable ASCII by "?" and cuts at max bytes.
func printable(s string, max int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	if len(s) > max {
		return s[:max-3] + "..."
	}
	return s
}
