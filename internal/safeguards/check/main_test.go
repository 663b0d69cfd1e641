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
	dir := t.TempDir()
	for stage, encrypted := range map[string]string{"dev": "true", "staging": "false", "prod": "true"} {
		write(t, filepath.Join(dir, stage), "cloudformation-template-update-stack.json", strings.Replace(queue, "%s", encrypted, 1))
		write(t, filepath.Join(dir, stage), "serverless-state.json", `{}`)
	}
	var out bytes.Buffer
	broken, err := run(dir, &out)
	if err != nil || broken != strings.Count(out.String(), "FAIL  ") {
		t.Errorf("%d broken, %v", broken, err)
	}
	for _, line := range []string{
		"ok    dev      a queue is encrypted (1)\n",
		"FAIL  staging  a queue is encrypted (1)\n      Q: neither SqsManagedSseEnabled nor KmsMasterKeyId\n",
		"FAIL  prod     the stack is protected from deletion (1)\n",
		"FAIL  dev      a route has an authorizer (0)\n      there is nothing that this is about: AWS::ApiGatewayV2::Route\n",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is missing in\n%s", line, out.String())
		}
	}
	if strings.Contains(out.String(), "dev      the stack is protected") {
		t.Error("a rule for prod ran for dev")
	}
}

func TestRunNeedsEveryStage(t *testing.T) {
	if _, err := run(t.TempDir(), &bytes.Buffer{}); err == nil {
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
