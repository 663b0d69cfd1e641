package safeguards

import "reflect"

func policyRules() []Rule {
	return []Rule{
		{
			Statement: "a queue's policy accepts messages only from EventBridge, for a rule of this stack", Type: "AWS::SQS::QueuePolicy",
			Broken: func(t *Template, r *Resource) string {
				return firstBroken(each(r.at("PolicyDocument", "Statement")), func(s any) string {
					return unless(field(s, "Effect") == "Deny" || t.forRule(s) != nil, "%v is allowed without the ARN of a rule in aws:SourceArn", field(s, "Sid"))
				})
			},
		},
		{Statement: "a queue refuses requests without TLS", Type: "AWS::SQS::Queue", Broken: func(t *Template, r *Resource) string {
			for _, s := range t.queuePolicy(r) {
				insecure := field(field(field(s, "Condition"), "Bool"), "aws:SecureTransport")
				if field(s, "Effect") == "Deny" && field(s, "Principal") == "*" && field(s, "Action") == "sqs:*" && insecure == "false" {
					return ""
				}
			}
			return "no statement of its policy denies it"
		}},
		{
			Statement: "only the API of this stack may invoke a function", Type: "AWS::Lambda::Permission",
			Broken: func(_ *Template, r *Resource) string {
				if r.at("Principal") != "apigateway.amazonaws.com" || r.at("Action") != "lambda:InvokeFunction" {
					return "allows another principal or action"
				}
				join := each(r.at("SourceArn", "Fn::Join"))
				return unless(len(join) == 2 && contains(each(join[1]), map[string]any{"Ref": "HttpApi"}), "is not bound to the API in SourceArn")
			},
		},
	}
}

// forRule returns the rule that an Allow statement is bound to. It returns nil unless
// the statement only lets EventBridge send to one queue for that rule.
func (t *Template) forRule(s any) *Resource {
	principals, _ := field(s, "Principal").(map[string]any)
	condition, _ := field(s, "Condition").(map[string]any)
	if len(principals) != 1 || principals["Service"] != "events.amazonaws.com" || field(s, "Action") != "sqs:SendMessage" || len(condition) != 1 {
		return nil
	}
	return t.named(field(condition["ArnEquals"], "aws:SourceArn"), "AWS::Events::Rule")
}

// queuePolicy returns the statements about a queue in the policies attached to it.
func (t *Template) queuePolicy(queue *Resource) []any {
	var found []any
	for _, policy := range t.resources("AWS::SQS::QueuePolicy") {
		attached := contains(each(policy.at("Queues")), map[string]any{"Ref": queue.ID})
		for _, s := range each(policy.at("PolicyDocument", "Statement")) {
			if attached && target(field(s, "Resource")) == queue.ID {
				found = append(found, s)
			}
		}
	}
	return found
}

// mayReceive tells whether a queue's policy lets EventBridge send for a rule.
func (t *Template) mayReceive(queue, rule *Resource) bool {
	for _, s := range t.queuePolicy(queue) {
		if field(s, "Effect") == "Allow" && t.forRule(s) == rule {
			return true
		}
	}
	return false
}

func contains(items []any, wanted any) bool {
	for _, item := range items {
		if reflect.DeepEqual(item, wanted) {
			return true
		}
	}
	return false
}
