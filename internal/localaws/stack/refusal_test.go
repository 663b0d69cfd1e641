package stack_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// refusal is the example file with one change, and a part of the expected error: path
// and rule.
type refusal struct {
	name     string
	old, new string // old must stand in the file, once or more; all are replaced
	want     string
}

func (c refusal) apply(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), c.old) {
		t.Fatalf("%s does not contain %q", file, c.old)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), c.old, c.new)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (c refusal) check(t *testing.T, s *stack.Stack, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("was accepted; want an error that contains %q", c.want)
	}
	if s != nil {
		t.Error("a stack came with the error")
	}
	if !strings.Contains(err.Error(), c.want) {
		t.Errorf("error does not contain %q:\n%v", c.want, err)
	}
	var p *stack.Problem
	if !errors.As(err, &p) {
		t.Errorf("no Problem: %v", err)
	}
}

func refuseAll(t *testing.T, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := stack.Load(c.apply(t, exampleFile), stack.Options{})
			c.check(t, s, err)
		})
	}
}

func TestProblemsNameFileLinePathAndRule(t *testing.T) {
	for _, c := range []struct {
		refusal
		line string // what stands on the line
	}{
		{refusal{"a setting", "    timeout: 10\n", "    timeout: ten\n", "functions.ship_orders.timeout: must be a whole number"}, "    timeout: ten"},
		{refusal{"a name", "    timeout: 10\n", "    vpc: {}\n", "functions.ship_orders.vpc: localaws does not know this setting of a function"}, "    vpc: {}"},
		{refusal{"a block begins at its name", "Type: AWS::IAM::Role", "Type: Some::Thing", "resources.Resources.ShipRole: localaws does not know resources of type Some::Thing"}, "    ShipRole:"},
		{refusal{"an item of a list", "'post /orders'", "'steal /orders'", `functions.take-orders.events.1.httpApi: "STEAL /orders" is not a method and a path, such as GET /preferences`}, "      - httpApi: 'steal /orders'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := c.apply(t, exampleFile)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			line := 1 + slices.Index(strings.Split(string(data), "\n"), c.line)
			_, err = stack.Load(path, stack.Options{})
			want := fmt.Sprintf("%s:%d: %s", path, line, c.want)
			if err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestAllProblemsAreReportedInTheOrderOfTheFile(t *testing.T) {
	c := refusal{old: "QueueName: dead", new: "QueueName: dead\n        Color: red\n        DelaySeconds: 901"}
	_, err := stack.Load(c.apply(t, exampleFile), stack.Options{})
	if err == nil {
		t.Fatal("was accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "DeadLetters.Properties.Color: ") || !strings.Contains(lines[1], "DeadLetters.Properties.DelaySeconds: ") {
		t.Errorf("want two problems, Color and DelaySeconds, in this order:\n%v", err)
	}
}
