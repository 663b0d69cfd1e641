package cli

import (
	"fmt"
	"strconv"
)

// Grouped is a number with a comma after each thousand.
func Grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Plural counts things: "1 profile", "2,000 profiles".
func Plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Grouped(n) + " " + thing + "s"
}

// Quoted is a user id, safe to print. It is ASCII, so that names that look alike
// are told apart.
func Quoted(id string) string {
	text := fmt.Sprintf("%+q", id)
	return text[1 : len(text)-1]
}
