package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// complete is what the scripts of all shells ask for: the words that may follow.
func complete(t *testing.T, words ...string) []string {
	t.Helper()
	var out, discarded strings.Builder
	if err := run(t.Context(), append([]string{cobra.ShellCompNoDescRequestCmd}, words...), strings.NewReader(""), &out, &discarded); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	return lines[:len(lines)-1] // the last line is a directive
}

func TestCompletionOffersWhatMayFollow(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte("[default]\nregion = eu-west-1\n[profile work]\n[sso-session x]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	for line, want := range map[string][]string{
		"re":                         {"redrive", "resync"},
		"help ":                      {"advance-revisions", "build", "catalogue", "completion", "dev", "dlq", "doctor", "explain", "export", "get", "hash", "import", "publish", "redrive", "resync", "snapshot", "version", "watch"},
		"help bog us":                {},
		"redrive --output ":          {"table", "json"},
		"version --output ":          {"table", "json"},
		"build --output ":            {"table", "json"},
		"dev --stage ":               {"dev", "staging", "prod"},
		"resync --stage ":            {"dev", "staging", "prod"},
		"redrive --code ":            {"malformed", "unknown_version", "from_the_future", "too_old", "too_large", "profile_too_large", "unreadable", "undeliverable", "redrive"},
		"snapshot --endpoint ":       {"http://127.0.0.1:4566"},
		"snapshot --event":           {"--events-rate"},
		"snapshot --queue ":          {},
		"redrive --profile ":         {"default", "work"},
		"publish u --output ":        {"table", "json"},
		"get --api ":                 {"http://127.0.0.1:8080"},
		"get ":                       {},
		"watch ":                     {},
		"snapshot --bus b ":          {},
		"completion ":                {"bash", "fish", "powershell", "zsh"},
		"build --file ":              {"yml", "yaml"},
		"advance-revisions --segm":   {"--segments"},
		"advance-revisions --table ": {},
	} {
		if got := complete(t, strings.Split(line, " ")...); !slices.Equal(got, want) {
			t.Errorf("%q is completed by %q, want %q", line, got, want)
		}
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		script, err := botprefs(t, "completion", shell)
		if err != nil || !strings.Contains(script, "botprefs") {
			t.Errorf("%s: %v", shell, err)
		}
	}
}

// Bash runs the script with a stand-in for the one function that it takes from the
// package bash-completion. The program is this test's binary. Bash complains on standard
// error that nobody has pressed Tab.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	const script = `_get_comp_words_by_ref() {
	words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
}
source <(botprefs completion bash)
COMP_WORDS=(botprefs redrive --output j) COMP_CWORD=3 COMP_LINE="botprefs redrive --output j" COMP_POINT=27 COMP_TYPE=9
__start_botprefs
echo "${COMPREPLY[@]}"`
	c := exec.CommandContext(t.Context(), bash, "--norc", "-c", script)
	c.Env = programEnv(t)
	if out, err := c.Output(); err != nil || strings.TrimSpace(string(out)) != "json" {
		t.Errorf("%v, it offers %q", err, out)
	}
}
