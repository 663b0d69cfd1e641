package env_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/env"
)

func TestRequired(t *testing.T) {
	t.Setenv("TABLE_NAME", "t")
	if v, err := env.Required("TABLE_NAME"); v != "t" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	t.Setenv("TABLE_NAME", "")
	if _, err := env.Required("TABLE_NAME"); err == nil || err.Error() != "the environment variable TABLE_NAME is required" {
		t.Errorf("got %v", err)
	}
}
