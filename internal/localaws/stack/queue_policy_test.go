package stack_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const (
	allQueues   = "Queues: [!Ref Orders, !Ref Returns, !Ref DeadLetters]"
	anyResource = "            Resource: '*'\n"
	lost        = "lets events.amazonaws.com sqs:SendMessage to "
)

func condition(test string) string { return anyResource + "            Condition: " + test + "\n" }

func TestRefusesRulesThatMayNotSend(t *testing.T) {
	refuseAll(t, []refusal{
		{"policy of other queues", allQueues, "Queues: [!Ref Returns, !Ref DeadLetters]", "DefaultRule.Properties.Targets.0: no AWS::SQS::QueuePolicy " + lost + "Orders for this rule: its events would be lost"},
		{"dead letters without a policy", allQueues, "Queues: [!Ref Orders, !Ref Returns]", "Rule.Properties.Targets.1.DeadLetterConfig: no AWS::SQS::QueuePolicy " + lost + "DeadLetters"},
		{"denied", "Effect: Allow", "Effect: Deny", lost},
		{"another service", "{Service: [events.amazonaws.com]}", "{Service: sns.amazonaws.com}", lost},
		{"everybody is not a service", "{Service: [events.amazonaws.com]}", "'*'", lost},
		{"another action", "['sqs:*']", "sqs:ReceiveMessage", lost},
		{"another rule", anyResource, condition("{ArnEquals: {aws:SourceArn: !GetAtt DefaultRule.Arn}}"), "Rule.Properties.Targets.0: no AWS::SQS::QueuePolicy " + lost + "Orders"},
		{"another condition", anyResource, condition("{StringEquals: {aws:SourceAccount: '1'}}"), lost},
		{"two conditions", anyResource, condition("{ArnEquals: {aws:SourceArn: !GetAtt Rule.Arn}, Bool: {aws:SecureTransport: 'true'}}"), ".Rule.Properties.Targets.0: no AWS::SQS::QueuePolicy " + lost + "Orders"},
		{"two conditions in one", anyResource, condition("{ArnEquals: {aws:SourceArn: !GetAtt Rule.Arn, aws:PrincipalArn: x}}"), ".Rule.Properties.Targets.0: no AWS::SQS::QueuePolicy " + lost + "Orders"},
		{"queue by its address", allQueues, "Queues: ['https://queue']", "QueuePolicy.Properties.Queues.0: must be !Ref of a queue"},
	})
}

func TestAcceptsRulesThatMaySend(t *testing.T) {
	for _, c := range []refusal{
		{"any rule", anyResource, anyResource, ""},
		{"one action", "['sqs:*']", "sqs:SendMessage", ""},
		{"a statement for each rule", anyResource, condition("{ArnEquals: {aws:SourceArn: !GetAtt DefaultRule.Arn}}"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.new != c.old && c.name != "one action" {
				c.new += "          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Condition: {ArnLike: {aws:SourceArn: !GetAtt Rule.Arn}}}\n"
				c.old = "            Effect: Allow\n            Principal: {Service: [events.amazonaws.com]}\n            Action: ['sqs:*']\n" + c.old
				c.new = "          - Effect: Allow\n            Principal: {Service: [events.amazonaws.com]}\n            Action: ['sqs:*']\n" + c.new
			}
			if _, err := stack.Load(c.apply(t, exampleFile), stack.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}
