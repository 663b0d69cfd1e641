package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const hook = `service: hook
provider: {name: aws, runtime: provided.al2023}
resources:
  Resources:
    Connection:
      Type: AWS::Events::Connection
      Properties:
        Name: hook
        AuthorizationType: API_KEY
        AuthParameters: {ApiKeyAuthParameters: {ApiKeyName: X-Secret, ApiKeyValue: '{{resolve:secretsmanager:hook}}'}}
    Destination:
      Type: AWS::Events::ApiDestination
      Properties:
        Name: hook
        ConnectionArn: !GetAtt Connection.Arn
        HttpMethod: POST
        InvocationEndpoint: https://example.com/hook
    Caller: {Type: AWS::IAM::Role}
    Rule:
      Type: AWS::Events::Rule
      Properties:
        Name: hook
        EventPattern: {a: [1]}
        Targets:
          - Id: hook
            Arn: !GetAtt Destination.Arn
            RoleArn: !GetAtt Caller.Arn
`

func loadHook(t *testing.T, change ...string) (*stack.Stack, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hook.yml")
	if err := os.WriteFile(path, []byte(strings.NewReplacer(change...).Replace(hook)), 0o600); err != nil {
		t.Fatal(err)
	}
	return stack.Load(path, stack.Options{})
}

func TestAPIDestination(t *testing.T) {
	const arn = "arn:aws:events:us-east-1:000000000000:api-destination/hook/00000000-0000-0000-0000-000000000000"
	for _, c := range []struct {
		name   string
		change []string
		want   stack.APIDestination
	}{
		{"an API key", nil, stack.APIDestination{
			Name: "hook", ARN: arn, Method: "POST", URL: "https://example.com/hook", RatePerSecond: 300, KeyName: "X-Secret", KeyValue: "{{resolve:secretsmanager:hook}}",
		}},
		{"Basic, on this machine", []string{
			"API_KEY", "BASIC", "{ApiKeyAuthParameters: {ApiKeyName: X-Secret, ApiKeyValue:", "{BasicAuthParameters: {Username: me, Password:",
			"InvocationEndpoint: https://example.com/hook", "InvocationEndpoint: http://localhost:9/hook\n        InvocationRateLimitPerSecond: 7",
		}, stack.APIDestination{
			Name: "hook", ARN: arn, Method: "POST", URL: "http://localhost:9/hook", RatePerSecond: 7, Username: "me", Password: "{{resolve:secretsmanager:hook}}",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := loadHook(t, c.change...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]stack.APIDestination{c.want}, s.Destinations); diff != "" {
				t.Error(diff)
			}
			if to := s.Rules[0].Targets[0]; to.ARN != arn || to.Role != "Caller" {
				t.Errorf("target %+v", to)
			}
		})
	}
}

func TestAPIDestinationsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"http", "https://", "http://", "InvocationEndpoint: must be an https URL; only on this machine"},
		{"no host", "https://example.com/hook", "https:///hook", "must be an https URL"},
		{"a method", "POST", "TRACE", `HttpMethod: must be POST or`},
		{"no connection", "!GetAtt Connection.Arn", "arn:x", "ConnectionArn: must be the ARN of an AWS::Events::Connection of this stack"},
		{"OAuth", "API_KEY", "OAUTH_CLIENT_CREDENTIALS", "AuthorizationType: must be API_KEY or BASIC"},
		{"the other kind", "API_KEY", "BASIC", "localaws does not know this part of a connection's parameters"},
		{"no role", "            RoleArn: !GetAtt Caller.Arn\n", "", "RoleArn is missing: EventBridge calls an API destination under a role"},
		{"no such role", "!GetAtt Caller.Arn", "!GetAtt Rule.Arn", "Rule is not an AWS::IAM::Role of this stack"},
		{"no value", "'{{resolve:secretsmanager:hook}}'", "''", "ApiKeyValue: must not be empty"},
		{"a property", "HttpMethod: POST", "HttpMethod: POST\n        Colour: red", "localaws does not know this property of an API destination"},
		{"parameters of the target", "RoleArn: !GetAtt Caller.Arn", "RoleArn: !GetAtt Caller.Arn\n            HttpParameters: {}", "localaws does not know this property of a target"},
		{"a role for a queue", "Arn: !GetAtt Destination.Arn", "Arn: arn:aws:sqs:us-east-1:000000000000:q", "is not the ARN of a queue of this stack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := loadHook(t, c.old, c.new)
			if err == nil || s != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant an error with %s", err, c.want)
			}
		})
	}
}
