package stack

import (
	"maps"
	"strings"
)

// logicalName is how osls begins the logical ids of what belongs to a
// function.
func logicalName(function string) string {
	name := strings.NewReplacer("-", "Dash", "_", "Underscore").Replace(function)
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func functionID(function string) string { return logicalName(function) + "LambdaFunction" }

// addFunction makes the resources of one function and of its events.
func (s *service) addFunction(name string, n *node) {
	f := s.open(n, asIs)
	if n.kind != object {
		return
	}
	id, physical := functionID(name), s.template.place.functionName(name)
	s.make(logicalName(name)+"LogGroup", "AWS::Logs::LogGroup", n, map[string]*node{
		"LogGroupName": textNode(n, "/aws/lambda/"+physical),
	})
	s.make(id, "AWS::Lambda::Function", n, map[string]*node{
		"FunctionName":  textNode(n, physical),
		"Handler":       f.raw("handler"),
		"Runtime":       first(f.raw("runtime"), s.runtime),
		"Timeout":       first(f.raw("timeout"), s.timeout, numberNode(n, "6")), // osls's own defaults
		"MemorySize":    first(f.raw("memorySize"), s.memory, numberNode(n, "1024")),
		"Environment":   s.variablesOf(f.raw("environment")),
		"LoggingConfig": s.loggingOf(first(f.raw("logs"), s.logs)),
		"Role":          s.roleNode(n, first(f.raw("role"), s.role)),
		"TracingConfig": tracingOf(first(f.raw("tracing"), s.tracing)),
	})
	s.readArtifact(id, f.raw("package"))
	if condition := f.raw("condition"); condition != nil {
		s.template.resources[id].condition = condition
		s.template.resources[logicalName(name)+"LogGroup"].condition = condition
	}
	s.addEvents(name, f.list("events"))
	s.addAsyncInvoke(name, f)
	s.addShift(name, f.raw("deploymentSettings"), f.raw("versionFunction"))
	f.ignore("description", "architecture", "tags", "logRetentionInDays")
	f.done("localaws does not know this setting of a function")
}

func (p place) functionName(name string) string {
	return p.Service + "-" + p.Stage + "-" + name
}

func (s *service) readArtifact(id string, n *node) {
	f := s.open(n, asIs)
	s.template.artifacts[id] = f.text("artifact")
	f.ignore("individually", "patterns")
	f.done("localaws does not know this setting of a package")
}

// variablesOf is the provider's environment with the function's over it.
func (s *service) variablesOf(own *node) *node {
	if own == nil && s.environment == nil {
		return nil
	}
	at := first(own, s.environment)
	merged := map[string]*node{}
	for _, n := range []*node{s.environment, own} {
		if f := s.open(n, asIs); f.object != nil {
			maps.Copy(merged, f.object.fields)
		}
	}
	return objectNode(at, map[string]*node{"Variables": objectNode(at, merged)})
}

// loggingOf is the logging configuration; a function's own replaces the
// provider's whole.
func (s *service) loggingOf(n *node) *node {
	if n == nil {
		return nil
	}
	f := s.open(n, asIs)
	config := objectNode(n, map[string]*node{"LogFormat": f.raw("logFormat"), "ApplicationLogLevel": f.raw("applicationLogLevel")})
	f.done("localaws does not know this setting of a function's logs")
	return config
}

// tracingOf is the tracing configuration: true means Active, and false means none.
func tracingOf(n *node) *node {
	if n == nil || n.value == "false" {
		return nil
	}
	mode := n
	if n.value == "true" {
		mode = textNode(n, "Active")
	}
	return objectNode(n, map[string]*node{"Mode": mode})
}

// roleNode writes a role's logical id out as osls does, and makes the shared
// role for a function that names none.
func (s *service) roleNode(function, role *node) *node {
	switch {
	case role == nil:
		s.make(sharedRole, "AWS::IAM::Role", function, s.sharedRoleProperties(function))
		return getAttNode(function, sharedRole, "Arn")
	case role.kind == text && !strings.HasPrefix(role.value, "arn:"):
		return getAttNode(role, role.value, "Arn")
	}
	return role
}

func (s *service) sharedRoleProperties(at *node) map[string]*node {
	properties := map[string]*node{"RoleName": s.roleName, "ManagedPolicyArns": listNode(at, s.managed...), "Policies": nil}
	if len(s.statements) > 0 {
		document := objectNode(at, map[string]*node{"Statement": listNode(at, s.statements...)})
		properties["Policies"] = listNode(at, objectNode(at, map[string]*node{"PolicyDocument": document}))
	}
	return properties
}

// sharedRole is the role that osls makes for the functions without one.
const sharedRole = "IamRoleLambdaExecution"

func numberNode(from *node, value string) *node {
	return &node{line: from.line, path: from.path, kind: number, value: value}
}

func first(nodes ...*node) *node {
	for _, n := range nodes {
		if n != nil {
			return n
		}
	}
	return nil
}
