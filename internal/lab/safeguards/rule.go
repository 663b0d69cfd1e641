package safeguards

import (
	"fmt"
	"slices"
)

// Rule is one safeguard.
type Rule struct {
	Statement string // what holds, as a sentence about Type
	Type      string // the type of the resources that it checks; empty: the whole template

	// Applies selects some of the resources; nil selects all of the type.
	Applies func(t *Template, r *Resource) bool

	// Stages are the stages that the rule is for; empty: all.
	Stages []string

	// Broken says what is wrong with a resource, or returns "" if nothing is wrong. r
	// is nil for the whole template.
	Broken func(t *Template, r *Resource) string
}

// Result is the result of a rule.
type Result struct {
	Statement string
	Checked   int      // number of resources checked
	Broken    []string // empty: the rule holds
}

// All returns every rule.
func All() []Rule {
	return slices.Concat(templateRules(), roleRules(), policyRules(), queueRules(), ruleRules(), archiveRules(), tableRules(),
		mappingRules(), functionRules(), alarmRules(), shiftRules(), apiRules(), schemaRules(), destinationRules())
}

// Check runs the rules that are for the template's stage.
func Check(t *Template) []Result {
	var results []Result
	for _, rule := range All() {
		if len(rule.Stages) == 0 || slices.Contains(rule.Stages, t.Stage) {
			results = append(results, rule.check(t))
		}
	}
	return results
}

func (rule Rule) check(t *Template) Result {
	result := Result{Statement: rule.Statement}
	if rule.Type == "" {
		if broken := rule.Broken(t, nil); broken != "" {
			result.Broken = append(result.Broken, broken)
		}
		result.Checked = 1
		return result
	}
	for _, r := range t.resources(rule.Type) {
		if rule.Applies != nil && !rule.Applies(t, r) {
			continue
		}
		result.Checked++
		if broken := rule.Broken(t, r); broken != "" {
			result.Broken = append(result.Broken, fmt.Sprintf("%s: %s", r.ID, broken))
		}
	}
	if result.Checked == 0 {
		result.Broken = append(result.Broken, "there is nothing that this is about: "+rule.Type)
	}
	return result
}

// unless returns the formatted message unless the condition holds.
func unless(holds bool, format string, args ...any) string {
	if holds {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
