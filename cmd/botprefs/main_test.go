package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/peterbourgon/ff/v4"
)

func TestAMistypedCommandLineIsNamedInOneSentence(t *testing.T) {
	for line, want := range map[string]string{
		"snapshot --bogus":        `snapshot: unknown flag "--bogus" (botprefs snapshot --help lists the flags)`,
		"resync --x":              `resync: unknown flag "--x" (botprefs resync --help lists the flags)`,
		"resync --x=1":            `resync: unknown flag "--x" (botprefs resync --help lists the flags)`,
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
	for line, want := range map[string]string{
		"throughput --rounds 0":          "--rounds is 0, and must be from 1 to 1000",
		"throughput --rounds 1001":       "--rounds is 1001, and must be from 1 to 1000",
		"throughput --batches 0":         "--batches is 0, and must be from 1 to 1000",
		"coldstart --runs 0":             "--runs is 0, and must be from 1 to 10000",
		"peers --rounds 0":               "--rounds is 0, and must be from 1 to 100",
		"peers --batches 0":              "--batches is 0, and must be from 1 to 100",
		"deliveries --changes 0":         "--changes is 0, and must be from 1 to 100000",
		"deliveries --rate 1001":         "--rate is 1001, and must be from 1 to 1000",
		"latency --changes 9":            "--changes is 9, and must be from 10 to 100000",
		"latency --load 10,0":            "--load 10,0: 0 is not from 1 to 100 percent of the capacity",
		"throughput --dynamodb nonsense": "--dynamodb nonsense: it must be a URL such as http://127.0.0.1:8000",
	} {
		if _, err := botprefs(t, strings.Fields("bench "+line)...); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

// Where dynoxide is installed bench throughput measures beside it: one that does not start is an error.
func TestThroughputIsMeasuredBesideThePeerThatIsInstalled(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("BOTPREFS_PEERS", dir)
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "bin"), 0o755), os.WriteFile(filepath.Join(dir, "bin", "dynoxide"), []byte("#!/bin/sh\nexit 1\n"), 0o755)); err != nil {
		t.Fatal(err)
	}
	if _, err := botprefs(t, "bench", "throughput", "--rounds", "1", "--batches", "1"); err == nil || !strings.Contains(err.Error(), "dynoxide") {
		t.Errorf("%v", err)
	}
}

// What ff says of something else is told as it is.
func TestWhatIsNoMistypedFlagStays(t *testing.T) {
	if err := misused("snapshot", nil, ff.ErrAlreadyParsed); !errors.Is(err, ff.ErrAlreadyParsed) {
		t.Errorf("%v", err)
	}
}
