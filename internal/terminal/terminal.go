// Package terminal makes text from elsewhere safe to print.
package terminal

import (
	"strings"
	"unicode"
)

// Visible replaces the characters on which a terminal would act by U+FFFD.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
