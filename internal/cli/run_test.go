package cli

import "testing"

func TestProgramIsWhatCanBeCalledAgain(t *testing.T) {
	for called, want := range map[string]string{
		"botprefs": "botprefs", ".bin/botprefs": ".bin/botprefs", "/usr/local/bin/botprefs": "/usr/local/bin/botprefs",
		"/tmp/go-build123/b001/exe/botprefs":      "go run ./cmd/botprefs",
		"/root/.cache/go-build/ab/abc-d/botprefs": "go run ./cmd/botprefs", "/tmp/botprefs": "/tmp/botprefs",
	} {
		if got := program(called); got != want {
			t.Errorf("%s: %q, want %q", called, got, want)
		}
	}
}
