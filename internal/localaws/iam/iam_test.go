package iam_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/iam"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// Which action an operation needs, and on which resource: AWS's Service Authorization
// Reference, pages Amazon DynamoDB, Amazon SQS and Amazon EventBridge.
func TestNeeds(t *testing.T) {
	const table, queue = "arn:aws:dynamodb:us-east-1:000000000000:table/", "arn:aws:sqs:us-east-1:000000000000:"
	for _, c := range []struct {
		service, operation, body string
		want                     []iam.Need
	}{
		{"DynamoDB_20120810", "GetItem", `{"TableName":"t","Key":{}}`, []iam.Need{{"dynamodb:GetItem", table + "t"}}},
		{"DynamoDB_20120810", "GetItem", `{"TableName":"` + table + `t"}`, []iam.Need{{"dynamodb:GetItem", table + "t"}}},
		{"DynamoDB_20120810", "Query", `{"TableName":"t","IndexName":"i"}`, []iam.Need{{"dynamodb:Query", table + "t/index/i"}}},
		{"DynamoDB_20120810", "BatchGetItem", `{"RequestItems":{"b":{"Keys":[]},"a":{"Keys":[]}}}`, []iam.Need{{"dynamodb:BatchGetItem", table + "a"}, {"dynamodb:BatchGetItem", table + "b"}}},
		{"DynamoDB_20120810", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"t"}},{"ConditionCheck":{"TableName":"u"}},{"Put":{"TableName":"t"}}]}`,
			[]iam.Need{{"dynamodb:ConditionCheckItem", table + "u"}, {"dynamodb:PutItem", table + "t"}}},
		{"DynamoDB_20120810", "ListTables", `{}`, []iam.Need{{"dynamodb:ListTables", ""}}},
		{"DynamoDBStreams_20120810", "GetRecords", `{"ShardIterator":"x"}`, []iam.Need{{"dynamodb:GetRecords", ""}}},
		{"AmazonSQS", "SendMessageBatch", `{"QueueUrl":"http://127.0.0.1:4566/000000000000/q","Entries":[{"Id":"1"}]}`, []iam.Need{{"sqs:SendMessage", queue + "q"}}},
		{"AmazonSQS", "GetQueueUrl", `{"QueueName":"q"}`, []iam.Need{{"sqs:GetQueueUrl", queue + "q"}}},
		{"AmazonSQS", "ListQueues", `{"QueueNamePrefix":"q"}`, []iam.Need{{"sqs:ListQueues", ""}}},
		{"AWSEvents", "PutEvents", `{"Entries":[{"EventBusName":"b"},{"EventBusName":"b"},{}]}`,
			[]iam.Need{{"events:PutEvents", "arn:aws:events:us-east-1:000000000000:event-bus/b"}, {"events:PutEvents", "arn:aws:events:us-east-1:000000000000:event-bus/default"}}},
		{"AWSEvents", "DescribeRule", `{"Name":"r"}`, []iam.Need{{"events:DescribeRule", ""}}},
	} {
		if diff := cmp.Diff(c.want, iam.Needs(c.service, c.operation, []byte(c.body), "us-east-1", "000000000000")); diff != "" {
			t.Errorf("%s %s: want (-), got (+):\n%s", c.operation, c.body, diff)
		}
	}
}

func TestAllows(t *testing.T) {
	need := iam.Need{Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:us-east-1:0:table/t"}
	allow := func(action, resource string) stack.Statement {
		return stack.Statement{Actions: []string{action}, Resources: []string{resource}}
	}
	all := allow("*", "*")
	for name, c := range map[string]struct {
		role stack.Role
		want bool
	}{
		"the same":                     {stack.Role{Statements: []stack.Statement{allow("dynamodb:PutItem", need.Resource)}}, true},
		"the action in another case":   {stack.Role{Statements: []stack.Statement{allow("DynamoDB:putitem", need.Resource)}}, true},
		"the resource in another case": {stack.Role{Statements: []stack.Statement{allow("dynamodb:PutItem", strings.ToUpper(need.Resource))}}, false},
		"wildcards":                    {stack.Role{Statements: []stack.Statement{allow("dynamodb:Put*", "arn:aws:dynamodb:*:table/?")}}, true},
		"another action":               {stack.Role{Statements: []stack.Statement{allow("dynamodb:GetItem", "*")}}, false},
		"another table":                {stack.Role{Statements: []stack.Statement{allow("dynamodb:*", need.Resource+"2")}}, false},
		"its indexes alone":            {stack.Role{Statements: []stack.Statement{allow("dynamodb:*", need.Resource+"/index/*")}}, false},
		"everything else":              {stack.Role{Statements: []stack.Statement{{NotActions: []string{"sqs:*"}, Resources: []string{"*"}}}}, true},
		"everything but this":          {stack.Role{Statements: []stack.Statement{{NotActions: []string{"dynamodb:*"}, Resources: []string{"*"}}}}, false},
		"denied":                       {stack.Role{Statements: []stack.Statement{all, {Deny: true, Actions: []string{"dynamodb:*"}, Resources: []string{"*"}}}}, false},
		"denied under a condition":     {stack.Role{Statements: []stack.Statement{all, {Deny: true, Conditional: true, Actions: []string{"*"}, Resources: []string{"*"}}}}, true},
		"other policies":               {stack.Role{Open: true}, true},
		"nothing":                      {stack.Role{}, false},
	} {
		if got := iam.Allows(&c.role, need); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if !iam.Allows(&stack.Role{Statements: []stack.Statement{allow("sqs:ListQueues", "x")}}, iam.Need{Action: "sqs:ListQueues"}) {
		t.Error("a call that names no resource needs a statement for any")
	}
}

const service = `
service: greeting
provider:
  name: aws
  runtime: provided.al2023
  iam: {role: {statements: [{Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Table.Arn}]}}
