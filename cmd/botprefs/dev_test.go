package main

import (
	"bytes"
	"strings"
	"testing"
)

// "dev http://..." would otherwise serve, with the table in memory.
func TestDevTakesNoArguments(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{"dev", "http://127.0.0.1:8000"}, strings.NewReader(""), &out, &out)
	if err == nil || !strings.Contains(err.Error(), "dev takes no arguments") {
		t.Errorf("error %v", err)
	}
}
