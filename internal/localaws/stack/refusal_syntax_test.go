package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func TestRefusesOtherYAML(t *testing.T) {
	refuseAll(t, []refusal{
		{"unclosed bracket", "custom:\n", "custom: [\n", "not YAML: "},
		{"second document", "custom:\n", "---\ncustom:\n", "only one YAML document, please"},
		{"alias", "custom:\n", "custom:\n  a: &a 1\n  b: *a\n", "custom.b: YAML aliases are not supported; use ${self:...}"},
		{"merge key", "custom:\n", "custom:\n  a: {<<: {b: 1}}\n", "custom.a.<<: YAML merge keys and composite keys are not supported"},
		{"composite key", "custom:\n", "custom:\n  ? [a]\n  : 1\n", "YAML merge keys and composite keys are not supported"},
		{"key twice", "custom:\n", "service: again\ncustom:\n", "service: stands here twice; first on line 2"},
		{"boolean in capitals", "custom:\n", "custom:\n  a: True\n", "custom.a: write a boolean as true or false, not True"},
		{"hexadecimal number", "custom:\n", "custom:\n  a: 0x10\n", "custom.a: write the number 0x10 in plain decimals, or quote it"},
		{"octal number", "custom:\n", "custom:\n  a: 010\n", "custom.a: write the number 010 in plain decimals, or quote it"},
		{"infinite number", "custom:\n", "custom:\n  a: .inf\n", "custom.a: write the number .inf in plain decimals, or quote it"},
		{"unquoted date", "custom:\n", "custom:\n  Version: 2012-10-17\n", "custom.Version: quote 2012-10-17: unquoted it is a timestamp"},
		{"binary", "custom:\n", "custom:\n  a: !!binary aGk=\n", "custom.a: the YAML tag !!binary is not supported"},
		{"unknown short tag", "custom:\n", "custom:\n  a: !ImportValue b\n", "custom.a: the intrinsic !ImportValue is not supported"},
	})
}

func TestRefusesFilesThatAreNoMaps(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"empty":     {"", ": the file is empty"},
		"a list":    {"- a\n- b\n", ":1: must be a map, not a list"},
		"one value": {"hello\n", ":1: must be a map, not text"},
		"null":      {"null\n", ":1: must be a map, not null"},
		"comments":  {"# nothing\n", ": the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "serverless.yml")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := stack.Load(path, stack.Options{}); err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("got %v, want an error that ends in %q", err, c.want)
			}
			o := stack.Options{Service: "a", Stage: "b"}
			if _, err := stack.LoadTemplate(path, o); err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("as a template: got %v, want an error that ends in %q", err, c.want)
			}
		})
	}
}

func TestRefusesOtherOptions(t *testing.T) {
	for name, c := range map[string]struct {
		options stack.Options
		want    string
	}{
		"stage with a slash": {stack.Options{Stage: "a/b"}, `stage "a/b": only letters, digits and hyphens`},
		"no region":          {stack.Options{Region: "Mars"}, `region "Mars" is not of the form us-east-1`},
		"short account":      {stack.Options{Account: "12"}, `account "12" is not twelve digits`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := stack.Load(exampleFile, c.options); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that contains %q", err, c.want)
			}
			o := c.options
			o.Service, o.Stage = "orders", orDefault(o.Stage)
			if _, err := stack.LoadTemplate(exampleTemplate, o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("as a template: got %v, want an error that contains %q", err, c.want)
			}
		})
	}
}

func orDefault(stage string) string {
	if stage == "" {
		return "dev"
	}
	return stage
}
