// Package iam tells what a function's role does not allow of what the function does.
// Nothing is refused: localaws lets every call through, and AWS would not.
//
// It knows the statements of the role in the stack's file. It evaluates no conditions:
// an Allow with a condition allows, and a Deny with one does not deny. A role with
// policies that are not in the file lacks nothing. Policies of queues are not looked at.
package iam

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Need is an action on a resource that a call needs a permission for.
type Need struct {
	Action   string // such as dynamodb:GetItem
	Resource string // an ARN; empty if the call does not say, and then any will do
}

// Lacking is a need of a function that its role does not meet.
type Lacking struct {
	Function string // its name in serverless.yml
	Role     string // the logical id of its role
	Need
}

// Statement is the statement that the role lacks, as JSON.
func (l Lacking) Statement() string {
	resource := l.Resource
	if resource == "" {
		resource = "*"
	}
	return `{"Effect":"Allow","Action":"` + l.Action + `","Resource":"` + resource + `"}`
}

// Allows tells whether a role meets a need.
func Allows(r *stack.Role, n Need) bool {
	applies := func(deny bool) func(stack.Statement) bool {
		return func(s stack.Statement) bool {
			return s.Deny == deny && !(deny && (s.Conditional || n.Resource == "")) &&
				within(s.Actions, s.NotActions, strings.ToLower(n.Action), strings.ToLower) &&
				(n.Resource == "" || within(s.Resources, s.NotResources, n.Resource, asItIs))
		}
	}
	if slices.ContainsFunc(r.Statements, applies(true)) {
		return false
	}
	return r.Open || slices.ContainsFunc(r.Statements, applies(false))
}

func asItIs(text string) string { return text }

// within tells whether a value is among the patterns, or not among those to leave out.
func within(patterns, not []string, value string, fold func(string) string) bool {
	matches := func(pattern string) bool { return glob(fold(pattern), value) }
	if len(not) > 0 {
		return !slices.ContainsFunc(not, matches)
	}
	return slices.ContainsFunc(patterns, matches)
}

// glob matches a pattern with * and ?.
func glob(pattern, value string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == value
	}
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	matched, err := regexp.MatchString("(?s)^"+quoted+"$", value)
	return err == nil && matched
}

// A Watch finds what functions lack. It is safe for concurrent use.
type Watch struct {
	region, account string
	roles           map[string]*stack.Role // by function

	mu   sync.Mutex
	told map[[2]string]bool // function and action
}

// NewWatch makes a watch for the functions of a stack whose role is in its file.
func NewWatch(s *stack.Stack) *Watch {
	w := &Watch{region: s.Region, account: s.Account, roles: map[string]*stack.Role{}, told: map[[2]string]bool{}}
	for _, f := range s.Functions {
		if f.Permissions != nil {
			w.roles[f.Name] = f.Permissions
		}
	}
	return w
}

// Called returns what a function lacks for a call, each action of a function once.
// service is the part of X-Amz-Target before the dot, body the input as JSON.
func (w *Watch) Called(function, service, operation string, body []byte) []Lacking {
	role := w.roles[function]
	if role == nil {
		return nil
	}
	var lacking []Lacking
	for _, n := range Needs(service, operation, body, w.region, w.account) {
		if !Allows(role, n) && w.first(function, n.Action) {
			lacking = append(lacking, Lacking{Function: function, Role: role.Name, Need: n})
		}
	}
	return lacking
}

func (w *Watch) first(function, action string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := [2]string{function, action}
	seen := w.told[key]
	w.told[key] = true
	return !seen
}
