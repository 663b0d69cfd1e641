package stack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Reference is a reference to a bus or a queue of another stack.
type Reference struct {
	What string // "event bus" or "queue"
	Name string
	At   Problem // where it stands
}

// elsewhere records a reference to another stack, if references to others are allowed.
func (t *template) elsewhere(at *node, what, name string) bool {
	if !t.Elsewhere || name == "" {
		return false
	}
	r := Reference{What: what, Name: name, At: Problem{File: t.file}}
	if at != nil {
		r.At.Line, r.At.Path = at.line, at.path
	}
	t.others = append(t.others, r)
	return true
}

// Join combines several stacks that are in the same account, region and stage: the
// result is the first one with the resources of all. Its error names, joined, every
// resource that two of them have, and every Reference to something that no stack has.
// The order of the stacks does not matter for that. In AWS a stack must exist before
// the stacks that refer to it.
//
// Functions are identified by their keys in serverless.yml, and there is one HTTP API.
// Equal keys or routes therefore clash here, but not in AWS.
func Join(stacks ...*Stack) (*Stack, error) {
	joined, owners := *stacks[0], owners{}
	joined.Outputs, joined.Elsewhere, joined.Parts = map[string]string{}, nil, stacks
	for i, s := range stacks {
		owners.add(s)
		maps.Copy(joined.Outputs, s.Outputs)
		if i > 0 {
			joined.append(s)
		}
	}
	errs := owners.clashes()
	for _, s := range stacks {
		for _, r := range s.Elsewhere {
			if owners[r.What+" "+r.Name] == nil {
				problem := r.At
				problem.Rule = fmt.Sprintf("no stack here has the %s %q; in AWS it would have to be deployed before this one", r.What, r.Name)
				errs = append(errs, &problem)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	joined.sort()
	return &joined, nil
}

// append never writes into the slices of either stack.
func (s *Stack) append(more *Stack) {
	s.Functions = slices.Concat(s.Functions, more.Functions)
	s.Buses = slices.Concat(s.Buses, more.Buses)
	s.Rules = slices.Concat(s.Rules, more.Rules)
	s.Queues = slices.Concat(s.Queues, more.Queues)
	s.Tables = slices.Concat(s.Tables, more.Tables)
	s.QueueMappings = slices.Concat(s.QueueMappings, more.QueueMappings)
	s.StreamMappings = slices.Concat(s.StreamMappings, more.StreamMappings)
	s.AsyncInvokes = slices.Concat(s.AsyncInvokes, more.AsyncInvokes)
	s.Routes = slices.Concat(s.Routes, more.Routes)
	s.Archives = slices.Concat(s.Archives, more.Archives)
	s.Destinations = slices.Concat(s.Destinations, more.Destinations)
	s.Alarms = slices.Concat(s.Alarms, more.Alarms)
	s.Dashboards = slices.Concat(s.Dashboards, more.Dashboards)
	s.Resources = slices.Concat(s.Resources, more.Resources)
}

// owners lists the services that have a resource, by kind and name.
type owners map[string][]string

func (o owners) add(s *Stack) {
	own := func(what, name string) { o[what+" "+name] = append(o[what+" "+name], s.Service) }
	own("service", s.Service)
	for _, f := range s.Functions {
		own("function", f.Name)
	}
	for _, b := range s.Buses {
		own("event bus", b.Name)
	}
	for _, r := range s.Rules {
		own("rule", r.Bus+"/"+r.Name)
	}
	for _, q := range s.Queues {
		own("queue", q.Name)
	}
	for _, t := range s.Tables {
		own("table", t.Name)
	}
	for _, r := range s.Routes {
		own("route", r.Method+" "+r.Path)
	}
	for _, a := range s.Archives {
		own("archive", a.Name)
	}
	for _, d := range s.Destinations {
		own("API destination", d.Name)
	}
	for _, a := range s.Alarms {
		own("alarm", a.Name)
	}
}

func (o owners) clashes() []error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if services := o[name]; len(services) > 1 {
			hint := ""
			if strings.HasPrefix(name, "event bus ") {
				hint = " (an eventBridge event with the name of a bus makes one, also on AWS: give the bus's ARN)"
			}
			errs = append(errs, fmt.Errorf("there are two of the %s: in the services %q%s", name, services, hint))
		}
	}
	return errs
}
