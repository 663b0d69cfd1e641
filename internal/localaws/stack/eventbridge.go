package stack

import "strings"

const defaultBus = "default"

func readBus(t *template, r *resource, s *Stack) {
	name := t.nameOf(r, "Name")
	f := t.properties(r)
	f.ignore("Name", "Description", "Tags", "LogConfig")
	f.done("localaws does not know this property of an event bus")
	s.Buses = append(s.Buses, Bus{Name: name, ARN: t.arn("events", "event-bus/"+name)})
}

func readRule(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	rule := Rule{Name: t.nameOf(r, "Name"), Bus: t.busOf(r)}
	rule.ARN = ruleARN(t, r, rule.Name)
	t.checkBus(f.raw("EventBusName"), rule.Bus)
	if n := f.get("EventPattern"); n == nil || n.kind != object {
		t.refuse(first(n, f.object), "EventPattern must be a map: localaws knows no other rules")
	} else {
		rule.Pattern = t.canonical(n)
	}
	f.want("State", ": a rule that matches nothing is better left out", "ENABLED")
	for _, item := range f.list("Targets") {
		rule.Targets = append(rule.Targets, t.readTarget(item))
	}
	f.ignore("Name", "Description", "Tags")
	f.done("localaws does not know this property of a rule")
	s.Rules = append(s.Rules, rule)
}

func (t *template) readTarget(n *node) Target {
	f := t.open(n, t.eval)
	target := Target{ID: f.needText("Id", "a target has an id"), ARN: f.needText("Arn", "where do the events go?")}
	switch n := f.raw("Arn"); {
	case n == nil || t.toDestination(f, &target) || t.isFunction(target.ARN):
	case strings.Contains(target.ARN, ":lambda:"):
		t.refuse(n, "%q is not the ARN of a function of this stack", target.ARN)
	default:
		t.wantQueue(n, target.ARN)
	}
	retry := t.open(f.get("RetryPolicy"), asIs)
	target.MaximumRetryAttempts = retry.integer("MaximumRetryAttempts", 185, 0, 185)
	target.MaximumEventAgeSeconds = retry.integer("MaximumEventAgeInSeconds", 86400, 60, 86400)
	retry.done("localaws does not know this part of a retry policy")
	if n := f.get("DeadLetterConfig"); n != nil {
		config := t.open(n, asIs)
		target.DeadLetterARN = config.needText("Arn", "where do undeliverable events go?")
		t.wantQueue(n, target.DeadLetterARN)
		config.done("localaws does not know this part of a dead-letter configuration")
	}
	t.readInput(f, &target)
	f.done("localaws does not know this property of a target")
	return target
}

// busOf is the name of the bus that a rule is on.
func (t *template) busOf(r *resource) string {
	return orElse(t.properties(r).text("EventBusName"), defaultBus)
}

func (t *template) checkBus(at *node, name string) {
	_, ok := t.byARN("AWS::Events::EventBus", "Arn", t.arn("events", "event-bus/"+name))
	if !ok && name != defaultBus && !t.elsewhere(at, "event bus", name) {
		t.refuse(at, "%q is not the name of an event bus of this stack", name)
	}
}

// ruleRef is a rule's Ref: its name, after that of a bus other than the default one.
func ruleRef(t *template, r *resource, name string) string {
	if bus := t.busOf(r); bus != defaultBus {
		return bus + "|" + name
	}
	return name
}

func ruleARN(t *template, r *resource, name string) string {
	if bus := t.busOf(r); bus != defaultBus {
		return t.arn("events", "rule/"+bus+"/"+name)
	}
	return t.arn("events", "rule/"+name)
}
