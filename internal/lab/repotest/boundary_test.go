package repotest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// roleFiles are those in which the stack's roles are.
var roleFiles = []string{"serverless.yml", "operations/history.yml", "operations/shifting.yml"}

// grants are the roles and policies of a template, by their logical ids.
type grants map[string]grant

type grant struct {
	kind     string // such as AWS::IAM::Role
	boundary string // the value of PermissionsBoundary
	managed  bool   // it has policies of AWS, which nobody sees here
	actions  []string
}

// grantsOf finds the resources of the types AWS::IAM::Role, Policy and ManagedPolicy, wherever
// the template has them, and each action of their policies. The policy by which a role is
// assumed is left out.
func grantsOf(t *testing.T, text string) grants {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	found := grants{}
	eachField(&document, func(name string, n *yaml.Node) bool {
		kind := field(n, "Type")
		if kind == nil || !slices.Contains([]string{"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}, kind.Value) {
			return true
		}
		properties := field(n, "Properties")
		g := grant{kind: kind.Value, managed: field(properties, "ManagedPolicyArns") != nil}
		if boundary := field(properties, "PermissionsBoundary"); boundary != nil {
			g.boundary = boundary.Value
		}
		eachField(properties, func(name string, n *yaml.Node) bool {
			switch {
			case name == "Action" && n.Kind == yaml.SequenceNode:
				for _, action := range n.Content {
					g.actions = append(g.actions, action.Value)
				}
			case name == "Action" || name == "NotAction":
				g.actions = append(g.actions, n.Value)
			}
			return name != "AssumeRolePolicyDocument"
		})
		found[name] = g
		return false
	})
	return found
}

// field is the value of a mapping's key; nil if there is none.
func field(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// eachField calls visit for each key below n, and goes deeper where visit returns true.
func eachField(n *yaml.Node, visit func(name string, value *yaml.Node) bool) {
	switch {
	case n == nil:
	case n.Kind == yaml.AliasNode:
		eachField(n.Alias, visit)
	case n.Kind == yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			if visit(n.Content[i].Value, n.Content[i+1]) {
				eachField(n.Content[i+1], visit)
			}
		}
	default:
		for _, inner := range n.Content {
			eachField(inner, visit)
		}
	}
}

// The deployer of ci/roles.yml makes no role without the boundary. So each role of the
// stack has it, and it allows what their policies do: else the function fails in AWS alone.
func TestTheBoundaryAllowsWhatTheRolesDo(t *testing.T) {
	bounded := grantsOf(t, read(t, "ci/roles.yml"))["Boundary"].actions
	seen := 0
	for _, path := range roleFiles {
		roles := 0
		for name, g := range grantsOf(t, read(t, path)) {
			if g.kind == "AWS::IAM::Role" {
				roles++
				if g.boundary != "${self:custom.boundary}" {
					t.Errorf("%s: %s has the boundary %q", path, name, g.boundary)
				}
			}
			if g.managed {
				t.Errorf("%s: %s has managed policies, and nothing tells whether the boundary allows what they do", path, name)
			}
			for _, action := range g.actions {
				if seen++; !slices.Contains(bounded, action) {
					t.Errorf("%s: the boundary of ci/roles.yml does not allow %q of %s", path, action, name)
				}
			}
		}
		if roles == 0 {
			t.Errorf("%s has no role", path)
		}
	}
	if seen < 20 {
		t.Errorf("only %d actions were found", seen)
	}
}

// An action counts whatever its service is, and however YAML has it.
func TestEachActionOfARoleIsFound(t *testing.T) {
	got := grantsOf(t, `
resources:
  Resources:
    ARole:
      Type: AWS::IAM::Role
      Properties:
        PermissionsBoundary: b
        AssumeRolePolicyDocument:
          Statement: {Effect: Allow, Action: sts:AssumeRole}
        Policies:
          - PolicyDocument:
              Statement:
                - Fn::If:
                    - Condition
                    - Effect: Allow
                      Action: kms:Decrypt
                    - !Ref AWS::NoValue
                - Effect: Allow
                  Action: # several
                    - s3:GetObject
                    - "s3:Put*"
    APolicy:
      Type: AWS::IAM::Policy
      Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: [ssm:GetParameter]}]}}
    AnotherRole:
      Properties: {ManagedPolicyArns: [arn]}
      Type: AWS::IAM::Role
    AQueuePolicy:
      Type: AWS::SQS::QueuePolicy
      Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: sqs:SendMessage}]}}
`)
	want := grants{
		"ARole":       {kind: "AWS::IAM::Role", boundary: "b", actions: []string{"kms:Decrypt", "s3:GetObject", "s3:Put*"}},
		"APolicy":     {kind: "AWS::IAM::Policy", actions: []string{"ssm:GetParameter"}},
		"AnotherRole": {kind: "AWS::IAM::Role", managed: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// A deployer that could make a role without the boundary, or take it off, could do anything.
func TestTheDeployerMakesOnlyBoundedRoles(t *testing.T) {
	roles := read(t, "ci/roles.yml")
	statements := strings.Split(roles[strings.Index(roles, "\n  DeployerRole:\n"):], "- Sid: ")
	for _, s := range statements {
		for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"} {
			if strings.Contains(s, action) && !strings.Contains(s, "iam:PermissionsBoundary:\n                      Ref: Boundary\n") {
				t.Errorf("%s is allowed without the boundary:\n%s", action, s)
			}
		}
	}
	for _, action := range []string{"iam:*", "iam:DeleteRolePermissionsBoundary", "iam:AttachRolePolicy", "iam:CreatePolicy", "iam:SetDefaultPolicyVersion"} {
		if strings.Contains(roles, action) {
			t.Errorf("the deployer may %s", action)
		}
	}
}
