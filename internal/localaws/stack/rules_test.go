package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const (
	rulesFile     = "testdata/rules/serverless.yml"
	rulesTemplate = "testdata/rules/template.json"
	greetARN      = "arn:aws:lambda:eu-west-1:000000000000:function:greeter-dev-greet"
	failuresARN   = "arn:aws:sqs:eu-west-1:000000000000:greeter-dev-failures"
)

func TestRulesToFunctionsAreThoseOfTheCompiledTemplate(t *testing.T) {
	fromFile := mustLoad(t, rulesFile, stack.Options{})
	fromTemplate, err := stack.LoadTemplate(rulesTemplate, stack.Options{Service: "greeter", Stage: "dev", Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromTemplate, fromFile, cmpopts.IgnoreFields(stack.Function{}, "Artifact", "Permissions"), cmpopts.IgnoreFields(stack.Stack{}, "Resources")); diff != "" {
		t.Errorf("template (-) and serverless.yml (+) differ:\n%s", diff)
	}
}

func TestRulesToFunctions(t *testing.T) {
	s := mustLoad(t, rulesFile, stack.Options{})
	rule := func(bus, name, arn, pattern string, target stack.Target) stack.Rule {
		return stack.Rule{Name: name, ARN: arn, Bus: bus, Pattern: pattern, Targets: []stack.Target{target}}
	}
	const rules = "arn:aws:events:eu-west-1:000000000000:rule/"
	const long = "greeter-dev-a-name-that-if5cb208dfd82f76cca8de98d57fd0c32-rule-1"
	want := []stack.Rule{
		rule("default", long, rules+long, `{"source":["bot"]}`, stack.Target{
			ID: "greeter-dev-a-name-that-i197e270de6f227c87e385a90fae4f122-target", ARN: "arn:aws:lambda:eu-west-1:000000000000:function:greeter-dev-a-name-that-is-so-long-that-osls-shortens-its-rules",
			MaximumRetryAttempts: 185, MaximumEventAgeSeconds: 86400,
			InputTransformer: &stack.InputTransformer{Paths: map[string]string{"user": "$.detail.user_id"}, Template: `{"user": <user>}`},
		}),
		rule("greeter-dev", "greeter-dev-fixed", rules+"greeter-dev/greeter-dev-fixed", `{"source":["clock"]}`, stack.Target{
			ID: "greeter-dev-fixed-target", ARN: greetARN, MaximumRetryAttempts: 185, MaximumEventAgeSeconds: 86400,
			Input: `{"again":[1,true,null],"to":"everybody"}`,
		}),
		rule("greeter-dev", "greeter-dev-greet-rule-2", rules+"greeter-dev/greeter-dev-greet-rule-2", `{"detail-type":["PreferencesUpdated"],"source":["bot-preferences"]}`, stack.Target{
			ID: "greeter-dev-greet-rule-2-target", ARN: greetARN, MaximumRetryAttempts: 3, MaximumEventAgeSeconds: 600, InputPath: "$.detail", DeadLetterARN: failuresARN,
		}),
		rule("greeter-dev", "greeter-dev-resources", rules+"greeter-dev/greeter-dev-resources", `{"source":["bot"]}`, stack.Target{
			ID: "greet", ARN: greetARN, MaximumRetryAttempts: 185, MaximumEventAgeSeconds: 86400,
		}),
		rule("greeter-own", "greeter-dev-fussy-rule-1", rules+"greeter-own/greeter-dev-fussy-rule-1", `{"source":["bot"]}`, stack.Target{
			ID: "greeter-dev-fussy-rule-1-target", ARN: "arn:aws:lambda:eu-west-1:000000000000:function:greeter-dev-fussy",
			MaximumRetryAttempts: 185, MaximumEventAgeSeconds: 86400,
		}),
	}
	if diff := cmp.Diff(want, s.Rules); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	invokes := []stack.AsyncInvoke{
		{Function: "fussy", MaximumRetryAttempts: 0, MaximumEventAgeSeconds: 21600},
		{Function: "greet", MaximumRetryAttempts: 1, MaximumEventAgeSeconds: 3600, OnFailureARN: failuresARN},
	}
	if diff := cmp.Diff(invokes, s.AsyncInvokes); diff != "" {
		t.Errorf("asynchronous invocation: want (-), got (+):\n%s", diff)
	}
}

func TestRefusesRulesThatMayNotInvoke(t *testing.T) {
	const (
		lostToGreet = "OwnRule.Properties.Targets.0: no AWS::Lambda::Permission lets events.amazonaws.com lambda:InvokeFunction GreetLambdaFunction for this rule: its events would be lost"
		principal   = "        Principal: events.amazonaws.com\n        SourceArn"
	)
	for _, c := range []refusal{
		{"no permission", "Type: AWS::Lambda::Permission", "Type: AWS::Lambda::Version", lostToGreet},
		{"another service", principal, "        Principal: sns.amazonaws.com\n        SourceArn", lostToGreet},
		{"another action", "Action: lambda:InvokeFunction", "Action: lambda:GetFunction", lostToGreet},
		{"another rule", "SourceArn: !GetAtt OwnRule.Arn", "SourceArn: !GetAtt Bus.Arn", lostToGreet},
		{"rules of another bus", "SourceArn: !GetAtt OwnRule.Arn", "SourceArn: arn:aws:events:*:*:rule/other/*", lostToGreet},
		{"another account", "SourceArn: !GetAtt OwnRule.Arn", "SourceAccount: '123456789012'", lostToGreet},
		{"another function", "FunctionName: !Ref GreetLambdaFunction", "FunctionName: !Ref FussyLambdaFunction", lostToGreet},
		{"a function of another stack", "Arn: !GetAtt GreetLambdaFunction.Arn", "Arn: arn:aws:lambda:eu-west-1:000000000000:function:other", "OwnRule.Properties.Targets.0.Arn: \"arn:aws:lambda:eu-west-1:000000000000:function:other\" is not the ARN of a function of this stack"},
		{"switched off", "enabled: true", "enabled: false", "eventBridge.enabled: must be ENABLED"},
		{"schedule", "enabled: true", "schedule: rate(1 minute)", "eventBridge.schedule: localaws does not know this property of a rule"},
		{"success's destination", "onFailure: {type: sqs, arn: !GetAtt Failures.Arn}", "onSuccess: {type: sqs, arn: !GetAtt Failures.Arn}", "onSuccess: localaws does not know this destination"},
		{"a function as destination", "onFailure: {type: sqs, arn: !GetAtt Failures.Arn}", "onFailure: fussy", `"fussy" is not the ARN of a queue`},
		{"three retries", "maximumRetryAttempts: 1\n", "maximumRetryAttempts: 3\n", "maximumRetryAttempts: must be between 0 and 2, not 3"},
		{"dead letters without a policy", "Queues: [!Ref Failures]", "Queues: []", "no AWS::SQS::QueuePolicy lets events.amazonaws.com sqs:SendMessage to Failures"},
		{"two inputs", "inputPath: $.detail", "inputPath: $.detail\n          input: {a: 1}", "a target has one of Input, InputPath and InputTransformer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := stack.Load(c.apply(t, rulesFile), stack.Options{})
			c.check(t, s, err)
		})
	}
}

func TestAcceptsRulesThatMayInvoke(t *testing.T) {
	const one = "SourceArn: !GetAtt OwnRule.Arn"
	for _, c := range []refusal{
		{"any rule", one, "SourceAccount: !Ref AWS::AccountId", ""},
		{"rules of the bus", one, "SourceArn: !Sub 'arn:aws:events:*:${AWS::AccountId}:rule/greeter-???/*'", ""},
		{"the function by its ARN", "FunctionName: !Ref GreetLambdaFunction", "FunctionName: !GetAtt GreetLambdaFunction.Arn", ""},
		{"another service beside it", one, one + "\n    Other:\n      Type: AWS::Lambda::Permission\n      Properties: {FunctionName: x, Action: y, Principal: s3.amazonaws.com}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := stack.Load(c.apply(t, rulesFile), stack.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}
