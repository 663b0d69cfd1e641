package sqsbody_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
)

func TestCleanLeavesOnlyWhatIsAllowed(t *testing.T) {
	for body, want := range map[string]string{
		"": "\uFFFD", "a\tb\r\n": "a\tb\r\n", "a\x00b": "a\uFFFDb", "\uFFFE\uFFFF": "\uFFFD\uFFFD",
		"\xff": "\uFFFD", "\U0001F98A\uFFFD": "\U0001F98A\uFFFD", "\x7f": "\x7f",
	} {
		got := sqsbody.Clean(body)
		if got != want || !sqsbody.Allowed(got) {
			t.Errorf("%q became %q, want %q", body, got, want)
		}
		if body != "" && sqsbody.Allowed(body) != (got == body) {
			t.Errorf("%q: allowed %t, cleaned to %q", body, sqsbody.Allowed(body), got)
		}
	}
}
