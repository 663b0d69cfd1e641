package main

import (
	"strings"
	"testing"
	"time"
)

// If nobody listens, the first request fails soon, and the command says what it was.
func TestAnEndpointThatIsNotThereFailsSoon(t *testing.T) {
	t.Parallel()
	const nobody = "http://127.0.0.1:1"
	for _, args := range [][]string{
		{"resync", "--user", "u"}, {"resync", "--user", "u", "--queue", nobody + "/q"}, {"snapshot", "--bus", "b", "--checkpoint", "none"},
	} {
		began := time.Now()
		out, err := botprefs(t, append(args, "--endpoint", nobody)...)
		if err == nil || !strings.Contains(err.Error(), "nothing answers there") || !strings.Contains(out, "asking "+nobody+" for stack bot-preferences-dev") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%q took %s", args, took)
		}
	}
}
