package main

import (
	"strings"
	"testing"
)

func TestAMistypedCommandLineIsNamedInOneSentence(t *testing.T) {
	for line, want := range map[string]string{
		"snapshot --bogus":        `snapshot: unknown flag "--bogus" (botprefs snapshot --help lists the flags)`,
		"resync --x":              `resync: unknown flag "--x" (botprefs resync --help lists the flags)`,
		"resync --x=1":            `resync: unknown flag "--x" (botprefs resync --help lists the flags)`,
		"resync -x":               `resync: unknown flag "-x" (botprefs resync --help lists the flags)`,
		"--bogus":                 `unknown flag "--bogus" (botprefs --help lists the flags)`,
		"snapshot --rate":         `snapshot: --rate needs a value (botprefs snapshot --help lists the flags)`,
		"snapshot --rate fast":    `snapshot: --rate: "fast" is not a number (botprefs snapshot --help lists the flags)`,
		"snapshot --segments 1.5": `snapshot: --segments: "1.5" is not a whole number (botprefs snapshot --help lists the flags)`,
		"snapshot --segments 99999999999999999999": `snapshot: --segments: 99999999999999999999 is too large (botprefs snapshot --help lists the flags)`,
		"watch --for soon":                         `watch: --for: "soon" is not a duration such as 30s, 5m or 8h (botprefs watch --help lists the flags)`,
		"snapshot --restart=maybe":                 `snapshot: --restart: "maybe" is not true or false (botprefs snapshot --help lists the flags)`,
		"redrive --output yaml":                    `redrive: --output: "yaml": it must be table or json (botprefs redrive --help lists the flags)`,
	} {
		out, err := botprefs(t, strings.Fields(line)...)
		if err == nil || err.Error() != want || out != "" {
			t.Errorf("%s: %v\nwant %s\n%s", line, err, want, out)
		}
	}
}

func TestAFlagThatIsEmptyIsRefused(t *testing.T) {
	for _, args := range [][]string{
		{"snapshot", "--queue", ""}, {"snapshot", "--bus", "b", "--keys", ""}, {"snapshot", "--bus", "b", "--endpoint", ""},
		{"snapshot", "--bus", "b", "--checkpoint", ""},
		{"resync", "--user", "u", "--queue", ""}, {"resync", "--user", "u", "--bus", ""}, {"resync", "--dead-letters", ""},
		{"resync", "--user", "u", "--stage", ""}, {"resync", "--user", "u", "--table", ""}, {"resync", "--user", "u", "--region", ""},
	} {
		want := args[len(args)-2] + " is empty: give it a value, or leave it out"
		if out, err := botprefs(t, args...); err == nil || err.Error() != want || out != "" {
			t.Errorf("%q: %v, want %s\n%s", args, err, want, out)
		}
	}
}

func TestCommandLineErrorsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"no subcommand", "name a subcommand", nil},
		{"unknown subcommand", `unknown subcommand "nonsense"`, []string{"nonsense"}},
		{"a mistyped subcommand", `unknown subcommand "snapshto": did you mean snapshot? (botprefs --help lists the subcommands)`, []string{"snapshto", "--bus", "b"}},
		{"a part of a subcommand", "did you mean redrive or resync?", []string{"re"}},
		{"help for a mistyped subcommand", `unknown subcommand "bild": did you mean build?`, []string{"help", "bild"}},
		{"an unknown shell", `completion: unknown subcommand "ksh"`, []string{"completion", "ksh"}},
		{"surplus arguments of build", `build takes no arguments, and got "all"`, []string{"build", "all"}},
		{"unknown flag", "nonsense", []string{"dev", "--nonsense"}},
		{"send without a choice", "choose letters", []string{"redrive", "--send"}},
		{"send and discard", "exclude each other", []string{"redrive", "--send", "--discard", "--all"}},
		{"an id too short", "first 4 characters", []string{"redrive", "--send", "abc"}},
		{"outside the repository", "no folder with go.mod", []string{"build", "--dir", "/"}},
		{"an address that others could reach", "only this machine", []string{"dev", "--aws-addr", "0.0.0.0:0"}},
		{"an address without a port", "must be host:port", []string{"dev", "--http-addr", "nowhere", "--aws-addr", "127.0.0.1:0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := botprefs(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestHelpListsTheSubcommands(t *testing.T) {
	out, err := botprefs(t, "--help")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"dev", "build", "redrive", "snapshot", "resync", "advance-revisions", "version", "completion", "help"} {
		if !strings.Contains(out, want) {
			t.Errorf("help does not name %s:\n%s", want, out)
		}
	}
}

// Help is no error, and goes to standard output.
func TestHelpOfASubcommand(t *testing.T) {
	for _, args := range [][]string{{"redrive", "--help"}, {"redrive", "-h"}, {"help", "redrive"}} {
		var out, errors strings.Builder
		err := run(t.Context(), args, strings.NewReader(""), &out, &errors)
		if err != nil || errors.Len() > 0 {
			t.Errorf("%q: %v, on standard error %q", args, err, &errors)
		}
		for _, want := range []string{"botprefs redrive [flags] [id ...]", "--discard", "--dry-run", "RFC 3339", "Examples:"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q does not say %q:\n%s", args, want, &out)
			}
		}
	}
}

func TestWithoutASubcommandHelpGoesToStandardError(t *testing.T) {
	var out, errors strings.Builder
	if err := run(t.Context(), nil, strings.NewReader(""), &out, &errors); err == nil || out.Len() > 0 || !strings.Contains(errors.String(), "redrive") {
		t.Errorf("%v, on standard output %q, on standard error %q", err, &out, &errors)
	}
}
