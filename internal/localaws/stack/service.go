package stack

import (
	"maps"
	"slices"
)

// service converts a serverless.yml to a template: what osls would make of its
// functions and events, as far as localaws needs it.
type service struct {
	*report
	template *template

	timeout     *node // provider-wide defaults of the functions
	memory      *node
	environment *node
	runtime     *node
	role        *node
	statements  []*node // of the role that osls makes
	managed     []*node // its managed policies
	roleName    *node
	logs        *node
	tracing     *node // of functions
	accessLogs  bool
	shifting    shifting

	generated map[string]bool // logical ids that osls makes
}

func readService(r *report, root *node, p place) *service {
	s := &service{report: r, generated: map[string]bool{}}
	f := r.open(root, asIs)
	p.Service = f.needText("service", "it is the first part of every function's name")
	s.template = &template{
		report: r, place: p, resources: map[string]*resource{}, absent: map[string]string{}, names: map[string]string{}, artifacts: map[string]string{},
	}
	s.make("ServerlessDeploymentBucket", "AWS::S3::Bucket", root, nil)
	s.readProvider(f.raw("provider"))
	s.readShifting(f.list("plugins"), f.raw("custom"))
	functions := f.open(f.raw("functions"), asIs)
	if functions.object != nil {
		for _, name := range functions.object.keys() {
			s.addFunction(name, functions.object.fields[name])
		}
	}
	s.readResources(f.raw("resources"))
	f.ignore("params", "package", "frameworkVersion", "configValidationMode")
	f.done("localaws does not know this part of a serverless.yml")
	return s
}

func (s *service) readProvider(n *node) {
	f := s.open(n, asIs)
	if n == nil {
		s.refuse(&node{line: 1, path: "provider"}, "is missing")
	}
	f.want("name", ": localaws is AWS", "aws")
	s.timeout, s.memory = f.raw("timeout"), f.raw("memorySize")
	s.environment, s.runtime, s.role = f.raw("environment"), f.raw("runtime"), f.raw("role")
	s.readIAM(f.raw("iam"))
	s.statements = append(s.statements, f.list("iamRoleStatements")...)
	s.managed = append(s.managed, f.list("iamManagedPolicies")...)
	s.readHTTPAPI(f.raw("httpApi"))
	s.readLogs(f.raw("logs"))
	s.readTracing(f.raw("tracing"))
	s.readStackTags(f.raw("stackTags"))
	s.shifting.versions = f.flag("versionFunctions", true)
	f.ignore("stage", "region", "architecture", "logRetentionInDays", "deletionProtection",
		"deploymentBucket", "deploymentMethod", "deploymentPrefix", "disableRollback", "rollbackConfiguration",
		"stackName", "tags", "profile")
	f.done("localaws does not know this setting of the provider")
}

// readIAM reads the role of functions without one: another role, or what osls's own
// role may do.
func (s *service) readIAM(n *node) {
	f := s.open(n, asIs)
	role := f.raw("role")
	f.ignore("deploymentRole")
	f.done("localaws does not know this setting of IAM")
	if role == nil {
		return
	}
	if name, _ := intrinsic(role); name != "" || role.kind == text {
		s.role = role
		return
	}
	own := s.open(role, asIs)
	s.statements, s.managed, s.roleName = own.list("statements"), own.list("managedPolicies"), own.raw("name")
	own.ignore("path", "permissionsBoundary", "permissionBoundary", "tags")
	own.done("localaws does not know this setting of a role")
}

// stageTag is the tag that osls gives to every stack.
func stageTag(p place) map[string]string { return map[string]string{"STAGE": p.Stage} }

// readStackTags reads the tags that osls gives to the stack. CloudFormation passes them
// on to the resources.
func (s *service) readStackTags(n *node) {
	s.template.tags = stageTag(s.template.place)
	f := s.open(n, asIs)
	if f.object == nil {
		return
	}
	for _, key := range f.object.keys() {
		s.template.tags[key] = f.text(key)
	}
}

func (s *service) readHTTPAPI(n *node) {
	f := s.open(n, asIs)
	f.want("payload", ": localaws speaks no other payload format", "2.0")
	f.ignore("metrics", "name", "description", "shouldStartNameWithService")
	f.done("localaws does not know this setting of the HTTP API")
}

func (s *service) readLogs(n *node) {
	f := s.open(n, asIs)
	if httpAPI := f.raw("httpApi"); httpAPI != nil && httpAPI.value != "false" {
		s.accessLogs = true
	}
	s.logs = f.raw("lambda")
	f.done("localaws does not know this setting of the logs")
}

func (s *service) readTracing(n *node) {
	f := s.open(n, asIs)
	s.tracing = f.raw("lambda")
	f.ignore("apiGateway") // of REST APIs
	f.done("localaws does not know this setting of tracing")
}

// make adds a resource that osls would make.
func (s *service) make(id, resourceType string, from *node, properties map[string]*node) {
	s.generated[id] = true
	s.template.resources[id] = &resource{
		id: id, kind: resourceType, at: from, properties: objectNode(from, properties),
	}
}

// readResources merges the file's own resources and outputs with those made
// from its functions.
func (s *service) readResources(n *node) {
	f := s.open(s.merge(n), asIs)
	extensions := f.raw("extensions")
	own := s.open(f.raw("Resources"), asIs)
	if own.object != nil {
		for _, id := range own.object.keys() {
			if s.generated[id] {
				s.refuse(own.object.fields[id], "osls makes a resource of this name itself; change it through resources.extensions")
				continue
			}
			s.template.addResource(id, own.object.fields[id])
		}
	}
	s.extend(extensions)
	s.template.outputs, s.template.conditions = f.raw("Outputs"), f.raw("Conditions")
	f.ignore("Description")
	f.done("localaws does not know this part of a template (only Resources, Conditions, Outputs and extensions)")
}

// merge joins the parts of resources that are a list, as osls does. A name that stands in
// two parts is refused; osls would mix both.
func (s *service) merge(n *node) *node {
	if n == nil || n.kind != list {
		return n
	}
	merged := objectNode(n, map[string]*node{})
	for _, part := range n.items {
		if s.open(part, asIs).object == nil {
			continue
		}
		for _, section := range part.keys() {
			there, more := merged.fields[section], part.fields[section]
			if there == nil || there.kind != object || more.kind != object {
				if there != nil {
					s.refuse(more, "stands in two parts of resources")
				}
				merged.fields[section] = more
				continue
			}
			both := objectNode(there, maps.Clone(there.fields))
			for _, name := range more.keys() {
				if both.fields[name] != nil {
					s.refuse(more.fields[name], "stands in two parts of resources")
				}
				both.fields[name] = more.fields[name]
			}
			merged.fields[section] = both
		}
	}
	return merged
}

// extend replaces properties of resources, one level deep, as osls does.
func (s *service) extend(n *node) {
	f := s.open(n, asIs)
	if f.object == nil {
		return
	}
	for _, id := range f.object.keys() {
		at := f.object.fields[id]
		extended := s.template.resources[id]
		if extended == nil {
			s.refuse(at, "there is no resource %s to extend, among those that localaws makes (%v)", id, slices.Sorted(maps.Keys(s.generated)))
			continue
		}
		extension := s.open(at, asIs)
		fields := maps.Clone(extended.properties.fields)
		if properties := s.open(extension.raw("Properties"), asIs); properties.object != nil {
			maps.Copy(fields, properties.object.fields)
		}
		extended.properties = objectNode(extended.properties, fields)
		extended.condition = first(extension.raw("Condition"), extended.condition)
		extension.ignore("DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
		extension.done("localaws does not know this part of an extension")
	}
}
