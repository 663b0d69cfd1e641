package main

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

// commandLine is a command of this program that reaches the same stack.
func (o *clientOptions) commandLine(subcommand string) string {
	return cli.Program() + " " + subcommand + o.sameStack()
}

// lettersOf is the command that lists the dead letters of a user.
func (o *clientOptions) lettersOf(userID string) string {
	return o.commandLine("dlq list") + " --of changes --user " + shellQuoted(userID)
}

// shellQuoted is an argument as a POSIX shell takes it.
func shellQuoted(text string) string {
	plain := func(r rune) bool {
		return r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+,./:=_-", r))
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
