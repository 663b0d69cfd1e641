package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

// Every benchmark refuses what it does not take, by name, before it measures.
func TestBenchmarksRefuseWhatTheyDoNotTake(t *testing.T) {
	for _, section := range sections {
		name := section(cli.Streams{}).Name()
		if out, err := lab(t, "bench", name, "surplus"); err == nil || !strings.Contains(err.Error(), `"surplus"`) || out != "" {
			t.Errorf("bench %s: %v\n%s", name, err, out)
		}
	}
	for line, want := range map[string]string{
		"throughput --rounds 0":          "--rounds is 0, and must be from 1 to 1000",
		"throughput --rounds 1001":       "--rounds is 1001, and must be from 1 to 1000",
		"throughput --batches 0":         "--batches is 0, and must be from 1 to 1000",
		"coldstart --runs 0":             "--runs is 0, and must be from 1 to 10000",
		"sidebyside --rounds 0":          "--rounds is 0, and must be from 1 to 100",
		"sidebyside --batches 0":         "--batches is 0, and must be from 1 to 100",
		"deliveries --changes 0":         "--changes is 0, and must be from 1 to 100000",
		"deliveries --rate 1001":         "--rate is 1001, and must be from 1 to 1000",
		"latency --changes 9":            "--changes is 9, and must be from 10 to 100000",
		"latency --load 10,0":            "--load 10,0: 0 is not from 1 to 100 percent of the capacity",
		"throughput --dynamodb nonsense": "--dynamodb nonsense: it must be a URL such as http://127.0.0.1:8000",
	} {
		if _, err := lab(t, strings.Fields("bench "+line)...); err == nil || err.Error() != want {
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
	if _, err := lab(t, "bench", "throughput", "--rounds", "1", "--batches", "1"); err == nil || !strings.Contains(err.Error(), "dynoxide") {
		t.Errorf("%v", err)
	}
}
