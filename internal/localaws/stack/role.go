package stack

import (
	"slices"
	"strings"
)

// A Role is what the file says of a function's role.
type Role struct {
	Name string // its logical id

	// Statements of all its policies that are in the file, and what osls and AWS's own
	// policies for event sources add.
	Statements []Statement

	// Open tells that it has policies that are not in the file. They may allow anything.
	Open bool
}

// A Statement is one statement of a policy. What localaws cannot resolve in it is "*".
type Statement struct {
	Deny bool // else it allows

	// As in the policy: one of each pair is empty. They may have * and ? in them.
	Actions, NotActions     []string
	Resources, NotResources []string

	// Conditional tells that the statement has a condition. Conditions are not evaluated.
	Conditional bool
}

// addRoles gives every function the permissions of its role.
func (t *template) addRoles(s *Stack) {
	for i := range s.Functions {
		f := &s.Functions[i]
		f.Permissions = t.roleOf(f.Role)
		if f.Permissions != nil && f.Role == sharedRole {
			f.Permissions.Statements = append(f.Permissions.Statements, s.addedByOSLS()...)
		}
	}
}

// roleOf reads a role of this stack; nil if it is another one.
func (t *template) roleOf(id string) *Role {
	r := t.resources[id]
	if r == nil || r.kind != "AWS::IAM::Role" {
		return nil
	}
	role := &Role{Name: id}
	for _, policy := range asList(r.properties.field("Policies")) {
		t.addPolicy(role, policy)
	}
	for _, arn := range asList(r.properties.field("ManagedPolicyArns")) {
		t.addManaged(role, arn)
	}
	for _, other := range t.ids() {
		policy := t.resources[other]
		if policy.kind != "AWS::IAM::Policy" && policy.kind != "AWS::IAM::ManagedPolicy" {
			continue
		}
		for _, name := range asList(policy.properties.field("Roles")) {
			if kind, argument := intrinsic(name); kind == "Ref" && argument.value == id || name.value == t.nameOf(r, "RoleName") {
				t.addPolicy(role, policy.properties)
			}
		}
	}
	return role
}

func (t *template) addPolicy(role *Role, policy *node) {
	statements := asList(policy.field("PolicyDocument").field("Statement"))
	role.Open = role.Open || len(statements) == 0
	for _, n := range statements {
		role.Statements = append(role.Statements, Statement{
			Deny:    isText(n.field("Effect"), "Deny"),
			Actions: t.anyOf(n.field("Action")), NotActions: t.anyOf(n.field("NotAction")),
			Resources: t.anyOf(n.field("Resource")), NotResources: t.anyOf(n.field("NotResource")),
			Conditional: n.field("Condition") != nil,
		})
	}
}

// managed are the policies of AWS that functions usually have, by their names.
var managed = map[string][]string{
	"AWSLambdaBasicExecutionRole":     nil, // logs alone
	"AWSLambdaVPCAccessExecutionRole": nil,
	"AWSXRayDaemonWriteAccess":        nil,
	"AWSXrayWriteOnlyAccess":          nil,
	"AWSLambdaSQSQueueExecutionRole":  queueReader,
	"AWSLambdaDynamoDBExecutionRole":  streamReader,
}

var (
	queueReader  = []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
	streamReader = []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}
)

func (t *template) addManaged(role *Role, n *node) {
	if name, argument := intrinsic(n); name == "Ref" {
		if own := t.resources[argument.value]; own != nil && own.kind == "AWS::IAM::ManagedPolicy" {
			t.addPolicy(role, own.properties)
			return
		}
	}
	arn := t.anyOf(n)[0]
	actions, known := managed[arn[strings.LastIndexByte(arn, '/')+1:]]
	switch {
	case !known:
		role.Open = true
	case actions != nil:
		role.Statements = append(role.Statements, Statement{Actions: actions, Resources: []string{"*"}})
	}
}

// anyOf resolves a value or a list of values. What cannot be resolved is "*", because a
// stack is not refused for a policy that localaws only warns about.
func (t *template) anyOf(n *node) []string {
	var values []string
	for _, item := range asList(n) {
		loose := *t
		loose.report = &report{file: t.file}
		value := loose.eval(item)
		if len(loose.problems) > 0 || !value.scalar() {
			value = textNode(item, "*")
		}
		values = append(values, value.value)
	}
	return values
}

// addedByOSLS lists what osls adds to the role that it makes, for the event sources and
// destinations of all functions.
func (s *Stack) addedByOSLS() []Statement {
	var added []Statement
	for _, m := range s.QueueMappings {
		added = append(added, Statement{Actions: slices.Clone(queueReader), Resources: []string{m.QueueARN}})
	}
	for _, m := range s.StreamMappings {
		added = append(added, Statement{Actions: slices.Clone(streamReader), Resources: []string{m.StreamARN}})
		if m.OnFailureARN != "" {
			added = append(added, Statement{Actions: []string{"sqs:ListQueues", "sqs:SendMessage"}, Resources: []string{m.OnFailureARN}})
		}
	}
	for _, a := range s.AsyncInvokes {
		if a.OnFailureARN != "" {
			added = append(added, Statement{Actions: []string{"sqs:SendMessage"}, Resources: []string{a.OnFailureARN}})
		}
	}
	return added
}
