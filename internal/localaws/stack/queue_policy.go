package stack

import "slices"

// grant says that EventBridge may send to a queue.
type grant struct {
	queue  string // logical id
	source string // ARN of the one rule; empty: any
}

// checkPermissions refuses a rule whose queue, function or dead-letter queue has no
// policy that lets EventBridge send to it. AWS accepts such a stack and loses the events.
func (t *template) checkPermissions() {
	grants, functions := t.grants(), t.functionGrants()
	for _, id := range t.ids() {
		r := t.resources[id]
		if r.kind != "AWS::Events::Rule" {
			continue
		}
		rule := ruleARN(t, r, t.nameOf(r, "Name"))
		for _, item := range t.properties(r).list("Targets") {
			target := t.open(item, t.eval)
			t.checkGrant(grants, rule, item, target.text("Arn"))
			t.checkFunctionGrant(functions, rule, item, target.text("Arn"))
			deadLetters := t.open(target.get("DeadLetterConfig"), asIs)
			t.checkGrant(grants, rule, deadLetters.object, deadLetters.text("Arn"))
		}
	}
}

func (t *template) checkGrant(grants []grant, rule string, at *node, arn string) {
	queue, ok := t.byARN("AWS::SQS::Queue", "Arn", arn)
	if !ok {
		return // none, or refused already
	}
	granted := slices.ContainsFunc(grants, func(g grant) bool {
		return g.queue == queue.id && (g.source == "" || g.source == rule)
	})
	if !granted {
		t.refuse(at, "no AWS::SQS::QueuePolicy lets events.amazonaws.com sqs:SendMessage to %s for this rule: its events would be lost", queue.id)
	}
}

// addPolicies writes each policy into its queues, as CloudFormation does. Nothing here
// enforces them, but clients read them.
func (t *template) addPolicies(s *Stack) {
	for _, id := range t.ids() {
		r := t.resources[id]
		if r.kind != "AWS::SQS::QueuePolicy" {
			continue
		}
		f := t.open(r.properties, asIs)
		document := f.raw("PolicyDocument")
		for _, queue := range f.list("Queues") {
			_, argument := intrinsic(queue)
			if argument == nil || document == nil || t.resources[argument.value] == nil {
				continue // refused where the permissions are checked
			}
			name := t.nameOf(t.resources[argument.value], "QueueName")
			for i := range s.Queues {
				if s.Queues[i].Name == name {
					s.Queues[i].Attributes["Policy"] = t.canonical(t.eval(document))
				}
			}
		}
	}
}

func (t *template) grants() []grant {
	var found []grant
	for _, id := range t.ids() {
		r := t.resources[id]
		if r.kind != "AWS::SQS::QueuePolicy" {
			continue
		}
		f := t.open(r.properties, asIs)
		for _, queue := range f.list("Queues") {
			_, argument := intrinsic(queue)
			if argument == nil || argument.kind != text {
				t.refuse(queue, "must be !Ref of a queue")
				continue
			}
			for _, statement := range asList(f.raw("PolicyDocument").field("Statement")) {
				if source, ok := t.letsEventBridgeSend(statement); ok {
					found = append(found, grant{argument.value, source})
				}
			}
		}
	}
	return found
}

// letsEventBridgeSend understands the one condition that such statements have. A
// statement with any other condition does not count as permission.
func (t *template) letsEventBridgeSend(statement *node) (source string, ok bool) {
	statement = t.eval(statement)
	actions := asList(statement.field("Action"))
	if !isText(statement.field("Effect"), "Allow") ||
		!contains(asList(statement.field("Principal").field("Service")), "events.amazonaws.com") ||
		!contains(actions, "sqs:SendMessage") && !contains(actions, "sqs:*") {
		return "", false
	}
	condition := statement.field("Condition")
	if condition == nil {
		return "", true
	}
	if len(condition.fields) != 1 {
		return "", false
	}
	for _, operator := range []string{"ArnEquals", "ArnLike", "StringEquals"} {
		test := condition.field(operator)
		if arn := test.field("aws:SourceArn"); arn != nil && len(test.fields) == 1 && arn.kind == text {
			return arn.value, true
		}
	}
	return "", false
}

// asList reads one value or a list of values, because policies allow both.
func asList(n *node) []*node {
	switch {
	case n == nil:
		return nil
	case n.kind == list:
		return n.items
	}
	return []*node{n}
}

func contains(items []*node, value string) bool {
	return slices.ContainsFunc(items, func(n *node) bool { return isText(n, value) })
}

func isText(n *node, value string) bool { return n != nil && n.kind == text && n.value == value }
