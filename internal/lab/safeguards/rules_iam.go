package safeguards

import (
	"regexp"
	"slices"
	"strings"
)

// withoutResource lists the actions that may have Resource "*", because IAM has no
// resource for them: the Service Authorization Reference names none
// (https://docs.aws.amazon.com/service-authorization/latest/reference/). Add an action
// here when a function needs it.
var withoutResource = []string{"cloudwatch:DescribeAlarms", "dynamodb:ListStreams", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}

func roleRules() []Rule {
	return []Rule{
		{Statement: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", Type: "AWS::IAM::Role", Broken: trustsOthers},
		{Statement: "all permissions of a role are in the template", Type: "AWS::IAM::Role", Broken: func(_ *Template, r *Resource) string {
			return unless(len(each(r.at("ManagedPolicyArns"))) == 0, "it has managed policies, which allow more than its function needs")
		}},
		{Statement: "a role allows actions by their full names", Type: "AWS::IAM::Role", Broken: func(_ *Template, r *Resource) string {
			return firstBroken(statements(r), func(s any) string {
				for _, action := range each(field(s, "Action")) {
					if strings.Contains(text(action), "*") {
						return "the action " + text(action)
					}
				}
				return unless(field(s, "NotAction") == nil, "NotAction allows everything else")
			})
		}},
		{Statement: "a role allows actions only on resources of this stack", Type: "AWS::IAM::Role", Broken: func(t *Template, r *Resource) string {
			return firstBroken(statements(r), t.reachesTooFar)
		}},
		{Statement: "a policy beside the roles records traces, and allows nothing else", Type: "AWS::IAM::Policy", Broken: func(_ *Template, r *Resource) string {
			return firstBroken(each(r.at("PolicyDocument", "Statement")), func(s any) string {
				for _, action := range each(field(s, "Action")) {
					if !strings.HasPrefix(text(action), "xray:Put") || strings.Contains(text(action), "*") {
						return "allows " + text(action) + ", which belongs into a role"
					}
				}
				return unless(field(s, "NotAction") == nil, "NotAction allows everything else")
			})
		}},
		{Statement: "a function has a role that no other function has", Type: "AWS::Lambda::Function", Broken: func(t *Template, r *Resource) string {
			role := target(r.at("Role"))
			if t.named(r.at("Role"), "AWS::IAM::Role") == nil {
				return "its role is not of this stack"
			}
			for _, other := range t.resources("AWS::Lambda::Function") {
				if other != r && target(other.at("Role")) == role {
					return other.ID + " has " + role + " too"
				}
			}
			return ""
		}},
	}
}

func statements(role *Resource) []any {
	var all []any
	for _, policy := range each(role.at("Policies")) {
		all = append(all, each(field(field(policy, "PolicyDocument"), "Statement"))...)
	}
	return all
}

func firstBroken(items []any, broken func(any) string) string {
	for _, item := range items {
		if what := broken(item); what != "" {
			return what
		}
	}
	return unless(len(items) > 0, "there is none")
}

func trustsOthers(_ *Template, r *Resource) string {
	return firstBroken(each(r.at("AssumeRolePolicyDocument", "Statement")), func(s any) string {
		principals, _ := field(s, "Principal").(map[string]any)
		one := len(principals) == 1 && field(s, "Action") == "sts:AssumeRole" && field(s, "NotPrincipal") == nil
		service := principals["Service"]
		trusted := service == "lambda.amazonaws.com" || (service == "events.amazonaws.com" || service == "codedeploy.amazonaws.com") && ofThisAccount(s)
		return unless(one && trusted, "trusts %v with %v", field(s, "Principal"), field(s, "Action"))
	})
}

// ofThisAccount tells whether a role's policy is limited to this account. Without that
// limit EventBridge and CodeDeploy, unlike Lambda, assume the role for whoever names it (the confused
// deputy problem).
func ofThisAccount(s any) bool {
	account := field(field(field(s, "Condition"), "StringEquals"), "aws:SourceAccount")
	return target(account) == "AWS::AccountId"
}

// reachesTooFar accepts a statement that names resources of this stack, or whose
// actions have no resources.
func (t *Template) reachesTooFar(s any) string {
	if field(s, "NotResource") != nil {
		return "NotResource allows everything else"
	}
	resources := each(field(s, "Resource"))
	for _, resource := range resources {
		if t.Resources[target(resource)] != nil || t.indexOf(resource) {
			continue
		}
		for _, action := range each(field(s, "Action")) {
			if resource != "*" || !slices.Contains(withoutResource, text(action)) {
				return "allows " + text(action) + " on something that is not a resource of this stack"
			}
		}
	}
	return unless(len(resources) > 0, "a statement names no resource")
}

// indexARN is the ARN of an index of a table of the stack, in Fn::Sub.
var indexARN = regexp.MustCompile(`^\$\{([A-Za-z0-9]+)\.Arn\}/index/[a-zA-Z0-9_.-]+$`)

// indexOf tells whether a statement's resource is one index of a table of this stack.
func (t *Template) indexOf(resource any) bool {
	m := indexARN.FindStringSubmatch(text(field(resource, "Fn::Sub")))
	return m != nil && t.Resources[m[1]] != nil && t.Resources[m[1]].Type == "AWS::DynamoDB::Table"
}
