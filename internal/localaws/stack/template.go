package stack

import (
	"maps"
	"slices"
	"strings"
)

// template is the common part of both kinds of file: CloudFormation resources whose
// intrinsics are not resolved yet.
type template struct {
	*report
	place
	resources  map[string]*resource // by logical id
	outputs    *node
	conditions *node
	absent     map[string]string // conditions by the logical ids of the resources that they keep out
	tags       map[string]string // of the stack, for its resources

	names     map[string]string // physical names by logical id, once resolved
	artifacts map[string]string // zips by the function's logical id; only from a serverless.yml
	others    []Reference       // to other stacks
}

type resource struct {
	id         string
	kind       string // such as AWS::SQS::Queue
	at         *node
	condition  *node // its attribute Condition; nil: none
	properties *node
}

func readTemplate(r *report, root *node, p place) *template {
	t := &template{report: r, place: p, resources: map[string]*resource{}, absent: map[string]string{}, names: map[string]string{}, tags: stageTag(p)}
	f := r.open(root, asIs)
	resources := r.open(f.raw("Resources"), asIs)
	if f.raw("Resources") == nil {
		r.refuse(&node{line: root.line, path: "Resources"}, "is missing: this is no CloudFormation template")
	}
	if resources.object != nil {
		for _, id := range resources.object.keys() {
			t.addResource(id, resources.object.fields[id])
		}
	}
	t.outputs, t.conditions = f.raw("Outputs"), f.raw("Conditions")
	f.ignore("AWSTemplateFormatVersion", "Description")
	f.done("localaws does not know this part of a template (only Resources, Conditions and Outputs)")
	return t
}

func (t *template) addResource(id string, n *node) {
	f := t.open(n, asIs)
	kind := f.needText("Type", "which resource is it?")
	properties := t.open(f.raw("Properties"), asIs).object
	if properties == nil {
		properties = &node{line: n.line, path: n.below("Properties"), kind: object}
	}
	condition := f.raw("Condition")
	f.ignore("DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "Metadata")
	f.done("localaws does not know this attribute of a resource")
	t.resources[id] = &resource{id: id, kind: kind, at: n, condition: condition, properties: properties}
}

// ids returns the logical ids, sorted.
func (t *template) ids() []string { return slices.Sorted(maps.Keys(t.resources)) }

// properties starts reading a resource's properties.
func (t *template) properties(r *resource) *fields { return t.open(r.properties, t.eval) }

// stack reads every resource and checks their connections.
func (t *template) stack() (*Stack, error) {
	t.checkKinds()
	t.decide()
	t.checkAllReferences()
	t.checkNames()
	if err := t.err(); err != nil {
		return nil, err
	}
	s := &Stack{Service: t.Service, Stage: t.Stage, Region: t.Region, Account: t.Account, ID: t.stackID()}
	for _, id := range t.ids() {
		r := t.resources[id]
		if k, _ := kindOf(r.kind); k.read != nil {
			k.read(t, r, s)
		}
	}
	t.addPolicies(s)
	s.Outputs, s.Elsewhere, s.Resources = t.readOutputs(), t.others, t.listResources()
	t.checkPermissions()
	t.addRoles(s)
	if err := t.err(); err != nil {
		return nil, err
	}
	s.sort()
	return s, nil
}

// readOutputs leaves out the outputs that osls adds.
func (t *template) readOutputs() map[string]string {
	values := map[string]string{}
	f := t.open(t.outputs, t.eval)
	if f.object == nil {
		return values
	}
	for _, name := range f.object.keys() {
		if madeByOSLS(name) {
			continue
		}
		output := t.open(f.object.fields[name], t.eval)
		values[name] = output.needText("Value", "an output is a value")
		output.ignore("Description", "Export", "Condition")
		output.done("localaws does not know this part of an output")
	}
	return values
}

func madeByOSLS(output string) bool {
	switch output {
	case "HttpApiId", "HttpApiUrl", "ServerlessDeploymentBucketName", "ServerlessDeploymentBucketAccelerated":
		return true
	}
	return strings.HasSuffix(output, "LambdaFunctionQualifiedArn")
}
