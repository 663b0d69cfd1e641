package stack

import (
	"regexp"
	"slices"
	"strings"
)

// functionGrant says that EventBridge may invoke a function.
type functionGrant struct {
	function string // logical id
	source   string // ARN of the rules, with wildcards; empty: any
}

func (t *template) isFunction(arn string) bool {
	_, ok := t.byARN("AWS::Lambda::Function", "Arn", arn)
	return ok
}

func (t *template) checkFunctionGrant(grants []functionGrant, rule string, at *node, arn string) {
	function, ok := t.byARN("AWS::Lambda::Function", "Arn", arn)
	if !ok {
		return
	}
	granted := slices.ContainsFunc(grants, func(g functionGrant) bool {
		return g.function == function.id && (g.source == "" || wildcard(g.source).MatchString(rule))
	})
	if !granted {
		t.refuse(at, "no AWS::Lambda::Permission lets events.amazonaws.com lambda:InvokeFunction %s for this rule: its events would be lost", function.id)
	}
}

// functionGrants reads the permissions of EventBridge. One with a condition that localaws
// does not know does not count. Permissions of other services are none of its business.
func (t *template) functionGrants() []functionGrant {
	var found []functionGrant
	for _, id := range t.ids() {
		r := t.resources[id]
		if r.kind != "AWS::Lambda::Permission" || !isText(t.evalField(r, "Principal"), "events.amazonaws.com") {
			continue
		}
		f := t.properties(r)
		action := f.text("Action")
		account := f.text("SourceAccount")
		if action != "lambda:InvokeFunction" && action != "lambda:*" || account != "" && account != t.Account ||
			f.raw("EventSourceToken") != nil || f.raw("PrincipalOrgID") != nil {
			continue
		}
		if function, _ := t.functionOf(first(f.raw("FunctionName"), f.object), f.text("FunctionName")); function != nil {
			found = append(found, functionGrant{function.id, f.text("SourceArn")})
		}
	}
	return found
}

func (t *template) evalField(r *resource, name string) *node {
	n := r.properties.field(name)
	if n == nil {
		return nil
	}
	return t.eval(n)
}

// wildcard compiles an ARN in which * and ? are wildcards, as Lambda compares it.
func wildcard(arn string) *regexp.Regexp {
	text := regexp.QuoteMeta(arn)
	return regexp.MustCompile("^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(text) + "$")
}