functions:
  shared: {handler: f}
  own: {handler: f, role: OwnRole}
  foreign: {handler: f, role: 'arn:aws:iam::1:role/x'}
  open: {handler: f, role: OpenRole}
resources:
  Resources:
    Table:
      Type: AWS::DynamoDB::Table
      Properties:
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
        KeySchema: [{AttributeName: id, KeyType: HASH}]
    Key: {Type: AWS::KMS::Key}
    OwnRole:
      Type: AWS::IAM::Role
      Properties:
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
        Policies:
          - PolicyDocument: {Statement: {Effect: Allow, Action: [dynamodb:PutItem, kms:Decrypt], Resource: [!GetAtt Table.Arn, !GetAtt Key.Arn]}}
    More: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref OwnRole], PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !Sub 'arn:aws:sqs:*:${AWS::AccountId}:q'}]}}}
    OpenRole: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess']}}
`

func TestWatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(path, []byte(service), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := stack.Load(path, stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w, table := iam.NewWatch(s), s.Tables[0].Name
	for _, c := range []struct{ function, service, operation, body, want string }{
		{"shared", "DynamoDB_20120810", "GetItem", `{"TableName":"` + table + `"}`, ""},
		{"shared", "DynamoDB_20120810", "GetItem", `{"TableName":"other"}`, `IamRoleLambdaExecution {"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/other"}`},
		{"shared", "DynamoDB_20120810", "GetItem", `{"TableName":"other"}`, ""}, // told already
		{"shared", "AWSEvents", "PutEvents", `{"Entries":[{}]}`, `IamRoleLambdaExecution {"Effect":"Allow","Action":"events:PutEvents","Resource":"arn:aws:events:us-east-1:000000000000:event-bus/default"}`},
		{"own", "DynamoDB_20120810", "PutItem", `{"TableName":"` + table + `"}`, ""},
		{"own", "AmazonSQS", "SendMessage", `{"QueueUrl":"http://h/000000000000/q"}`, ""},
		{"own", "DynamoDB_20120810", "GetItem", `{"TableName":"` + table + `"}`, `OwnRole {"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/` + table + `"}`},
		{"own", "DynamoDB_20120810", "ListTables", `{}`, `OwnRole {"Effect":"Allow","Action":"dynamodb:ListTables","Resource":"*"}`},
		{"foreign", "DynamoDB_20120810", "GetItem", `{"TableName":"t"}`, ""},
		{"open", "DynamoDB_20120810", "GetItem", `{"TableName":"t"}`, ""},
		{"nobody", "DynamoDB_20120810", "GetItem", `{"TableName":"t"}`, ""},
	} {
		got := ""
		for _, l := range w.Called(c.function, c.service, c.operation, []byte(c.body)) {
			got += l.Role + " " + l.Statement()
		}
		if got != c.want {
			t.Errorf("%s, %s %s:\ngot  %s\nwant %s", c.function, c.operation, c.body, got, c.want)
		}
	}
}
