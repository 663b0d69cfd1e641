package filter_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const service = `service: greeter
provider: {name: aws, runtime: provided.al2023, region: eu-central-1}
resources:
  Resources:
    Bus: {Type: AWS::Events::EventBus, Properties: {Name: a-bus}}
    Inbox: {Type: AWS::SQS::Queue, Properties: {QueueName: inbox}}
    InboxPolicy:
      Type: AWS::SQS::QueuePolicy
      Properties:
        Queues: [!Ref Inbox]
        PolicyDocument:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Inbox.Arn}
`

const rule = `    Rule%d:
      Type: AWS::Events::Rule
      Properties:
        Name: %s
        EventBusName: !Ref Bus
        EventPattern: %s
        Targets: [{Id: inbox, Arn: !GetAtt Inbox.Arn}]
`

// The patterns are valid YAML without changes, and mean the same in a serverless.yml.
func TestPatternsToCopyIntoAServerlessYML(t *testing.T) {
	var file strings.Builder
	file.WriteString(service)
	n := 0
	for name := range goldens {
		text, err := os.ReadFile(filepath.Join("patterns", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&file, rule, n, name, strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "\n        "))
		n++
	}
	path := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(path, []byte(file.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := stack.Load(path, stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rules) != len(goldens) {
		t.Errorf("%d rules, want %d", len(s.Rules), len(goldens))
	}
	for _, r := range s.Rules {
		text, err := goldens[r.Name].Pattern()
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(r.Pattern), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-function +serverless.yml):\n%s", r.Name, diff)
		}
	}
}
