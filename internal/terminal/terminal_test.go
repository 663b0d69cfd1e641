package terminal_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

func TestVisibleLeavesNothingThatATerminalActsOn(t *testing.T) {
	for text, want := range map[string]string{
		"a\x1b[2J\u009bb\n": "a\uFFFD[2J\uFFFDb\uFFFD", "美咲 🙂": "美咲 🙂", "\xff": "\uFFFD", "": "",
	} {
		if got := terminal.Visible(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
