package stack_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// unnamed is a service that leaves every name to CloudFormation, except for that of the
// bus. CloudFormation demands it: Name is the only required property in the reference of
// AWS::Events::EventBus.
const unnamed = `
service: greeting
provider:
  name: aws
  runtime: provided.al2023
  environment:
    TABLE: !Ref Greetings
    QUEUE: !Ref Changes
    RULE: !Ref Changed
    OWN: !Ref Daily
    BUCKET: !Ref Pictures
    ROLE: !GetAtt GreetRole.Arn
functions:
  greet:
    handler: greet
    role: GreetRole
    events:
      - sqs: {arn: !GetAtt Changes.Arn}
resources:
  Resources:
    GreetRole: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
    Pictures: {Type: AWS::S3::Bucket}
    Bus: {Type: AWS::Events::EventBus, Properties: {Name: greetings}}
    Greetings:
      Type: AWS::DynamoDB::Table
      Properties:
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
        KeySchema: [{AttributeName: id, KeyType: HASH}]
    Changes: {Type: AWS::SQS::Queue}
    ChangesPolicy:
      Type: AWS::SQS::QueuePolicy
      Properties:
        Queues: [!Ref Changes]
        PolicyDocument:
          Statement:
            - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Changes.Arn, Condition: {ArnEquals: {aws:SourceArn: !GetAtt Changed.Arn}}}
            - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Changes.Arn, Condition: {ArnEquals: {aws:SourceArn: !GetAtt Daily.Arn}}}
    Changed: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Bus, EventPattern: {source: [me]}, Targets: [{Id: q, Arn: !GetAtt Changes.Arn}]}}
    Daily: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [me]}, Targets: [{Id: q, Arn: !GetAtt Changes.Arn}]}}
    Kept: {Type: AWS::Events::Archive, Properties: {SourceArn: !GetAtt Bus.Arn}}
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNamesThatTheFileLeavesOut(t *testing.T) {
	s := mustLoad(t, write(t, unnamed), stack.Options{})
	for logicalID, name := range map[string]string{
		"Greetings": s.Tables[0].Name, "Changes": s.Queues[0].Name, "Changed": s.Rules[1].Name, "Daily": s.Rules[0].Name, "Kept": s.Archives[0].Name,
	} {
		if !regexp.MustCompile(`^greeting-dev-` + logicalID + `-[A-Z0-9]{12}$`).MatchString(name) {
			t.Errorf("%s is named %q", logicalID, name)
		}
	}
	env := s.Functions[0].Environment
	for name, want := range map[string]string{
		"TABLE": s.Tables[0].Name, "QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/" + s.Queues[0].Name,
		"RULE": "greetings|" + s.Rules[1].Name, "OWN": s.Rules[0].Name,
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	if !regexp.MustCompile(`^greeting-dev-pictures-[a-z0-9]{12}$`).MatchString(env["BUCKET"]) {
		t.Errorf("the bucket is named %q; S3 takes lower case alone", env["BUCKET"])
	}
	if !strings.HasPrefix(env["ROLE"], "arn:aws:iam::000000000000:role/greeting-dev-GreetRole-") {
		t.Errorf("the role is %q", env["ROLE"])
	}
	again := mustLoad(t, write(t, unnamed), stack.Options{})
	other := mustLoad(t, write(t, unnamed), stack.Options{Stage: "test"})
	if again.Queues[0].Name != s.Queues[0].Name || other.Queues[0].Name == s.Queues[0].Name {
		t.Errorf("%q, again %q, in another stage %q", s.Queues[0].Name, again.Queues[0].Name, other.Queues[0].Name)
	}
}

// AWS accepts names up to a length that differs by service: archives 48, rules 64,
// queues 80 characters.
func TestInventedNamesFit(t *testing.T) {
	text := strings.ReplaceAll(unnamed, "service: greeting", "service: "+strings.Repeat("greeting-", 6)+"s")
	for _, id := range []string{"Changes", "Daily", "Kept", "Changed"} {
		text = regexp.MustCompile(`\b`+id+`\b`).ReplaceAllString(text, id+strings.Repeat("Long", 20))
	}
	s := mustLoad(t, write(t, text), stack.Options{})
	for what, c := range map[string]struct {
		name string
		max  int
	}{"queue": {s.Queues[0].Name, 80}, "rule": {s.Rules[0].Name, 64}, "archive": {s.Archives[0].Name, 48}} {
		if len(c.name) > c.max || len(c.name) < c.max-2 || !regexp.MustCompile(`^greeting-.*-[A-Z][A-Za-z]+-[A-Z0-9]{12}$`).MatchString(c.name) {
			t.Errorf("the %s is named %q, with %d characters of %d", what, c.name, len(c.name), c.max)
		}
	}
	if s.Rules[0].Name == s.Rules[1].Name {
		t.Errorf("both rules are named %q", s.Rules[0].Name)
	}
}
