package repotest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// roleFiles are those in which the stack's roles are.
var roleFiles = []string{"serverless.yml", "operations/history.yml", "operations/shifting.yml"}

var (
	allowedAction = regexp.MustCompile(`\b(?:cloudwatch|dynamodb|events|lambda|logs|sqs|xray):[A-Z][A-Za-z]+\b`)
	actionLine    = regexp.MustCompile(`(?m)^ +Action: .*$`)
)

// The deployer of ci/roles.yml makes no role without the boundary. So each role of the
// stack has it, and it allows what their policies do: else the function fails in AWS alone.
func TestTheBoundaryAllowsWhatTheRolesDo(t *testing.T) {
	roles := read(t, "ci/roles.yml")
	from, to := strings.Index(roles, "\n  Boundary:\n"), strings.Index(roles, "\n  DeployerRole:\n")
	if from < 0 || to < from {
		t.Fatal("ci/roles.yml has no Boundary before its DeployerRole")
	}
	bounded := allowedAction.FindAllString(roles[from:to], -1)
	seen := 0
	for _, path := range roleFiles {
		text := read(t, path)
		made, with := strings.Count(text, "Type: AWS::IAM::Role\n"), strings.Count(text, "PermissionsBoundary: ${self:custom.boundary}")
		if made == 0 || made != with {
			t.Errorf("%s has %d roles, and %d with the boundary", path, made, with)
		}
		for _, line := range actionLine.FindAllString(text, -1) {
			for _, action := range allowedAction.FindAllString(line, -1) {
				if seen++; !slices.Contains(bounded, action) {
					t.Errorf("%s: the boundary of ci/roles.yml does not allow %s", path, action)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d actions were found", seen)
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
