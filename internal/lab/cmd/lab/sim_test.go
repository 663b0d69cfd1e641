package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// simulate runs lab sim on this repository's pipeline.
func simulate(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(context.Background(), append([]string{"sim", "--config", "../../../../serverless.yml"}, args...), strings.NewReader(""), &out, os.Stderr)
	return out.String(), err
}

func TestSimRange(t *testing.T) {
	out, err := simulate(t, "--from", "5", "--seeds", "3", "--workers", "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"3 histories from seed 5", "request answered", "every guarantee holds"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}

func TestSimOneSeedIsTold(t *testing.T) {
	out, err := simulate(t, "--seed", "5")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"UpdateItem answered", "table: u", "from here on nothing is disturbed", "seed 5: "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}

func TestSimStepsAlone(t *testing.T) {
	out, err := simulate(t, "--seed", "5", "--only", "1,2,3")
	if err != nil || !strings.Contains(out, "seed 5: 3 steps") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestSimRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--seed 5 --only 1,x", `--only: "x" is not the number of a step`},
		{"--seed 5 --only 1,99999", "there is no step 99999"},
		{"--only 1", "--only needs --seed"},
		{"--seed 5 --seeds 10", "--seeds is of a range of seeds"},
		{"--seed 5 --for 1h", "--for is of a range of seeds"},
		{"--seeds 0", "--seeds must be at least 1"},
		{"--workers 0", "--workers must be at least 1"},
		{"--for -1s", "--for must not be negative"},
		{"more", "takes no arguments"},
		{"--config nowhere.yml", "nowhere.yml"},
	} {
		_, err := simulate(t, strings.Fields(c.args)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("sim %s: %v, want %q", c.args, err, c.want)
		}
	}
}
