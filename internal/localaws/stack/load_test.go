package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// osls 4.3.1 compiled testdata/template.json from testdata/serverless.yml.
const (
	exampleFile     = "testdata/serverless.yml"
	exampleTemplate = "testdata/template.json"
)

func mustLoad(t *testing.T, path string, o stack.Options) *stack.Stack {
	t.Helper()
	s, err := stack.Load(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheCompiledTemplateGivesTheSameStack(t *testing.T) {
	local := func(name string) string { return "http://127.0.0.1:4566/123456789012/" + name }
	stream := func(table string) string { return "arn:aws:dynamodb:::stream-of-" + table }
	for name, o := range map[string]stack.Options{
		"defaults":       {},
		"everything set": {Account: "123456789012", QueueURL: local, StreamARN: stream},
	} {
		t.Run(name, func(t *testing.T) {
			fromFile := mustLoad(t, exampleFile, o)
			o.Service, o.Stage, o.Region = "orders", "dev", "eu-west-1"
			fromTemplate, err := stack.LoadTemplate(exampleTemplate, o)
			if err != nil {
				t.Fatal(err)
			}
			ignore := cmpopts.IgnoreFields(stack.Function{}, "Artifact", "Permissions")
			if diff := cmp.Diff(fromTemplate, fromFile, ignore, cmpopts.IgnoreFields(stack.Stack{}, "Resources")); diff != "" {
				t.Errorf("template (-) and serverless.yml (+) differ:\n%s", diff)
			}
			a, errA := fromFile.JSON()
			b, errB := fromTemplate.JSON()
			if errA != nil || errB != nil || string(a) != string(b) {
				t.Errorf("the JSON forms differ (%v, %v):\n%s", errA, errB, cmp.Diff(string(b), string(a)))
			}
		})
	}
}

func TestJSONForm(t *testing.T) {
	got, err := mustLoad(t, exampleFile, stack.Options{}).JSON()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/stack.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("testdata/stack.json (-) and the stack (+) differ:\n%s", diff)
	}
}

func TestOptionsReachTheStack(t *testing.T) {
	s := mustLoad(t, exampleFile, stack.Options{
		Stage:     "prod",
		Region:    "us-east-2",
		Account:   "123456789012",
		Params:    map[string]string{"batch": "50"},
		Env:       func(name string) (string, bool) { return "from " + name, name == "STACK_TEST_UNSET_TOO" },
		QueueURL:  func(name string) string { return "http://127.0.0.1:4566/123456789012/" + name },
		StreamARN: func(table string) string { return "arn:aws:dynamodb:::stream-of-" + table },
	})
	ship := s.Functions[0]
	for what, pair := range map[string][2]any{
		"stage":                {s.Stage, "prod"},
		"region":               {s.Region, "us-east-2"},
		"function ARN":         {ship.ARN, "arn:aws:lambda:us-east-2:123456789012:function:orders-prod-ship_orders"},
		"artifact":             {ship.Artifact, "dist/ship.zip"},
		"queue URL":            {ship.Environment["QUEUE_URL"], "http://127.0.0.1:4566/123456789012/orders-prod-returns"},
		"environment variable": {ship.Environment["SECRET"], "from STACK_TEST_UNSET_TOO"},
		"--param wins":         {s.QueueMappings[0].BatchSize, 50},
		"the stage's param":    {s.QueueMappings[0].WindowSeconds, 5},
		"stream ARN":           {s.StreamMappings[0].StreamARN, "arn:aws:dynamodb:::stream-of-orders"},
		"table's stream":       {s.Tables[0].StreamARN, "arn:aws:dynamodb:::stream-of-orders"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %v, want %v", what, pair[0], pair[1])
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.yml")
	complete := stack.Options{Service: "orders", Stage: "dev"}
	for name, c := range map[string]struct {
		load func() (*stack.Stack, error)
		want string
	}{
		"no such serverless.yml":   {func() (*stack.Stack, error) { return stack.Load(missing, stack.Options{}) }, "read the stack: open "},
		"no such template":         {func() (*stack.Stack, error) { return stack.LoadTemplate(missing, complete) }, "read the template: open "},
		"template without service": {func() (*stack.Stack, error) { return stack.LoadTemplate(exampleTemplate, stack.Options{Stage: "dev"}) }, "Options.Service and Options.Stage are required"},
		"template without stage": {func() (*stack.Stack, error) {
			return stack.LoadTemplate(exampleTemplate, stack.Options{Service: "orders"})
		}, "Options.Service and Options.Stage are required"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := c.load()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v does not contain %q", err, c.want)
			}
			if s != nil {
				t.Error("a stack came with the error")
			}
		})
	}
}
