package stack

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"
	"strings"
)

// addRule makes what osls makes of an eventBridge event: a rule with the function as its
// target, and the permission to invoke it. index is the event's place among all of the
// function's, from 1.
func (s *service) addRule(function string, index int, n *node) {
	f := s.open(n, asIs)
	if f.object == nil {
		return
	}
	name := first(f.raw("name"), textNode(n, s.ruleName(function, index)))
	bus := s.ruleBus(f.raw("eventBus"))
	arn := getAttNode(n, functionID(function), "Arn")
	s.make(n.path, "AWS::Events::Rule", n, map[string]*node{
		"Name":               name,
		"EventBusName":       bus,
		"EventPattern":       f.raw("pattern"),
		"ScheduleExpression": f.raw("schedule"),
		"State":              stateNode(f.raw("enabled")),
		"Targets":            listNode(n, s.ruleTarget(f, name, arn)),
	})
	path := listNode(n, textNode(n, "rule"), name)
	if bus != nil {
		path = listNode(n, textNode(n, "rule"), bus, name)
	}
	s.make(n.path+".permission", "AWS::Lambda::Permission", n, map[string]*node{
		"Action":       textNode(n, "lambda:InvokeFunction"),
		"FunctionName": arn,
		"Principal":    textNode(n, "events.amazonaws.com"),
		"SourceArn": joinNode(n, ":", textNode(n, "arn"), refNode(n, "AWS::Partition"), textNode(n, "events"),
			refNode(n, "AWS::Region"), refNode(n, "AWS::AccountId"), joinNode(n, "/", path.items...)),
	})
	f.ignore("description")
	f.done("localaws does not know this setting of an eventBridge event")
}

// ruleBus returns the bus's name. osls makes a bus of a plain name, and takes an ARN or
// an intrinsic for a bus that exists.
func (s *service) ruleBus(n *node) *node {
	switch {
	case n == nil || isText(n, defaultBus):
		return nil
	case n.kind != text:
		return n
	case strings.HasPrefix(n.value, "arn"):
		_, name, _ := strings.Cut(n.value, "/")
		return textNode(n, name)
	}
	s.make(n.value+" EventBridgeEventBus", "AWS::Events::EventBus", n, map[string]*node{"Name": n})
	return n
}

func (s *service) ruleTarget(f *fields, name, arn *node) *node {
	target := map[string]*node{
		"Id": textNode(f.object, shortened(name.value, "target")), "Arn": arn,
		"Input": f.raw("input"), "InputPath": f.raw("inputPath"),
		"DeadLetterConfig": wrap(f.object, "Arn", f.raw("deadLetterQueueArn")),
	}
	if n := f.raw("inputTransformer"); n != nil {
		transformer := s.open(n, asIs)
		target["InputTransformer"] = objectNode(n, map[string]*node{
			"InputPathsMap": transformer.raw("inputPathsMap"), "InputTemplate": transformer.raw("inputTemplate"),
		})
		transformer.done("localaws does not know this part of an input transformer")
	}
	if n := f.raw("retryPolicy"); n != nil {
		policy := s.open(n, asIs)
		target["RetryPolicy"] = objectNode(n, map[string]*node{
			"MaximumEventAgeInSeconds": policy.raw("maximumEventAge"), "MaximumRetryAttempts": policy.raw("maximumRetryAttempts"),
		})
		policy.done("localaws does not know this part of a retry policy")
	}
	return objectNode(f.object, target)
}

// ruleName is osls's name of a rule that has none: at most 64 characters.
func (s *service) ruleName(function string, index int) string {
	return shortened(s.template.functionName(function), "rule-"+strconv.Itoa(index))
}

// shortened is name-suffix or, where that is over 64 characters, osls's digest of it.
func shortened(name, suffix string) string {
	whole := name + "-" + suffix
	if len(whole) <= 64 {
		return whole
	}
	sum := md5.Sum([]byte(whole))
	return whole[:31-len(suffix)] + hex.EncodeToString(sum[:]) + "-" + suffix
}

// stateNode writes a rule's state out as osls does.
func stateNode(enabled *node) *node {
	switch {
	case enabled == nil:
		return nil
	case enabled.value == "false":
		return textNode(enabled, "DISABLED")
	}
	return textNode(enabled, "ENABLED")
}

func joinNode(from *node, separator string, parts ...*node) *node {
	return wrap(from, "Fn::Join", listNode(from, textNode(from, separator), listNode(from, parts...)))
}
