package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const queue = `{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": %s}}}}`

func TestRunPrintsOneLinePerRuleAndStage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	for stage, encrypted := range map[string]string{"dev": "true", "staging": "false", "prod": "true"} {
		write(t, filepath.Join(dir, stage), "cloudformation-template-update-stack.json", strings.Replace(queue, "%s", encrypted, 1))
		write(t, filepath.Join(dir, stage), "serverless-state.json", `{}`)
	}
	var out bytes.Buffer
	broken, err := run([]string{dir}, &out)
	if err != nil || broken != strings.Count(out.String(), "FAIL  ") {
		t.Errorf("%d broken, %v", broken, err)
	}
	for _, line := range []string{
		"ok    dev      shop: a queue is encrypted (1)\n",
		"FAIL  staging  shop: a queue is encrypted (1)\n      Q: neither SqsManagedSseEnabled nor KmsMasterKeyId\n",
		"FAIL  prod     shop: the stack is protected from deletion (1)\n",
		"FAIL  dev      shop: a route has an authorizer (0)\n      there is nothing that this is about: AWS::ApiGatewayV2::Route\n",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is missing in\n%s", line, out.String())
		}
	}
	if strings.Contains(out.String(), "dev      shop: the stack is protected") {
		t.Error("a rule for prod ran for dev")
	}
}

// A rule must find a resource in at least one of the services.
func TestRunLooksAtSeveralServices(t *testing.T) {
	queues, topics := filepath.Join(t.TempDir(), "queues"), filepath.Join(t.TempDir(), "topics")
	for _, stage := range []string{"dev", "staging", "prod"} {
		for dir, text := range map[string]string{
			queues: strings.Replace(queue, "%s", "true", 1), topics: `{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {}}}}`,
		} {
			write(t, filepath.Join(dir, stage), "cloudformation-template-update-stack.json", text)
			write(t, filepath.Join(dir, stage), "serverless-state.json", `{}`)
		}
	}
	var out bytes.Buffer
	broken, err := run([]string{queues, topics}, &out)
	if err != nil || broken != strings.Count(out.String(), "FAIL  ") {
		t.Errorf("%d broken, %v", broken, err)
	}
	for line, want := range map[string]bool{
		"ok    dev      queues: a queue is encrypted (1)\n":                                      true,
		"topics: a queue is encrypted":                                                           false,
		"FAIL  dev      topics: a topic accepts messages only from this stack's alarms (1)\n":    true,
		"queues: a topic takes":                                                                  false,
		"FAIL  dev      queues: a route has an authorizer (0)\n      there is nothing that this": true,
	} {
		if got := strings.Contains(out.String(), line); got != want {
			t.Errorf("%q: %v in\n%s", line, got, out.String())
		}
	}
}

func TestRunNeedsEveryStage(t *testing.T) {
	if _, err := run([]string{t.TempDir()}, &bytes.Buffer{}); err == nil {
		t.Error("an empty folder passes")
	}
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
