package stack

import (
	"regexp"
	"strings"
)

func readFunction(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	physical := t.nameOf(r, "FunctionName")
	format, level := t.readLogging(f.raw("LoggingConfig"))
	function := Function{
		Name:           t.functionKey(r),
		PhysicalName:   physical,
		ARN:            t.arn("lambda", "function:"+physical),
		Handler:        f.needText("Handler", "it is the folder of the function's main package"),
		Artifact:       t.artifacts[r.id],
		TimeoutSeconds: f.integer("Timeout", 3, 1, 900), // Lambda's defaults; osls writes its own
		MemoryMB:       f.integer("MemorySize", 128, 128, 10240),
		Environment:    t.readEnvironment(f.raw("Environment")),
		LogFormat:      format,
		LogLevel:       level,
		Role:           t.readRole(f),
		Tracing:        t.readTracing(f.raw("TracingConfig")),
	}
	if f.needText("Runtime", "localaws runs custom runtimes only") != "" {
		f.want("Runtime", ": localaws runs custom runtimes only", "provided.al2023", "provided.al2")
	}
	f.ignore("FunctionName", "Code", "Architectures", "Description", "Tags")
	f.done("localaws does not know this property of a function")
	s.Functions = append(s.Functions, function)
}

// functionKey is a function's key in serverless.yml.
func (t *template) functionKey(r *resource) string {
	physical := t.nameOf(r, "FunctionName")
	key, ok := strings.CutPrefix(physical, t.functionName(""))
	if !ok || key == "" {
		t.refuse(r.properties, "FunctionName %q does not begin with %s", physical, t.functionName(""))
	}
	return key
}

func (t *template) readEnvironment(n *node) map[string]string {
	values := map[string]string{}
	f := t.open(n, t.eval)
	variables := t.open(f.raw("Variables"), t.eval)
	if variables.object != nil {
		for _, name := range variables.object.keys() {
			values[name] = variables.text(name)
		}
	}
	f.done("localaws does not know this part of an environment")
	return values
}

func (t *template) readLogging(n *node) (format, level string) {
	f := t.open(n, t.eval)
	format = f.want("LogFormat", "", "Text", "JSON")
	if at := f.raw("ApplicationLogLevel"); at != nil {
		level = f.want("ApplicationLogLevel", "", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
		if format == "Text" {
			t.refuse(at, "Lambda takes a log level only with the log format JSON")
		}
	}
	f.done("localaws does not know this part of a logging configuration")
	return format, level
}

// readTracing is the mode of X-Ray; without one, Lambda's default.
func (t *template) readTracing(n *node) string {
	f := t.open(n, t.eval)
	mode := f.want("Mode", "", "PassThrough", "Active")
	f.done("localaws does not know this part of a tracing configuration")
	return mode
}

func (t *template) readRole(f *fields) string {
	if f.raw("Role") == nil {
		return f.needText("Role", "a function runs under a role")
	}
	return t.roleIn(f, "Role")
}

// roleIn accepts the logical id of a role of this stack, because the name that
// CloudFormation would give the role is not known.
func (t *template) roleIn(f *fields, field string) string {
	n := f.raw(field)
	name, argument := intrinsic(n)
	if name != "Fn::GetAtt" {
		return t.textOf(t.eval(n))
	}
	id, _, _ := getAttArguments(argument)
	if role := t.resources[id]; role == nil || role.kind != "AWS::IAM::Role" {
		t.refuse(n, "%s is not an AWS::IAM::Role of this stack", id)
	}
	return id
}

func (t *template) textOf(n *node) string { return t.open(nil, asIs).textOf(n) }

// functionOf finds the function of an ARN or a name, and its key. An ARN may name an
// alias, and may be within the URI by which API Gateway invokes.
func (t *template) functionOf(at *node, arn string) (*resource, string) {
	if _, path, ok := strings.Cut(arn, ":lambda:path/2015-03-31/functions/"); ok {
		arn = strings.TrimSuffix(path, "/invocations")
	}
	for _, id := range t.ids() {
		r := t.resources[id]
		if r.kind != "AWS::Lambda::Function" {
			continue
		}
		if name := t.nameOf(r, "FunctionName"); arn == name || arn == t.arn("lambda", "function:"+name) {
			return r, t.functionKey(r)
		}
	}
	for _, id := range t.ids() {
		if r := t.resources[id]; r.kind == "AWS::Lambda::Alias" && arn == aliasRef(t, r, "") {
			return t.functionOf(at, t.properties(r).text("FunctionName"))
		}
	}
	t.refuse(at, "%q is not a function of this stack", arn)
	return nil, ""
}

// aliasName is what Lambda accepts as the name of an alias. Numbers are versions.
var aliasName = regexp.MustCompile(`^[a-zA-Z0-9_-]*[a-zA-Z_-][a-zA-Z0-9_-]*$`)

// aliasRef is the ARN of a function with an alias. localaws runs one version of a
// function, and so calls it for any alias.
func aliasRef(t *template, r *resource, _ string) string {
	f := t.properties(r)
	return t.arn("lambda", "function:"+f.text("FunctionName")+":"+f.text("Name"))
}
