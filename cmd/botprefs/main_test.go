package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v4"
)

func TestAMistypedCommandLineIsNamedInOneSentence(t *testing.T) {
	for line, want := range map[string]string{
		"snapshot --bogus":        `snapshot: unknown flag "--bogus" (botprefs snapshot --help lists the flags)`,
		"resync -x":               `resync: unknown flag "-x" (botprefs resync --help lists the flags)`,
		"--bogus":                 `botprefs: unknown flag "--bogus" (botprefs --help lists the flags)`,
		"snapshot --rate":         `snapshot: --rate needs a value (botprefs snapshot --help lists the flags)`,
		"snapshot --rate fast":    `snapshot: --rate: "fast" is not a number (botprefs snapshot --help lists the flags)`,
		"snapshot --segments 1.5": `snapshot: --segments: "1.5" is not a whole number (botprefs snapshot --help lists the flags)`,
		"snapshot --segments 99999999999999999999": `snapshot: --segments: 99999999999999999999 is too large (botprefs snapshot --help lists the flags)`,
		"snapshot --restart=maybe":                 `snapshot: --restart: "maybe" is not true or false (botprefs snapshot --help lists the flags)`,
		"bench gate --bogus":                       `bench gate: unknown flag "--bogus" (botprefs bench gate --help lists the flags)`,
		"sim --for soon":                           `sim: --for: "soon": time: invalid duration "soon" (botprefs sim --help lists the flags)`,
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

// Every benchmark refuses what it does not take, by name, before it measures.
func TestBenchmarksRefuseWhatTheyDoNotTake(t *testing.T) {
	for _, section := range sections {
		name := section(streams{}).Name
		if out, err := botprefs(t, "bench", name, "surplus"); err == nil || !strings.Contains(err.Error(), `"surplus"`) || out != "" {
			t.Errorf("bench %s: %v\n%s", name, err, out)
		}
	}
	for _, line := range []string{"throughput --rounds", "throughput --batches", "coldstart --runs", "peers --rounds", "peers --batches"} {
		_, flag, _ := strings.Cut(line, " ")
		want := flag + " is 0, and must be 1 or more"
		if _, err := botprefs(t, append(strings.Fields("bench "+line), "0")...); err == nil || err.Error() != want {
			t.Errorf("%s 0: %v, want %s", line, err, want)
		}
	}
}

// What ff says of something else is told as it is.
func TestWhatIsNoMistypedFlagStays(t *testing.T) {
	if err := misused("snapshot", nil, ff.ErrAlreadyParsed); !errors.Is(err, ff.ErrAlreadyParsed) {
		t.Errorf("%v", err)
	}
}
