// Package cloudformation answers what CloudFormation knows of the stacks of localaws:
// their outputs and their resources. It speaks the query protocol, which the AWS CLI and
// the SDKs use. It makes, changes and deletes nothing.
//
// Every stack is as it was created: CREATE_COMPLETE, at the time of New. Physical ids are
// those that Ref gives. Lists have one page.
package cloudformation

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Service lists stacks. It never changes after New.
type Service struct {
	stacks  []*stack.Stack
	created time.Time
	api     string // the URL of the HTTP API; empty: not known
}

// New makes a service of stacks. Those of Join are its parts.
func New(w *world.World, stacks ...*stack.Stack) *Service {
	s := &Service{created: w.Now().UTC()}
	for _, one := range stacks {
		if len(one.Parts) > 0 {
			s.stacks = append(s.stacks, one.Parts...)
			continue
		}
		s.stacks = append(s.stacks, one)
	}
	return s
}

// APIURL sets the URL of the HTTP API. Stacks with routes then have the output
// HttpApiUrl, as osls gives it to them. Call it before the first request.
func (s *Service) APIURL(url string) { s.api = url }

// Wire returns the service's operations.
func (s *Service) Wire() *wire.Service {
	return &wire.Service{
		SignedAs: "cloudformation", Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
		Queries: map[string]wire.QueryOperation{
			"DescribeStacks":         wire.Query(s.describeStacks, "StackName"),
			"ListStackResources":     wire.Query(s.listStackResources, "StackName"),
			"DescribeStackResources": wire.Query(s.describeStackResources, "StackName", "LogicalResourceId"),
		},
	}
}

// find finds a stack by its name or its id.
func (s *Service) find(name string) (*stack.Stack, error) {
	i := slices.IndexFunc(s.stacks, func(one *stack.Stack) bool { return one.StackName() == name || one.ID == name })
	switch {
	case name == "":
		return nil, wire.Errorf("ValidationError", "StackName is required here")
	case i < 0:
		return nil, wire.Errorf("ValidationError", "Stack with id %s does not exist", name)
	}
	return s.stacks[i], nil
}

func (s *Service) describeStacks(form url.Values) (describedStacks, error) {
	if !form.Has("StackName") {
		var all describedStacks
		for _, one := range s.stacks {
			all.Stacks = append(all.Stacks, s.describe(one))
		}
		return all, nil
	}
	one, err := s.find(form.Get("StackName"))
	if err != nil {
		return describedStacks{}, err
	}
	return describedStacks{Stacks: []describedStack{s.describe(one)}}, nil
}

func (s *Service) listStackResources(form url.Values) (listedResources, error) {
	one, err := s.find(form.Get("StackName"))
	if err != nil {
		return listedResources{}, err
	}
	var list listedResources
	for _, r := range one.Resources {
		list.Resources = append(list.Resources, s.summary(r))
	}
	return list, nil
}

func (s *Service) describeStackResources(form url.Values) (describedResources, error) {
	one, err := s.find(form.Get("StackName"))
	if err != nil {
		return describedResources{}, err
	}
	var list describedResources
	wanted := form.Get("LogicalResourceId")
	for _, r := range one.Resources {
		if wanted == "" || r.LogicalID == wanted {
			list.Resources = append(list.Resources, describedResource{
				StackName: one.StackName(), StackID: one.ID, Timestamp: s.at(), resource: s.resource(r),
			})
		}
	}
	if wanted != "" && len(list.Resources) == 0 {
		return list, wire.Errorf("ValidationError", "Resource %s does not exist for stack %s", wanted, one.StackName())
	}
	return list, nil
}

// outputs are the stack's, with the one that osls adds for an HTTP API.
func (s *Service) outputs(one *stack.Stack) []output {
	var list []output
	for name, value := range one.Outputs {
		list = append(list, output{name, value})
	}
	if s.api != "" && len(one.Routes) > 0 {
		list = append(list, output{"HttpApiUrl", s.api})
	}
	slices.SortFunc(list, func(a, b output) int { return strings.Compare(a.Key, b.Key) })
	return list
}
