package main

import (
	"strings"
	"testing"
)

// lab runs the command line and returns what it printed.
func lab(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), args, strings.NewReader(""), &out, &out)
	return out.String(), err
}

func TestAMistypedCommandLineIsNamedInOneSentence(t *testing.T) {
	for line, want := range map[string]string{
		"bench gate --bogus":             `bench gate: unknown flag "--bogus" (lab bench gate --help lists the flags)`,
		"sim --for soon":                 `sim: --for: "soon" is not a duration such as 30s, 5m or 8h (lab sim --help lists the flags)`,
		"sim --seed -1":                  `sim: --seed: "-1" is not a whole number (lab sim --help lists the flags)`,
		"mutants --seeds":                `mutants: --seeds needs a value (lab mutants --help lists the flags)`,
		"bench gait":                     `bench: unknown subcommand "gait": did you mean gate? (lab bench --help lists the subcommands)`,
		"differential table --seed 5":    `differential: unknown subcommand "table": did you mean tables? (lab differential --help lists the subcommands)`,
		"nonsense":                       `unknown subcommand "nonsense" (lab --help lists the subcommands)`,
		"resources surplus":              `resources takes no arguments, and got "surplus"`,
		"differential queues --seed 5 6": `differential queues takes no arguments, and got "6"`,
		"safeguards":                     `safeguards: name the folder of at least one service`,
	} {
		out, err := lab(t, strings.Fields(line)...)
		if err == nil || err.Error() != want || out != "" {
			t.Errorf("%s: %v\nwant %s\n%s", line, err, want, out)
		}
	}
}

func TestAGroupNeedsASubcommand(t *testing.T) {
	for line, want := range map[string]string{"": "name a subcommand", "bench": "bench: name a subcommand", "differential": "differential: name a subcommand"} {
		if out, err := lab(t, strings.Fields(line)...); err == nil || err.Error() != want || !strings.Contains(out, "Subcommands:") {
			t.Errorf("%q: %v\n%s", line, err, out)
		}
	}
}

func TestHelpListsTheSubcommands(t *testing.T) {
	for line, names := range map[string]string{
		"--help":               "sim mutants bench differential resources safeguards",
		"bench --help":         "all coldstart sidebyside throughput latency cost growth deliveries gate",
		"help differential":    "patterns tables queues",
		"bench latency --help": "--load --changes",
	} {
		out, err := lab(t, strings.Fields(line)...)
		for _, name := range strings.Fields(names) {
			if err != nil || !strings.Contains(out, "  "+name) && !strings.Contains(out, " "+name+" ") {
				t.Errorf("%s does not name %s: %v\n%s", line, name, err, out)
			}
		}
	}
}

func TestSafeguardsNamesTheFolder(t *testing.T) {
	folder := t.TempDir()
	if _, err := lab(t, "safeguards", folder); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("%v", err)
	}
}

func TestResourcesAreThoseOfTheStage(t *testing.T) {
	out, err := lab(t, "resources", "--stage", "prod")
	if err != nil || !strings.Contains(out, `"bot-preferences-prod-changes"`) {
		t.Errorf("%v\n%.300s", err, out)
	}
}
